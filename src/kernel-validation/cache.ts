import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../input/cache-root.js';
import { OutsideError } from '../input/error.js';
import { isTemporaryName, temporaryBeside } from '../input/temporary.js';
import { withLock, type LockOptions } from './lock.js';

/**
 * What takes minutes to make – kernels, the emulator, file systems of guests – is kept in one directory of the user:
 *
 *     CACHE/KIND/KEY/        an entry: whole, never changed
 *     CACHE/KIND/.KEY…       one that is being made, or what a killed process left of it
 *     CACHE/locks/KIND-KEY   who makes it
 *
 * A key is the hash of everything the entry is made from, so an entry never grows stale; it only becomes unused. The time of its
 * folder is that of its last use: by it `clean.ts` removes.
 */
export { cacheRoot };

/** What an entry is made from, by name. */
export type CacheInputs = Readonly<Record<string, string | number | boolean | null | Uint8Array>>;

/** The sha256, in hex, of named inputs. The order in which they are named does not matter; every byte of them does. */
export function cacheKey(inputs: CacheInputs): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(inputs).sort((a, b) => (a < b ? -1 : 1))) {
    const value = inputs[name]!;
    const bytes = value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value));
    // Lengths first, so that no two lists of inputs run together to the same bytes.
    hash.update(`${Buffer.byteLength(name)}:${name}${value instanceof Uint8Array ? 'b' : 'j'}${bytes.length}:`);
    hash.update(bytes);
  }
  return hash.digest('hex');
}

export interface CacheOptions extends LockOptions {
  /** Where the cache is; the user's otherwise. */
  readonly root?: string;
}

/** The directory of an entry that is there, or undefined. */
export function cachedEntry(kind: string, key: string, root = cacheRoot()): string | undefined {
  const path = join(root, kind, key);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  noteUse(path);
  return path;
}

/** Says by a folder's time that it is used now. */
export function noteUse(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // A cache that is only read, or an entry that is being removed: who opens it will see.
  }
}

/**
 * The directory of an entry, which is made where it is not there. Of several processes that want the same, one makes it and
 * the others wait. `make` fills an empty directory, which takes its place when it is whole: whatever ends the process, an
 * entry is whole or not there, and the next who asks starts afresh.
 *
 * @param kind a folder of the cache: `kernel`, `emulator`
 * @throws OutsideError where the cache cannot be written to, StoppedError on abort, and what `make` throws
 */
export async function cached(
  kind: string, key: string, make: (directory: string) => Promise<void> | void, options: CacheOptions = {},
): Promise<string> {
  const root = options.root ?? cacheRoot();
  const folder = join(root, kind);
  makeDirectory(folder);
  const there = cachedEntry(kind, key, root);
  if (there !== undefined) return there;
  return withLock(cacheLock(kind, key, root), async () => {
    const path = join(folder, key);
    if (cachedEntry(kind, key, root) !== undefined) return path;
    removeRemains(folder, key);
    const temporary = temporaryBeside(path);
    try {
      mkdirSync(temporary);
      await make(temporary);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw error;
    }
    return path;
  }, options);
}

/** The lock of an entry; its folder is made. */
export function cacheLock(kind: string, key: string, root = cacheRoot()): string {
  makeDirectory(join(root, 'locks'));
  return join(root, 'locks', `${kind}-${key}`);
}

/** Who holds the lock is the only one to make this entry: whatever lies there was left by one that was killed. */
function removeRemains(folder: string, key: string): void {
  for (const name of readdirSync(folder)) {
    if (isTemporaryName(name) && name.startsWith(`.${key.slice(0, 50)}.`)) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new OutsideError(`the cache cannot be written to (CFSLAB_CACHE names another place): ${(error as Error).message}`);
  }
}
