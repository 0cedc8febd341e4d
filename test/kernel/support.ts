import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunFacts } from '../../src/bundle/capture/measured-run.js';
import { cli } from '../cli/support.js';

/** Where the captures of these tests go; they stay there, for whoever wants to know why one failed. */
const OUT = process.env['CFSLAB_TEST_KERNEL_OUT'] ?? join('out', 'test-kernel');

/** A kernel to be tested in place of the one that is built. */
const KERNEL = process.env['CFSLAB_TEST_KERNEL'];

/** What hot tasks abound with: a migration cost of 5 ms, as RHEL's throughput-performance profile sets it. */
export const HOT = ['--migration-cost', '5000000'];

/** A guest that has done one run. */
export interface Booted {
  readonly directory: string;
  readonly facts: RunFacts;
  /** A file of the capture. */
  text(name: string): string;
}

/** Boots the kernel that `cfslab kernel build` makes, in the laboratory; the capture's name must be unlike any other. */
export async function boot(name: string, ...args: readonly string[]): Promise<Booted> {
  mkdirSync(OUT, { recursive: true });
  const directory = join(OUT, name);
  const { code, out, err } = await cli('kernel', 'boot', ...args, ...(KERNEL === undefined ? [] : ['--kernel', KERNEL]), '--out', directory, '--json');
  expect(code, err.slice(-2000)).toBe(0);
  const { run } = JSON.parse(out) as { run: RunFacts };
  return { directory, facts: run, text: (file) => readFileSync(join(directory, file), 'utf8') };
}

/** Puts a file beside the captures. */
export function besides(name: string): string {
  mkdirSync(OUT, { recursive: true });
  return join(OUT, name);
}

/** A number among what the kernel's policy counted. */
export function counted({ facts }: Booted, name: string): number {
  const value = facts.stats?.[name];
  expect(typeof value, `${name} in stats`).toBe('number');
  return value as number;
}

/** A line for whoever reads the log. */
export function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function isThere(path: string): boolean {
  return existsSync(path);
}
