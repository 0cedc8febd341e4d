import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { emitPolicy, USER_SPACE_SOURCES } from '../../src/kernel-validation/emit/index.js';

/*
 * The hook of can_migrate_task() with slots, modes, statistics and their files, in user space: the kernel's own sources around
 * stand-ins of what they take from a kernel (kernel-stand-in).
 */

const STAND_IN = join(dirname(fileURLToPath(import.meta.url)), 'kernel-stand-in');
/** What the sources include of a kernel; all are the stand-in. */
const HEADERS = [
  'capability', 'debugfs', 'fs', 'gfp', 'init', 'mutex', 'percpu', 'printk', 'rcupdate', 'sched', 'sched/clock', 'seq_file', 'slab', 'spinlock',
  'string', 'timex', 'trace_seq', 'tracepoint', 'uaccess',
];

/** Compiles the hook. @param change a source made wrong on purpose: its text from its text @returns the program */
export function compileHook(folder: string, flags: readonly string[], change: (path: string, text: string) => string = (_, text) => text): string {
  cpSync(STAND_IN, folder, { recursive: true });
  for (const { path, text } of emitPolicy(null).files) put(join(folder, path), change(path, text));
  for (const name of HEADERS) put(join(folder, 'include', 'linux', `${name}.h`), '#include "stand-in.h"\n');
  put(join(folder, 'include', 'trace', 'define_trace.h'), '');
  const sources = ['driver.c', 'policy/slots.c', 'policy/debugfs.c', ...USER_SPACE_SOURCES];
  const warnings = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter', '-Wno-sign-compare'];
  const args = ['-std=gnu11', ...warnings, ...flags, '-DCONFIG_ML_FORCE_MIGRATIONS', '-iquote', '.', '-Iinclude', '-o', 'hook', ...sources];
  const built = spawnSync('gcc', args, { cwd: folder, encoding: 'utf8' });
  expect(built.stderr).toBe('');
  return join(folder, 'hook');
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Runs the hook over commands, one a line. @returns its lines */
export function runHook(program: string, commands: readonly string[]): string[] {
  const result = spawnSync(program, { input: `${commands.join('\n')}\n`, encoding: 'utf8', maxBuffer: 2 ** 28 });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
  return result.stdout.split('\n').slice(0, -1);
}

/** One call of the hook. */
export interface HookCall {
  readonly pid: number;
  readonly src: number;
  readonly dst: number;
  readonly failed: number;
  readonly tries: number;
  readonly idle: number;
  readonly loop: number;
  readonly hot: number;
  readonly ran: number;
  readonly srcNr: number;
  readonly dstNr: number;
  readonly util: number;
  /** The source's queue from its head on. */
  readonly queue: ReadonlyArray<{ readonly runs: boolean; readonly may: boolean; readonly hot: number }>;
}

/** What the stock test says of it. */
export function stockOf({ hot, failed, tries }: HookCall): number {
  return hot === 0 || failed > tries ? 1 : 0;
}

/** The command for a call. */
export function callText(c: HookCall): string {
  const queue = c.queue.flatMap(({ runs, may, hot }) => [Number(runs), Number(may), hot]);
  const facts = [c.pid, c.src, c.dst, c.failed, c.tries, c.idle, c.loop, c.hot, stockOf(c), c.ran, c.srcNr, c.dstNr, c.util, c.queue.length];
  return `call ${[...facts, ...queue].join(' ')}`;
}
