import { OutsideError } from '../src/input/error.js';
import { built } from './built.js';
import { timeOf } from './harness.js';
import type { Measurement } from './measurement.js';
import { mapSummary, summarize } from './statistics.js';

type Resolve = typeof import('../src/experiment/resolve.js');
type Build = typeof import('../src/experiment/build-workload.js');
type Sim = typeof import('../src/sim/simulation.js');

const SIMULATED_SECONDS = 200;
const ROUNDS = 5;

/** What taking quiet ticks together saves on examples/spinners-4x8, and that it changes nothing. */
export async function ticks(): Promise<Measurement[]> {
  const { resolveScenario } = await built<Resolve>('experiment/resolve');
  const { buildWorkload } = await built<Build>('experiment/build-workload');
  const { Simulation } = await built<Sim>('sim/simulation');
  const scenario = await resolveScenario('examples/spinners-4x8.json', {});
  const workload = buildWorkload(scenario, 1);
  const run = (takeTicksTogether: boolean) =>
    new Simulation({
      profile: scenario.profile,
      workload,
      policy: null,
      seed: 1,
      durationNs: SIMULATED_SECONDS * 1e9,
      takeTicksTogether,
    }).run();
  const [together, apart] = [run(true), run(false)];
  if (together.streamHash !== apart.streamHash || together.events !== apart.events) {
    throw new OutsideError('ticks taken together gave another run than ticks taken one by one');
  }
  // In turns, so that a machine that gets slower or faster meanwhile treats both alike.
  const seconds: Record<'true' | 'false', number[]> = { true: [], false: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const how of ['true', 'false'] as const) {
      seconds[how].push(timeOf(`together: ${how}`, () => void run(how === 'true'), { minSamples: 3, seconds: 0.5 }).median);
    }
  }
  const perSecond = (how: 'true' | 'false') => mapSummary(summarize(seconds[how]), (s) => SIMULATED_SECONDS / s);
  const ratios = seconds.true.map((s, i) => seconds.false[i]! / s);
  const group = 'ticks';
  return [
    { group, name: 'spinners-4x8, ticks taken together', unit: 'simulated s/s', summary: perSecond('true') },
    { group, name: 'spinners-4x8, ticks one by one', unit: 'simulated s/s', summary: perSecond('false') },
    { group, name: 'together / one by one', unit: 'times', summary: summarize(ratios) },
  ];
}
