import {
  closeSync, existsSync, fsyncSync, openSync, readdirSync, realpathSync, renameSync, rmSync, mkdirSync, writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, OutsideError } from './error.js';
import { removeStaleTemporaries, temporaryBeside } from './temporary.js';

/**
 * Writes a file whole or not at all: into a temporary file beside it, to the disk, then by a rename into place. What stood
 * there before is replaced at once. On failure nothing new is left behind. What comes in pieces is written as it comes.
 *
 * @throws InputError where the place cannot be written to, OutsideError where the disk fails, and what the pieces throw
 */
export function writeFileAtomic(path: string, data: string | Uint8Array | Iterable<string | Uint8Array>): void {
  const target = settle(path);
  const temporary = startTemporary(path, target);
  try {
    const file = openSync(temporary, 'wx');
    try {
      // A descriptor is written to where the last piece ended.
      for (const piece of typeof data === 'string' || data instanceof Uint8Array ? [data] : data) writeFileSync(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
    syncDirectory(dirname(target));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw explain(error, path);
  }
}

/**
 * Fills a directory whole or not at all: `fill` writes into a temporary directory beside it, which then takes its place.
 * A directory that stood there is moved aside for that moment, put back on failure and removed on success; whether it may
 * be replaced is for the caller to have checked. On failure nothing new is left behind.
 *
 * @throws InputError where the place cannot be written to, OutsideError where the disk fails, and what `fill` throws
 */
export async function writeDirectoryAtomic(path: string, fill: (directory: string) => Promise<void> | void): Promise<void> {
  const target = settle(path);
  const temporary = startTemporary(path, target);
  const aside = temporaryBeside(target);
  let movedAside = false;
  try {
    mkdirSync(temporary);
    await fill(temporary);
    syncTree(temporary);
    if (existsSync(target)) {
      renameSync(target, aside);
      movedAside = true;
    }
    renameSync(temporary, target);
    syncDirectory(dirname(target));
  } catch (error) {
    if (movedAside && !existsSync(target)) renameSync(aside, target);
    rmSync(temporary, { recursive: true, force: true });
    throw explain(error, path);
  }
  rmSync(aside, { recursive: true, force: true });
}

/**
 * The place itself where the path is a link to it, so that the link stays.
 * @throws InputError where the path is empty: the system takes that for the working directory, which would be replaced
 */
function settle(path: string): string {
  if (path === '') throw new InputError('the output', '', 'a name', 'an empty one');
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function startTemporary(path: string, target: string): string {
  try {
    removeStaleTemporaries(dirname(target));
  } catch (error) {
    throw explain(error, path);
  }
  return temporaryBeside(target);
}

function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else syncDirectory(path);
  }
  syncDirectory(directory);
}

/** Also good for files: a descriptor that is open for reading can be synced. */
function syncDirectory(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Where the user named the wrong place, says so; where the disk failed, says that. */
function explain(error: unknown, path: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new InputError(path, '', 'a place in a directory that exists', 'no such directory');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new InputError(path, '', 'a place that may be written to', 'no permission');
    case 'EISDIR':
      return new InputError(path, '', 'a place for a file', 'a directory');
    case 'ENAMETOOLONG':
      return new InputError(path, '', 'a name', 'a name that is too long');
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EIO':
      return new OutsideError(`${path}: cannot be written: ${(error as Error).message}`);
    default:
      return error;
  }
}
