import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../input/error.js';
import { packageRoot } from '../../input/package-root.js';
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
}

/** Where our files go, below the top of a tree. */
export const OUR_FOLDER = 'kernel/sched/cfslab';

/** The folders whose files are copied, all into one. */
const PARTS = ['common', 'trace', 'policy'];
/** Of these every part may have its own; they are put together in the order of the parts. */
const SHARED = ['Kconfig', 'Makefile'];

/** Where what goes into a kernel is kept. */
export function kernelMaterial(): string {
  return join(packageRoot(), 'kernel-validation/kernel');
}

/**
 * Reads the change as this package has it.
 *
 * @param emitted what was made from a policy, by its name in our folder
 * @param folder where the parts, the places and the list of releases are
 * @throws InputError where two parts have a file of the same name
 */
export function readChange(emitted: ReadonlyMap<string, Uint8Array> = new Map(), folder = kernelMaterial()): Change {
  const files = new Map<string, Uint8Array>();
  const add = (name: string, bytes: Uint8Array, from: string): void => {
    const before = files.get(name);
    if (before !== undefined && !SHARED.includes(name)) {
      throw new InputError(from, name, 'a name that no other part has', 'one that is taken');
    }
    files.set(name, before === undefined ? bytes : Buffer.concat([before, Buffer.from('\n'), bytes]));
  };
  for (const part of PARTS.filter((name) => existsSync(join(folder, name)))) {
    for (const name of sortedNames(join(folder, part))) add(name, readFileSync(join(folder, part, name)), part);
  }
  for (const [name, bytes] of emitted) add(name, bytes, 'what was emitted');
  const places = sortedNames(join(folder, 'places')).flatMap((name) => readPlaces(join(folder, 'places', name)));
  const releases = readReleases(join(folder, 'releases.json'));
  return { releases, places, files, hash: hashOf(places, files) };
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
