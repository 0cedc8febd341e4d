import { describe, expect, it } from 'vitest';
import { events, machine, MS, run, SEC, taskNamed, US, workload } from '../support/scenarios.js';

const COSTS = { wakeup: 700, activate: 1400, ipi_send: 200, ipi_delay: 300, idle_exit_delay: 0, trace_event: 600 };
const profile = machine('pvt8c', { costs: { ...machine('pvt8c', {}).costs, ...COSTS } });

/**
 * Two tasks that were on CPU 5 last are woken from CPUs 1 and 2, the second one `later` ns after the first.
 * @returns the CPU that the second one is put on
 */
function secondAfter(later: number): number {
  const work = workload(8, (s, w) => {
    const [on1, on2, on5, everywhere] = [w.mask([1]), w.mask([2]), w.mask([5]), w.mask([0, 1, 2, 3, 4, 5, 6, 7])];
    const [first, second] = [w.semaphore(), w.semaphore()];
    for (const [name, semaphore] of [['first', first], ['second', second]] as const) {
      s.task(name, (p) => {
        p.run(1 * MS);
        p.affinity(everywhere);
        p.wait(semaphore);
        p.run(1 * MS);
      }, { cpu: 5, mask: on5 });
    }
    s.task('a', (p) => {
      p.run(10 * MS);
      p.post(first);
    }, { cpu: 1, mask: on1 });
    s.task('b', (p) => {
      p.run(10 * MS + later);
      p.post(second);
    }, { cpu: 2, mask: on2 });
  }, { ends: 'exit' });
  const result = run({ profile, workload: work, durationNs: SEC, record: true });
  const { pid } = taskNamed(result, 'second');
  return events(result, 'wakeup').filter((event) => event.pid === pid).at(-1)!.a;
}

describe('wake-ups that other CPUs have queued', () => {
  it('leave an idle CPU looking idle between the interrupt and the queue', () => {
    const chosen = Array.from({ length: 40 }, (_, i) => secondAfter(100 * i));
    // The first one is on its way, then nothing tells of it, then it is queued.
    expect(chosen[0]).not.toBe(5);
    expect(chosen[39]).not.toBe(5);
    const from = chosen.indexOf(5);
    const to = chosen.lastIndexOf(5) + 1;
    expect(chosen.slice(from, to).every((cpu) => cpu === 5)).toBe(true);
    // Half of activate, and the trace event of the place.
    expect(Math.abs(100 * (to - from) - (700 + 600))).toBeLessThanOrEqual(100);
  });

  it('does not leave it so for long', () => {
    expect(secondAfter(50 * US)).not.toBe(5);
  });
});
