import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** What every temporary name holds, so that it can be told from anything a user made. */
const MARK = '.cfslab-tmp-';
/** How long a temporary of a process that is gone is left alone, ms: a process of another container may own it. */
const STALE_AFTER_MS = 10 * 60 * 1000;

/** A name beside `path` that nothing has: `.NAME.cfslab-tmp-HOST-PID-RANDOM`. */
export function temporaryBeside(path: string): string {
  const name = basename(path).slice(0, 50);
  return join(dirname(path), `.${name}${MARK}${host()}-${process.pid}-${randomBytes(6).toString('hex')}`);
}

/** Whether a name is one that `temporaryBeside` gives. */
export function isTemporaryName(name: string): boolean {
  return ownerOf(name) !== null;
}

/**
 * Removes what killed processes of this machine left in a directory. Temporaries of other machines, of living processes
 * and of the last ten minutes stay.
 */
export function removeStaleTemporaries(directory: string, now = Date.now()): void {
  for (const path of staleTemporaries(directory, now)) rmSync(path, { recursive: true, force: true });
}

/** What `removeStaleTemporaries` would remove. */
export function staleTemporaries(directory: string, now = Date.now()): string[] {
  return readdirSync(directory).flatMap((name) => {
    const owner = ownerOf(name);
    if (owner === null || owner.host !== host() || isAlive(owner.pid)) return [];
    const path = join(directory, name);
    const status = statSync(path, { throwIfNoEntry: false });
    return status !== undefined && now - status.mtimeMs > STALE_AFTER_MS ? [path] : [];
  });
}

function ownerOf(name: string): { readonly host: string; readonly pid: number } | null {
  const match = /^\..*\.cfslab-tmp-([A-Za-z0-9_]{1,64})-(\d{1,10})-[0-9a-f]{12}$/.exec(name);
  return match === null ? null : { host: match[1]!, pid: Number(match[2]) };
}

function host(): string {
  return hostname().replace(/[^A-Za-z0-9]/g, '_').slice(0, 64) || '_';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
