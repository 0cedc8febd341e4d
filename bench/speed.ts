import { OutsideError } from '../src/input/error.js';
import { runInChild, type RunDocument } from './child-process.js';
import type { Measurement } from './measurement.js';
import { summarize, type Floor } from './statistics.js';

/** A scenario, how long it is simulated, and what is made of it. */
interface SpeedCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly unit: string;
  readonly of: (run: RunDocument) => number;
  readonly floor?: Floor;
}

const simulatedPerSecond = (run: RunDocument): number => run.simulatedNs / run.wallNs;
const eventsPerSecond = (run: RunDocument): number => (run.events * 1e9) / run.wallNs;

/**
 * Every repetition is a process of its own, so the time that the compiler takes to make the code fast is in it. The
 * example of spinners runs for 2 s, which is over in a millisecond: it is measured over 5000 s.
 */
const CASES: readonly SpeedCase[] = [
  {
    name: 'examples/spinners-4x8, 5000 s',
    args: ['examples/spinners-4x8.json', '--duration', '5000'],
    unit: 'simulated s/s',
    of: simulatedPerSecond,
    floor: { kind: 'at least', value: 1500, aim: 3500 },
  },
  {
    name: 'examples/hackbench-64, as it is',
    args: ['examples/hackbench-64.json'],
    unit: 'events/s',
    of: eventsPerSecond,
    floor: { kind: 'at least', value: 1e6 },
  },
  {
    name: 'examples/hackbench-64, loops=400',
    args: ['examples/hackbench-64.json', '--param', 'loops=400'],
    unit: 'events/s',
    of: eventsPerSecond,
  },
];

/** How fast whole runs are, on one core. */
export function speed(repetitions: number): Measurement[] {
  return CASES.map(({ name, args, unit, of, floor }) => {
    const runs = Array.from({ length: repetitions }, () => runInChild(args));
    const hashes = new Set(runs.map((run) => run.streamHash));
    if (hashes.size > 1) throw new OutsideError(`${name}: the same run gave the hashes ${[...hashes].join(' and ')}`);
    const base = { group: 'speed', name, unit, summary: summarize(runs.map(of)) } as const;
    return floor === undefined ? base : { ...base, floor };
  });
}
