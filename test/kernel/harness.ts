import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { besides } from './support.js';

const MAIN = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'src', 'cli', 'main.js');
/** A guest in which little is done, quickly. */
export const SMALL = ['--shape', '1x2x1', '--memory', '512'];
const KERNEL = process.env['CFSLAB_TEST_KERNEL'];

export interface Ended {
  /** As shells count: 128 + the signal's number. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command line of cfslab in a process of its own, which can be killed. */
export interface Launched {
  readonly pid: number;
  /** When it has printed something like that to standard error. */
  said(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** A directory for the output of one test, which holds nothing yet. */
export function place(name: string): string {
  const path = resolve(besides(`failures-${name}`));
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

/** @param before words that go before the command line: a program that runs it */
export function launch(args: readonly string[], before: readonly string[] = []): Launched {
  const [program, ...rest] = [...before, process.execPath, MAIN, ...args, ...(KERNEL === undefined ? [] : ['--kernel', resolve(KERNEL)])];
  const child = spawn(program!, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err, over] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((done) => {
    child.on('close', (status, signal) => {
      over = true;
      done({ code: status ?? 128 + constants.signals[signal!], out, err });
    });
  });
  return {
    pid: child.pid!,
    ended,
    async said(pattern) {
      while (!pattern.test(err)) {
        if (over) throw new Error(`it ended without saying ${pattern.source}: ${err.slice(-2000)}`);
        await sleep(20);
      }
    },
  };
}

/** The processes whose command line names something, with the program that each runs; those that are no more but in name left out. */
export function processesWith(text: string): { readonly pid: number; readonly program: string }[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const words = readFileSync(join('/proc', name, 'cmdline'), 'utf8');
      return words.includes(text) ? [{ pid: Number(name), program: words.split('\0')[0]! }] : [];
    } catch {
      return [];
    }
  });
}

/** Waits for a file. */
export async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await sleep(20);
}

/** Waits until no process names it any more, a little: what a watcher kills takes a moment. @returns what is left then */
export async function leftOver(text: string): Promise<unknown[]> {
  const until = Date.now() + 10_000;
  while (processesWith(text).length > 0 && Date.now() < until) await sleep(20);
  return processesWith(text);
}
