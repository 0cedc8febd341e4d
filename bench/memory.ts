import { runInChild, scriptInChild } from './child-process.js';
import type { HeapDocument } from './heap-child.js';
import type { Measurement } from './measurement.js';
import { summarize } from './statistics.js';

const MIB = 2 ** 20;

/** 10,000 tasks and the one that forks them on 256 CPUs: 125 groups of 40 senders and 40 receivers. */
const LARGE = ['hackbench', '--machine', 'epyc-256', '--param', 'groups=125', '--param', 'fds=40', '--param', 'loops=1'];

/** The most memory that a process ever had which simulates 10,000 tasks on 256 CPUs. */
export function memory(repetitions: number): Measurement[] {
  const peaks = Array.from({ length: repetitions }, () => runInChild(LARGE).peakRssBytes / MIB);
  return [
    {
      group: 'memory',
      name: '256 CPUs × 10,000 tasks, peak RSS',
      unit: 'MiB',
      summary: summarize(peaks),
      floor: { kind: 'at most', value: 512 },
    },
  ];
}

/** How much more is on the heap, after garbage collection, when 10^7 events have passed. */
export function heap(repetitions: number): Measurement[] {
  const documents = Array.from(
    { length: repetitions },
    () => scriptInChild('bench/heap-child.ts', ['--expose-gc'], ['10000000']) as HeapDocument,
  );
  const grown = documents.map(({ endBytes, startBytes }) => (endBytes - startBytes) / 1024);
  return [
    {
      group: 'heap',
      name: 'hackbench-64, heap growth over 10^7 events',
      unit: 'KiB',
      summary: summarize(grown),
      floor: { kind: 'at most', value: 1024 },
    },
  ];
}
