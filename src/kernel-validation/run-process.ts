import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { OutsideError, StoppedError } from '../input/error.js';

export interface ProcessOptions {
  readonly cwd?: string;
  /** The whole environment; this process's own where it is not given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A file that what it prints, to both streams, is appended to. */
  readonly log?: string;
  /** Called with each line that it prints, without the line's end. */
  readonly onLine?: (line: string) => void;
  /** Ends it and all that it started. */
  readonly signal?: AbortSignal;
  /** After so long it is ended, with all that it started; ms. */
  readonly timeoutMs?: number;
}

export interface ProcessEnd {
  /** Its exit code; 128 + the signal's number where a signal ended it, as shells count. */
  readonly code: number;
  readonly timedOut: boolean;
  /** Its last lines, at most 20. */
  readonly lastLines: readonly string[];
}

/**
 * Leads a group of its own and starts a watcher that outlives it: when the pipe on descriptor 3 ends, because we closed it or
 * because we are no more, the watcher kills the group. The watcher ignores the signals with which a group is asked to end from
 * its first moment on, as it starts with what its parent ignores: one that came before would leave the group unwatched.
 */
const WATCHED = 'trap "" TERM INT HUP; ( cat <&3 >/dev/null; kill -KILL 0 ) & trap - TERM INT HUP; exec 3<&-; exec "$@"';
/** How long a process may take to end when it was asked to, ms. */
const PATIENCE_MS = 500;
const KEPT_LINES = 20;
const LONGEST_LINE = 4096;

/**
 * Runs a program to its end, in a process group of its own. When this returns, the whole group has been killed and has closed
 * its files: what the program left behind too. Where this process is killed itself, the program is killed as well.
 *
 * @throws OutsideError where it cannot be started or the log cannot be written; StoppedError on abort
 */
export async function runProcess(argv: readonly string[], options: ProcessOptions = {}): Promise<ProcessEnd> {
  refuseAborted(options.signal);
  const log = options.log === undefined ? null : openSync(options.log, 'a');
  try {
    const end = await runGroup(argv, options, log);
    refuseAborted(options.signal);
    return end;
  } finally {
    if (log !== null) closeSync(log);
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new StoppedError('interrupted');
}

async function runGroup(argv: readonly string[], options: ProcessOptions, log: number | null): Promise<ProcessEnd> {
  const child = spawn('sh', ['-c', WATCHED, 'sh', ...argv], {
    cwd: options.cwd,
    env: options.env as NodeJS.ProcessEnv | undefined,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const lifeline = child.stdio[3] as Writable;
  lifeline.on('error', () => undefined);
  const lastLines: string[] = [];
  let trouble: Error | null = null;
  let timedOut = false;
  const takeLine = (line: string): void => {
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
    options.onLine?.(line);
  };
  // Two pipes, and lines of each: what the one breaks off in the middle does not go on in the other.
  const streams = [child.stdout!, child.stderr!].map((stream) => ({ stream, lines: new LineSplitter(takeLine) }));
  const take = (lines: LineSplitter, bytes: Buffer): void => {
    if (trouble !== null) return;
    try {
      if (log !== null) writeFileSync(log, bytes);
      lines.push(bytes.toString('utf8'));
    } catch (error) {
      trouble = error as Error;
      lifeline.destroy();
    }
  };
  for (const { stream, lines } of streams) stream.on('data', (bytes: Buffer) => take(lines, bytes));
  const askToEnd = (): void => {
    signalGroup(child.pid, 'SIGTERM');
    setTimeout(() => lifeline.destroy(), PATIENCE_MS).unref();
  };
  options.signal?.addEventListener('abort', askToEnd);
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => {
    timedOut = true;
    askToEnd();
  }, options.timeoutMs);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      let ended = 0;
      child.once('error', (error) => reject(new OutsideError(`${argv[0]}: cannot be started: ${error.message}`)));
      child.once('exit', (status, signal) => {
        ended = status ?? 128 + constants.signals[signal!];
        lifeline.destroy();
      });
      // The watcher holds both streams open until it has killed the group: now nothing of it runs any more.
      child.once('close', () => resolve(ended));
    });
    for (const { lines } of streams) lines.end();
    if (trouble !== null) throw trouble as Error;
    return { code, timedOut, lastLines };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', askToEnd);
    lifeline.destroy();
  }
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

class LineSplitter {
  private rest = '';
  constructor(private readonly take: (line: string) => void) {}

  push(text: string): void {
    const parts = (this.rest + text).split(/\r?\n/);
    this.rest = parts.pop()!.slice(-LONGEST_LINE);
    for (const line of parts) this.take(line.slice(0, LONGEST_LINE));
  }

  end(): void {
    if (this.rest !== '') this.take(this.rest);
    this.rest = '';
  }
}
