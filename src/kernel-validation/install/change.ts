import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../input/error.js';
import { packageRoot } from '../../input/package-root.js';
import { emitPolicy, type Emitted } from '../emit/index.js';
import { readPlaces, type Place } from './place.js';
import { readReleases, type Release } from './release.js';

/** All that is done to a kernel tree. */
export interface Change {
  readonly releases: readonly Release[];
  readonly places: readonly Place[];
  /** Files of our own, by their path below `kernel/sched/cfslab/`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The sha256 of places and files. */
  readonly hash: string;
  /** The hash of the emitted policy, which the running kernel reports. */
  readonly policy: string;
}

/** Where our files go, below the top of a tree. */
export const OUR_FOLDER = 'kernel/sched/cfslab';

/** The folders whose files are copied, both into one. What the policy's folder holds goes through the emitter. */
const PARTS = ['common', 'trace'];

/** Where what goes into a kernel is kept. */
export function kernelMaterial(): string {
  return join(packageRoot(), 'kernel-validation/kernel');
}

/**
 * Reads the change as this package has it.
 *
 * @param emitted the C of a policy; without one the kernel has none until one is pushed
 * @param folder where the parts, the places and the list of releases are
 * @throws InputError where two parts have a file of the same name
 */
export function readChange(emitted: Emitted = emitPolicy(), folder = kernelMaterial()): Change {
  const files = new Map<string, Uint8Array>();
  const add = (name: string, bytes: Uint8Array, from: string): void => {
    if (files.has(name)) throw new InputError(from, name, 'a name that no other part has', 'one that is taken');
    files.set(name, bytes);
  };
  for (const part of PARTS) {
    for (const name of sortedNames(join(folder, part))) add(name, readFileSync(join(folder, part, name)), part);
  }
  for (const { path, text } of emitted.files) add(path, Buffer.from(text), 'what was emitted');
  const places = sortedNames(join(folder, 'places')).flatMap((name) => readPlaces(join(folder, 'places', name)));
  const releases = readReleases(join(folder, 'releases.json'));
  return { releases, places, files, hash: hashOf(places, files), policy: emitted.hash };
}

function sortedNames(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort((a, b) => (a < b ? -1 : 1));
}

function hashOf(places: readonly Place[], files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256').update(JSON.stringify(places));
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`\n${name} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}
