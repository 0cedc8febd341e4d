import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const MAIN = join(ROOT, 'dist', 'src', 'cli', 'main.js');

if (!existsSync(MAIN)) throw new Error('the build is missing: run "node scripts/setup.mjs" (npm test does)');

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built command line to its end. */
export function cfslab(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? ROOT,
    env: options.env ?? process.env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    timeout: 300_000,
    killSignal: 'SIGKILL',
  });
  return { code: status, out: stdout, err: stderr };
}

/** Starts it, sends a signal after a while, and waits for its end. */
export async function interrupted(args: readonly string[], afterMs: number): Promise<Outcome & { readonly tookMs: number }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err, sent] = ['', '', 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const timer = setTimeout(() => {
    sent = Date.now();
    child.kill('SIGINT');
  }, afterMs);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { code, out, err, tookMs: Date.now() - sent };
}

/** A directory for the files of a test file, gone at its end. */
export function workspace(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cfslab-e2e-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
