import { describe, expect, it } from 'vitest';
import { machine, MS, NO_COSTS, run, workload } from '../../support/scenarios.js';

/** Three tasks that share one of eight CPUs and run for 7 ms at a time, and one that has a CPU of its own and sleeps in between. */
const work = workload(8, (s, w) => {
  const [first, second] = [w.mask([0]), w.mask([1])];
  for (let i = 0; i < 3; i++) s.task(`t${i}`, (p) => p.forever(() => p.run(7 * MS)), { mask: first });
  s.task('sleeper', (p) => p.forever(() => {
    p.run(3 * MS);
    p.sleep(1 * MS);
  }), { mask: second });
}, { ends: 'duration', unit: 'ms' });
const counting = { ...work, countsRuns: true };

describe('what RUN counts', () => {
  it.each([50, 53.5, 100.25])('is the CPU time that was had after %d ms, to the ns, the rest of what is under way left out', (ms) => {
    const result = run({ profile: machine('pvt8c', { costs: NO_COSTS }), workload: counting, durationNs: ms * MS });
    const had = result.tasks.reduce((sum, { runNs }) => sum + runNs, 0);
    expect(result.counters['marked']).toBeCloseTo(had / MS, 6);
    expect(result.metrics.throughput).toBeCloseTo((had / MS / ms) * 1e3, 3);
    expect(had / MS).toBeGreaterThan(1.7 * ms);
  });

  it('is nothing where the workload does not ask for it', () => {
    const result = run({ profile: machine('pvt8c', { costs: NO_COSTS }), workload: { ...counting, countsRuns: false }, durationNs: 50 * MS });
    expect(result.counters['marked']).toBe(0);
  });
});
