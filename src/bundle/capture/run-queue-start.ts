import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTextFile } from '../../input/json.js';
import type { RunQueueStart } from '../tables/contents.js';

const FILE = 'sched_debug_before';
const BYTES_MAX = 64 * 2 ** 20;
/** The file prints times as milliseconds with six decimals. */
const TIMES: ReadonlyMap<string, keyof RunQueueStart> = new Map([['min_vruntime', 'minVruntimeNs']]);
const COUNTS: ReadonlyMap<string, keyof RunQueueStart> = new Map([
  ['avg_idle', 'avgIdleNs'],
  ['max_idle_balance_cost', 'maxIdleBalanceCostNs'],
]);

/**
 * What /sys/kernel/debug/sched/debug showed of the run queues before the recording: how far their vruntimes had come and how
 * long they idle. Its averages are left out: those of an idle CPU are as old as its idleness, and the CPU that was read on is
 * busy with just that. Empty where the capture has no such file, or it is of another form; nothing else hangs on it.
 */
export function readRunQueueStart(directory: string, cpus: number): RunQueueStart[] {
  const path = join(directory, FILE);
  if (!existsSync(path)) return [];
  const out: Partial<Record<keyof RunQueueStart, number>>[] = Array.from({ length: cpus }, () => ({}));
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
    const field = /^ {2}\.(\w+) *: *(-?\d+)(?:\.(\d{6}))?$/.exec(line);
    if (field === null || !inRoot || cpu < 0 || cpu >= cpus) continue;
    const [, name, whole, fraction] = field;
    const time = TIMES.get(name!);
    const count = COUNTS.get(name!);
    if (time !== undefined && fraction !== undefined) out[cpu]![time] ??= nsOf(whole!, fraction);
    else if (count !== undefined && fraction === undefined) out[cpu]![count] ??= Number(whole);
  }
  const names = [...TIMES.values(), ...COUNTS.values()];
  const whole = out.every((queue) => names.every((name) => Number.isSafeInteger(queue[name])));
  return whole ? (out as unknown as RunQueueStart[]) : [];
}

/** Milliseconds with six decimals; the sign is that of both parts, also of `-0.5`. */
function nsOf(ms: string, fraction: string): number {
  return Number(ms) * 1e6 + (ms.startsWith('-') ? -1 : 1) * Number(fraction);
}
