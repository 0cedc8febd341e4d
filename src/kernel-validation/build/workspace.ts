import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OutsideError } from '../../input/error.js';
import { isTemporaryName, temporaryBeside } from '../../input/temporary.js';
import { cacheKey, noteUse } from '../cache.js';
import { keepLatest } from '../clean.js';
import { runProcess } from '../run-process.js';
import type { Source } from './source.js';

/**
 * Where a kernel is built, again and again: the tree, and for each configuration what make has made. What is built from the
 * same source stays, so that after a change of the policy only what hangs on it is compiled. Who is here holds the lock.
 *
 *     CACHE/kernel-work/SOURCE/tree/
 *     CACHE/kernel-work/SOURCE/CONFIGURATION/objects/
 */
export interface Workspace {
  readonly tree: string;
  /** Beside this folder make puts packages. */
  readonly objects: string;
}

/** While make runs, this file stands among the objects. */
const RUNNING = '.cfslab-running';
/** Of so many configurations of a source the objects are kept: each takes 300 MB and more. */
const CONFIGURATIONS = 3;
/** What was written so shortly before a build was killed may not be whole, ms. */
const DOUBTFUL_MS = 120_000;
/**
 * What the configuration is kept in for the compiler: written beside and renamed by Kconfig and Kbuild themselves. Without it all
 * options would count as changed, and the whole kernel would be compiled again.
 */
const WRITTEN_WHOLE = ['.config', 'include/config', 'include/generated'];

export function workspaceOf(root: string, source: Source, configuration: string): Workspace {
  const folder = join(root, 'kernel-work', cacheKey({ source: source.hash }).slice(0, 24));
  return { tree: join(folder, 'tree'), objects: join(folder, configuration.slice(0, 24), 'objects') };
}

/** Unpacks or copies the source, where that has not been done. @throws OutsideError where that fails */
export async function ensureTree(workspace: Workspace, source: Source, log: string, signal?: AbortSignal): Promise<void> {
  const folder = join(workspace.tree, '..');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    // Nobody else is here: it was left by one that was killed.
    if (isTemporaryName(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
  if (existsSync(workspace.tree)) return;
  const temporary = temporaryBeside(workspace.tree);
  mkdirSync(temporary);
  try {
    const argv = source.kind === 'tarball'
      ? ['tar', '-C', temporary, '--strip-components=1', '-xf', source.path]
      : ['cp', '-a', '--reflink=auto', `${source.path}/.`, temporary];
    const options = { log, ...(signal === undefined ? {} : { signal }) };
    await must(argv, options, `${source.path}: cannot be ${source.kind === 'tarball' ? 'unpacked' : 'copied'}`);
    if (existsSync(join(temporary, '.config')) || existsSync(join(temporary, 'include/config'))) {
      await must(['make', '-C', temporary, 'ARCH=x86_64', 'mrproper'], options, `${source.path}: cannot be cleaned`);
    }
    renameSync(temporary, workspace.tree);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function must(argv: readonly string[], options: { log: string; signal?: AbortSignal }, failure: string): Promise<void> {
  const { code, lastLines } = await runProcess(argv, options);
  if (code !== 0) throw new OutsideError(`${failure}: ${lastLines.at(-1) ?? `code ${code}`}`);
}

/**
 * Does something that writes objects. Where it does not come back, the next who comes takes out what may be half written: a
 * compiler that is killed leaves an object that make would take for whole.
 */
export async function buildingIn<T>(workspace: Workspace, work: () => Promise<T>): Promise<T> {
  mkdirSync(workspace.objects, { recursive: true });
  const configuration = dirname(workspace.objects);
  noteUse(configuration);
  keepLatest(dirname(configuration), CONFIGURATIONS, [basename(workspace.tree)]);
  removeDoubtful(workspace.objects);
  const marker = join(workspace.objects, RUNNING);
  writeFileSync(marker, '');
  const result = await work();
  rmSync(marker);
  return result;
}

/** @returns how many files were removed */
export function removeDoubtful(objects: string): number {
  if (!existsSync(join(objects, RUNNING))) return 0;
  const files = readdirSync(objects, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== RUNNING)
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !WRITTEN_WHOLE.some((whole) => `${path}/`.startsWith(`${join(objects, whole)}/`)))
    .map((path) => ({ path, time: statSync(path).mtimeMs }));
  const newest = files.reduce((most, { time }) => Math.max(most, time), 0);
  const doubtful = files.filter(({ time }) => time >= newest - DOUBTFUL_MS);
  for (const { path } of doubtful) rmSync(path);
  rmSync(join(objects, RUNNING));
  return doubtful.length;
}
