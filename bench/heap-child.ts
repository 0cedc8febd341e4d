/**
 * Run by memory.ts with --expose-gc: how much is on the heap before and after a number of events of a long hackbench-64,
 * once a million events have warmed it up. Prints a HeapDocument.
 */
import { built } from './built.js';

export interface HeapDocument {
  /** Events between the two measurements. */
  readonly events: number;
  readonly startBytes: number;
  readonly endBytes: number;
}

const WARM_UP_EVENTS = 1_000_000;

const wanted = Number(process.argv[2]);
const { resolveScenario } = await built<typeof import('../src/experiment/resolve.js')>('experiment/resolve');
const { buildWorkload } = await built<typeof import('../src/experiment/build-workload.js')>('experiment/build-workload');
const { Simulation } = await built<typeof import('../src/sim/simulation.js')>('sim/simulation');

// So many messages that the run does not end before it was measured.
const scenario = await resolveScenario('examples/hackbench-64.json', { params: { loops: 100_000 } });
const workload = buildWorkload(scenario, 1);
const { machine } = new Simulation({ profile: scenario.profile, workload, policy: null, seed: 1, durationNs: 2 ** 52 });
while (machine.events < WARM_UP_EVENTS) machine.step();
const startBytes = heapBytes();
const from = machine.events;
while (machine.events < from + wanted) machine.step();
const document: HeapDocument = { events: machine.events - from, startBytes, endBytes: heapBytes() };
process.stdout.write(`${JSON.stringify(document)}\n`);

function heapBytes(): number {
  for (let i = 0; i < 4; i++) globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
