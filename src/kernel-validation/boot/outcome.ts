import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuestError } from './guest-error.js';

/** What a workload did, by its programs' own lines. */
export interface Outcome {
  /** ns from the first program's start to the last one's end, as far as they tell. */
  readonly completionNs: number;
  readonly throughput: { readonly value: number; readonly unit: string } | null;
}

/** Of a log without a result. */
const SHOWN_LINES = 20;
const RESULT = /^cfslab: result work=(\d+) unit=(\S+) ns=(\d+)$/;

/**
 * The outcome in a workload's log. Of a workload of several programs that run side by side, the work is the sum, and it takes
 * as long as the longest.
 *
 * @param unit what the work is counted in, where the programs count differently: the simulator's unit of the workload
 * @throws GuestError where the log has no result
 */
export function outcomeIn(log: string, unit: string | null): Outcome {
  const results = log.split('\n').flatMap((line) => {
    const match = RESULT.exec(line.trim());
    return match === null ? [] : [{ work: Number(match[1]), unit: match[2]!, ns: Number(match[3]) }];
  });
  if (results.length === 0) {
    const lines = log.trim().split('\n').slice(-SHOWN_LINES);
    throw new GuestError('failed', `the workload reports no result: ${lines.at(-1)}`, lines);
  }
  const completionNs = results.reduce((most, { ns }) => Math.max(most, ns), 0);
  const work = results.reduce((sum, result) => sum + result.work, 0);
  const value = completionNs === 0 ? 0 : (work * 1e9) / completionNs;
  return { completionNs, throughput: { value, unit: unit ?? results[0]!.unit } };
}

/**
 * The kernel's statistics of its policy: lines `name value`, where a value is a number, a list of numbers or a word.
 */
export function parsePolicyStats(text: string): Record<string, number | number[] | string> {
  const stats: Record<string, number | number[] | string> = {};
  for (const line of text.split('\n')) {
    const match = /^(\S+) (.*)$/.exec(line.trim());
    if (match === null) continue;
    const [, name, value] = match;
    if (/^-?\d+$/.test(value!)) stats[name!] = Number(value);
    else if (/^-?\d+(,-?\d+)+$/.test(value!)) stats[name!] = value!.split(',').map(Number);
    else stats[name!] = value!;
  }
  return stats;
}

/** A small file of a capture, without the white space around it; null where it is not there. */
export function textOf(directory: string, name: string): string | null {
  const path = join(directory, name);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}

/** Ticks a second of the time stamp counter between two readings (`tsc.before`, `tsc.after`); null where they are not there. */
export function tscRate(directory: string): number | null {
  const before = readingIn(directory, 'tsc.before');
  const after = readingIn(directory, 'tsc.after');
  if (before === null || after === null || after.ns <= before.ns) return null;
  return Number(((after.tsc - before.tsc) * 1_000_000_000n) / (after.ns - before.ns));
}

/** When the mode was changed while the workload ran (`tsc.start`, `tsc.switch`), ns after its start; null where it was not. */
export function switchedAtNs(directory: string): number | null {
  const start = readingIn(directory, 'tsc.start');
  const changed = readingIn(directory, 'tsc.switch');
  return start === null || changed === null ? null : Number(changed.ns - start.ns);
}

/** What `tscrate` has printed into a file: both clocks, read at once. */
function readingIn(directory: string, name: string): { readonly tsc: bigint; readonly ns: bigint } | null {
  const match = /^tsc (\d+) ns (\d+)$/.exec(textOf(directory, name) ?? '');
  return match === null ? null : { tsc: BigInt(match[1]!), ns: BigInt(match[2]!) };
}
