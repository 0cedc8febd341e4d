import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/sim/run-types.js';
import { events, machine, MS, NO_COSTS, run, SEC, US, workload } from '../../support/scenarios.js';

/** The entry of newly-idle balancing takes 50 µs, and nothing else any time. */
const BASE = 50 * US;

describe('newly-idle balancing', () => {
  /** The task of CPU 0 blocks at 10 ms, and CPU 1 has one to spare. @param late when it is woken, ns after that */
  const idles = (late: number, together = true): RunResult => run({
    profile: machine('pvt8c', { costs: { ...NO_COSTS, newidle_base: BASE }, features: { NI_RANDOM: false } }),
    workload: workload(8, (s, w) => {
      const token = w.semaphore();
      const two = w.mask([0, 1]);
      s.task('waits', (p) => {
        p.run(10 * MS);
        p.wait(token);
        p.run(1 * MS);
      }, { cpu: 0, mask: w.mask([0]) });
      for (const comm of ['runs', 'spare']) s.task(comm, (p) => p.run(20 * MS), { cpu: 1, mask: two, startNs: 1 * MS });
      s.task('posts', (p) => {
        p.run(10 * MS + late);
        p.post(token);
      }, { cpu: 2, mask: w.mask([2]) });
    }, { ends: 'exit' }),
    durationNs: SEC,
    record: true,
    takeTicksTogether: together,
  });
  /** When CPU 0 first got a task of CPU 1, ns; and when the one that was woken ran again. */
  const outcome = (result: RunResult): { pulled: number; ran: number } => {
    const pid = (comm: string): number => result.tasks.find((task) => task.comm === comm)!.pid;
    const pulled = events(result, 'migrate').find((row) => row['b'] === 0 || row['a'] === 0)?.['ts'] ?? Infinity;
    const ran = events(result, 'switch').filter((row) => row['pid'] === pid('waits')).at(-1)!['ts']!;
    return { pulled, ran };
  };

  it('takes its time', () => {
    expect(outcome(idles(5 * MS)).pulled).toBe(10 * MS + BASE);
  });

  it('ends without a pull where a wake-up comes meanwhile, which is taken when it is over', () => {
    const { pulled, ran } = outcome(idles(10 * US));
    expect(pulled).toBeGreaterThan(11 * MS);
    expect(ran).toBe(10 * MS + BASE);
  });

  it.each([10 * US, 49 * US, 50 * US, 60 * US])('is the same whether ticks are taken together or not: %i', (late) => {
    expect(idles(late).streamHash).toBe(idles(late, false).streamHash);
  });
});
