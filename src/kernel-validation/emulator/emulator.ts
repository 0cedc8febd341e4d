import { copyFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../input/package-root.js';
import { cached, cachedEntry, cacheKey, type CacheOptions } from '../cache.js';
import { edited } from '../install/edit.js';
import { readPlaces, type Place } from '../install/place.js';
import { header, program, requireTools, type Tool } from '../tools.js';
import { downloadSource, QEMU_VERSION, step, unpackSource, type Steps } from './source.js';

/** Everything that building the emulator needs. */
export const EMULATOR_TOOLS: readonly Tool[] = [
  program('dpkg-dev', 'dpkg-source'), program('gcc'), header('libc6-dev', 'stdio.h'), program('make'), program('binutils', 'strip'),
  program('ninja-build', 'ninja'), program('meson'), program('pkg-config'), program('python3'), program('xz-utils', 'xz'),
  header('libglib2.0-dev', 'glib-2.0/glib.h'), header('libpixman-1-dev', 'pixman-1/pixman.h'),
  header('libattr1-dev', 'attr/libattr.h'), header('libcap-ng-dev', 'cap-ng.h'), header('libfdt-dev', 'libfdt.h'),
];

/** As little of QEMU as boots a PC without hardware virtualisation and shares a directory with it. */
const CONFIGURE = [
  '--target-list=x86_64-softmmu', '--without-default-features', '--enable-tcg', '--enable-virtfs', '--enable-attr',
  '--enable-cap-ng', '--enable-fdt=system', '--disable-werror', '--meson=meson',
];
const BINARY = 'qemu-system-x86_64';

/** Our files and where they go in QEMU's tree. */
const FILES: Readonly<Record<string, string>> = {
  'cfslab-time.h': 'include/exec',
  'cfslab-rounds.c.inc': 'accel/tcg',
  'cfslab-marker.c.inc': 'target/i386/tcg',
};

/** Our change of the emulator. */
export interface EmulatorChange {
  readonly places: readonly Place[];
  /** By their path in QEMU's tree. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export function readEmulatorChange(folder = join(packageRoot(), 'kernel-validation', 'emulator')): EmulatorChange {
  const files = Object.entries(FILES).map(([name, to]) => [`${to}/${name}`, readFileSync(join(folder, name))] as const);
  return { places: readPlaces(join(folder, 'places.json')), files: new Map(files) };
}

/**
 * Puts the change into a tree that is fresh.
 * @throws InputError where an anchor is not found exactly once: then nothing is changed
 */
export function changeEmulator(tree: string, { places, files }: EmulatorChange): void {
  const names = [...new Set(places.map(({ file }) => file))];
  const texts = names.map((name) => {
    const path = join(tree, name);
    return [path, edited(readFileSync(path, 'utf8'), places.filter(({ file }) => file === name), path)] as const;
  });
  for (const [path, text] of texts) writeFileSync(path, text);
  for (const [path, data] of files) writeFileSync(join(tree, path), data);
}

export interface EmulatorOptions extends CacheOptions, Steps {
  /** The .dsc of a source package that has been downloaded; otherwise apt fetches it. */
  readonly source?: string;
}

/** The emulator that the cache has, or undefined. */
export function cachedEmulator(root?: string): string | undefined {
  const entry = cachedEntry('emulator', emulatorKey(readEmulatorChange()), root);
  return entry === undefined ? undefined : join(entry, BINARY);
}

function emulatorKey({ places, files }: EmulatorChange): string {
  return cacheKey({
    version: QEMU_VERSION, configure: CONFIGURE.join(' '), places: JSON.stringify(places), ...Object.fromEntries(files),
  });
}

/**
 * The laboratory's emulator as a file: built of Debian's source package where the cache has none. That takes some five minutes
 * of two processors and 1.5 GB of disk, which are free again afterwards.
 *
 * @throws OutsideError naming the packages that are missing, or what failed
 */
export async function labEmulator(options: EmulatorOptions = {}): Promise<string> {
  const change = readEmulatorChange();
  const there = cachedEmulator(options.root);
  if (there !== undefined) return there;
  requireTools('building the emulator', EMULATOR_TOOLS);
  const entry = await cached('emulator', emulatorKey(change), async (directory) => {
    const steps: Steps = { ...(options.signal && { signal: options.signal }), ...(options.onLine && { onLine: options.onLine }) };
    const work = join(directory, 'work');
    const tree = join(work, 'qemu');
    const build = join(work, 'build');
    mkdirSync(build, { recursive: true });
    await unpackSource(options.source ?? (await downloadSource(work, steps)), tree, steps);
    changeEmulator(tree, change);
    await step([join(tree, 'configure'), ...CONFIGURE], build, steps, 'the emulator cannot be configured');
    await step(['ninja', `-j${availableParallelism()}`, BINARY], build, steps, 'the emulator does not build');
    await step(['strip', '-o', join(directory, BINARY), join(build, BINARY)], build, steps, 'the emulator cannot be stripped');
    chmodSync(join(directory, BINARY), 0o755);
    copyFileSync(join(tree, 'COPYING'), join(directory, 'COPYING'));
    rmSync(work, { recursive: true });
  }, options);
  return join(entry, BINARY);
}
