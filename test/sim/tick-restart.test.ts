import { describe, expect, it } from 'vitest';
import type { KernelCosts } from '../../src/sim/kernel/config.js';
import { events, machine, MS, NO_COSTS, run, SEC, taskNamed, US, workload } from '../support/scenarios.js';

const profile = (costs: Partial<KernelCosts>): ReturnType<typeof machine> => machine('pvt8c', { costs: { ...NO_COSTS, ...costs } });

/** A task that sleeps on CPU 0, and where `rival` another one of nice 19 that runs there meanwhile. */
function sleeper(sleepNs: number, rival: boolean): ReturnType<typeof workload> {
  return workload(8, (s, w) => {
    const mask = w.mask([0]);
    s.task('sleeper', (p) => {
      p.run(100 * US);
      p.sleep(sleepNs);
      p.run(100 * US);
    }, { mask });
    if (rival) s.task('rival', (p) => p.run(60 * MS), { mask, nice: 19 });
  }, { ends: 'exit' });
}

/** ns from the end of the sleep to the switch to the sleeper. */
function latency(costs: Partial<KernelCosts>, sleepNs: number, rival: boolean): number {
  const result = run({ profile: profile(costs), workload: sleeper(sleepNs, rival), durationNs: SEC, record: true });
  const { pid } = taskNamed(result, 'sleeper');
  const waking = events(result, 'waking').filter((event) => event.pid === pid).at(-1)!;
  return events(result, 'switch').find((event) => event.pid === pid && event.ts >= waking.ts)!.ts - waking.ts;
}

describe('what a stopped tick takes', () => {
  it('is that a CPU which leaves idleness starts it again', () => {
    expect(latency({ tick_restart: 900 }, 20 * MS, false)).toBe(900);
    expect(latency({ tick_restart: 900 }, 20 * MS, true)).toBe(0);
    // No tick has found it idle yet.
    expect(latency({ tick_restart: 900 }, 50 * US, false)).toBe(0);
  });
});
