import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTextFile } from '../../input/json.js';
import type { RunQueueStart } from '../tables/contents.js';

const FILE = 'sched_debug_before';
const BYTES_MAX = 64 * 2 ** 20;
/** What is read of a CPU, by what the file calls it. It prints times as milliseconds with six decimals. */
const TIMES: ReadonlyMap<string, Field> = new Map([['min_vruntime', 'minVruntimeNs'], ['clock', 'clockNs']]);
const COUNTS: ReadonlyMap<string, Field> = new Map([
  ['avg_idle', 'avgIdleNs'],
  ['max_idle_balance_cost', 'maxIdleBalanceCostNs'],
  ['load_avg', 'load'],
  ['runnable_avg', 'runnable'],
  ['util_avg', 'util'],
  ['removed.load_avg', 'removedLoad'],
  ['removed.runnable_avg', 'removedRunnable'],
  ['removed.util_avg', 'removedUtil'],
  ['h_nr_running', 'running'],
]);

const AVERAGES = ['clockNs', 'load', 'runnable', 'util', 'removedLoad', 'removedRunnable', 'removedUtil', 'running'] as const;
type Field = Exclude<keyof RunQueueStart, 'averages'> | (typeof AVERAGES)[number];
type Fields = Partial<Record<Field, number>>;

/**
 * What /sys/kernel/debug/sched/debug showed of the run queues before the recording: how far their vruntimes had come, how
 * long they idle, and their averages. Empty where the capture has no such file, or it is of another form; nothing else
 * hangs on it.
 */
export function readRunQueueStart(directory: string, cpus: number): RunQueueStart[] {
  const path = join(directory, FILE);
  if (!existsSync(path)) return [];
  const out: Fields[] = Array.from({ length: cpus }, () => ({}));
  let cpu = -1;
  let inRoot = true;
  for (const line of readTextFile(path, BYTES_MAX).split('\n')) {
    const header = /^cpu#(\d+)/.exec(line);
    if (header !== null) {
      cpu = Number(header[1]);
      inRoot = true;
      continue;
    }
    const queue = /^(cfs|rt|dl)_rq\[\d+\]:(.*)$/.exec(line);
    if (queue !== null) inRoot = queue[1] === 'cfs' && (queue[2] === '/' || queue[2] === '');
    const field = /^ {2}\.([\w.]+) *: *(-?\d+)(?:\.(\d{6}))?$/.exec(line);
    if (field === null || !inRoot || cpu < 0 || cpu >= cpus) continue;
    const [, name, whole, fraction] = field;
    const time = TIMES.get(name!);
    const count = COUNTS.get(name!);
    if (time !== undefined && fraction !== undefined) out[cpu]![time] ??= nsOf(whole!, fraction);
    else if (count !== undefined && fraction === undefined) out[cpu]![count] ??= Number(whole);
  }
  const queues = out.map(startOf);
  return queues.includes(null) ? [] : (queues as RunQueueStart[]);
}

function startOf(fields: Fields): RunQueueStart | null {
  const [minVruntimeNs, avgIdleNs, maxIdleBalanceCostNs] = [fields.minVruntimeNs, fields.avgIdleNs, fields.maxIdleBalanceCostNs];
  if (![minVruntimeNs, avgIdleNs, maxIdleBalanceCostNs].every(Number.isSafeInteger)) return null;
  const start = { minVruntimeNs: minVruntimeNs!, avgIdleNs: avgIdleNs!, maxIdleBalanceCostNs: maxIdleBalanceCostNs! };
  // A kernel without SMP has no averages.
  if (!AVERAGES.every((name) => Number.isSafeInteger(fields[name]) && fields[name]! >= 0)) return start;
  const { clockNs, load, runnable, util, removedLoad, removedRunnable, removedUtil, running } = fields as Record<Field, number>;
  const removed = { load: removedLoad, runnable: removedRunnable, util: removedUtil };
  return { ...start, averages: { clockNs, load, runnable, util, removed, running } };
}

/** Milliseconds with six decimals; the sign is that of both parts, also of `-0.5`. */
function nsOf(ms: string, fraction: string): number {
  return Number(ms) * 1e6 + (ms.startsWith('-') ? -1 : 1) * Number(fraction);
}
