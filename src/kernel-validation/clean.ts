import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isTemporaryName, staleTemporaries, temporaryBeside } from '../input/temporary.js';
import { cacheLock, cacheRoot } from './cache.js';
import { withFreeLock } from './lock.js';

/** Something in the cache that can be removed by itself. */
export interface CacheItem {
  readonly path: string;
  /** `kernel`, `emulator`, `guest`, `programs`, `source` (with all its objects), `objects`, `log`, `remains` of a process that was killed. */
  readonly kind: string;
  readonly bytes: number;
  /** When it was last used, ms since 1970. */
  readonly usedMs: number;
  /** Name of the lock that its maker would hold; null where a lock tells nothing. */
  readonly lock: string | null;
}

export interface CleanOptions {
  readonly root?: string;
  /** What was last used before that goes, ms since 1970. */
  readonly beforeMs: number;
  /** Nothing is removed. */
  readonly dryRun: boolean;
}

export interface Cleaned {
  readonly removed: readonly CacheItem[];
  readonly kept: readonly CacheItem[];
  /** What would have gone and is being made or used to make something. */
  readonly busy: readonly CacheItem[];
}

/** Folders of entries that are made once and never changed. */
const KINDS = ['kernel', 'emulator', 'guest', 'programs'];
const WORK = 'kernel-work';

/** All that the cache holds but locks. Sources whose objects are all to go, go with them. */
export function cacheItems(root: string, beforeMs: number): CacheItem[] {
  const entries = KINDS.flatMap((kind) => namesIn(join(root, kind)).map((key) => item(join(root, kind, key), kind, `${kind}-${key}`)));
  const sources = namesIn(join(root, WORK)).flatMap((source) => workItems(join(root, WORK, source), beforeMs));
  const logs = namesIn(join(root, 'logs')).map((name) => item(join(root, 'logs', name), 'log', null));
  const remains = [...KINDS, WORK].map((kind) => join(root, kind)).filter((folder) => existsSync(folder))
    .flatMap((folder) => staleTemporaries(folder)).map((path) => item(path, 'remains', null));
  return [...entries, ...sources, ...logs, ...remains];
}

/** Of a source: the whole where all of it goes, else the tree, which stays, and each configuration's objects. */
function workItems(folder: string, beforeMs: number): CacheItem[] {
  const lock = `${WORK}-${basename(folder)}`;
  const objects = namesIn(folder).filter((name) => name !== 'tree').map((name) => item(join(folder, name), 'objects', lock));
  const usedMs = objects.reduce((latest, one) => Math.max(latest, one.usedMs), statSync(folder).mtimeMs);
  if (usedMs < beforeMs) return [{ ...item(folder, 'source', lock), usedMs }];
  const tree = join(folder, 'tree');
  return existsSync(tree) ? [{ ...item(tree, 'source', lock), usedMs }, ...objects] : objects;
}

/** Removes what has not been used since then; what somebody is making stays. */
export async function cleanCache({ root = cacheRoot(), beforeMs, dryRun }: CleanOptions): Promise<Cleaned> {
  const items = cacheItems(root, beforeMs);
  const kept = items.filter(({ kind, usedMs }) => kind !== 'remains' && usedMs >= beforeMs);
  const [removed, busy]: [CacheItem[], CacheItem[]] = [[], []];
  for (const one of items.filter((each) => !kept.includes(each))) {
    const work = (): void => (dryRun ? undefined : removeWhole(one.path));
    const gone = one.lock === null ? (work(), true) : await withFreeLock(lockFile(one.lock, root), work);
    (gone ? removed : busy).push(one);
  }
  return { removed, kept, busy };
}

function lockFile(name: string, root: string): string {
  const [, kind, key] = /^(.*)-([^-]+)$/.exec(name)!;
  return cacheLock(kind!, key!, root);
}

/** First it loses its name: whoever is killed in the middle leaves nothing that reads as whole. */
export function removeWhole(path: string): void {
  const aside = isTemporaryName(basename(path)) ? path : temporaryBeside(path);
  if (aside !== path) renameSync(path, aside);
  rmSync(aside, { recursive: true, force: true });
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => !isTemporaryName(name)).sort((a, b) => (a < b ? -1 : 1));
}

function item(path: string, kind: string, lock: string | null): CacheItem {
  return { path, kind, bytes: bytesOf(path), usedMs: statSync(path).mtimeMs, lock };
}

/** What it takes on the disk. */
function bytesOf(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.blocks * 512;
  return readdirSync(path, { withFileTypes: true }).reduce((sum, entry) => {
    return entry.isSymbolicLink() ? sum : sum + bytesOf(join(path, entry.name));
  }, 0);
}

/**
 * Removes all but the `most` folders of a directory that were used last, beside those that are named; for one who holds the lock.
 * @returns names of those that went
 */
export function keepLatest(directory: string, most: number, apart: readonly string[]): string[] {
  const folders = namesIn(directory).filter((name) => !apart.includes(name));
  const used = (name: string): number => statSync(join(directory, name)).mtimeMs;
  const gone = folders.sort((a, b) => used(b) - used(a)).slice(most);
  for (const name of gone) removeWhole(join(directory, name));
  return gone;
}
