import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutsideError, StoppedError } from '../input/error.js';

export interface LockOptions {
  /** Aborts the wait for the lock. */
  readonly signal?: AbortSignal;
  /** Called once where another process holds the lock and this one has to wait. */
  readonly onWait?: () => void;
}

/** What flock(1) exits with where the lock is taken. */
const TAKEN = 75;
const TRY_EVERY_MS = 250;

/**
 * Does the work while holding a lock on a file, waiting for it as long as it takes. The lock is the kernel's own (flock), held
 * by a small process that ends with its standard input: so however this process ends, SIGKILL included, the lock is free again,
 * and no file says otherwise. The file itself is empty and stays.
 *
 * @throws StoppedError where the wait was aborted, OutsideError where flock is missing or the file cannot be made, and
 * what the work throws
 */
export async function withLock<T>(file: string, work: () => Promise<T> | T, options: LockOptions = {}): Promise<T> {
  let holder = await tryLock(file);
  if (holder === null) options.onWait?.();
  while (holder === null) {
    if (options.signal?.aborted === true) throw new StoppedError('interrupted');
    await sleep(TRY_EVERY_MS);
    holder = await tryLock(file);
  }
  const held = holder;
  try {
    if (options.signal?.aborted === true) throw new StoppedError('interrupted');
    return await work();
  } finally {
    await release(held);
  }
}

/**
 * Does the work while holding the lock, or not at all where another holds it.
 * @returns whether it was done
 */
export async function withFreeLock(file: string, work: () => void): Promise<boolean> {
  const held = await tryLock(file);
  if (held === null) return false;
  try {
    work();
  } finally {
    await release(held);
  }
  return true;
}

/** Takes the lock, or gives null where another has it. */
async function tryLock(file: string): Promise<ChildProcess | null> {
  const args = ['--exclusive', '--nonblock', '--conflict-exit-code', String(TAKEN), file, 'sh', '-c', 'echo held; exec cat >/dev/null'];
  // In a session of its own: Ctrl-C in a terminal is for this process, which releases the lock when it has cleaned up.
  const child = spawn('flock', args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new OutsideError('flock is missing: install the package util-linux')));
    child.stdout.once('data', () => resolve(child));
    child.once('close', (code) => {
      if (code === TAKEN) resolve(null);
      else reject(new OutsideError(`${file}: cannot be locked: ${complaint.trim()}`));
    });
  });
}

async function release(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  holder.stdin!.end();
  await ended;
}
