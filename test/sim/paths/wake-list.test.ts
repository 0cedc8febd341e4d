import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/sim/run-types.js';
import { events, machine, MS, run, SEC, taskNamed, US, workload } from '../../support/scenarios.js';

const COSTS = { wakeup: 700, activate: 1400, ipi_send: 200, ipi_delay: 300, ipi_turn: 0, idle_exit_delay: 0, trace_event: 600 };
const profile = machine('pvt8c', { costs: { ...machine('pvt8c', {}).costs, ...COSTS } });

/** Two tasks that were on CPU 5 last are woken from CPUs 1 and 2, the second one `later` ns after the first. */
function meet(later: number, turn: number): RunResult {
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
  const costs = { ...profile.costs, ipi_turn: turn };
  return run({ profile: { ...profile, costs }, workload: work, durationNs: SEC, record: true });
}

/** The last wake-up of a task. */
function wakeUpOf(result: RunResult, name: string): Record<string, number> {
  const { pid } = taskNamed(result, name);
  return events(result, 'wakeup').filter((event) => event['pid'] === pid).at(-1)!;
}

/** The CPU that the second one is put on. */
function secondAfter(later: number): number {
  return wakeUpOf(meet(later, 0), 'second')['a']!;
}

describe('wake-ups that other CPUs have queued', () => {
  it('leave an idle CPU looking idle between the interrupt and the queue', () => {
    const chosen = Array.from({ length: 40 }, (_, i) => secondAfter(100 * i));
    // Both look before the first is sent; it is on its way; nothing tells of it; it is queued.
    expect(chosen[0]).toBe(5);
    expect(chosen[39]).not.toBe(5);
    const sent = chosen.findIndex((cpu) => cpu !== 5);
    const from = chosen.indexOf(5, sent);
    const to = chosen.lastIndexOf(5) + 1;
    expect(chosen.slice(0, sent).every((cpu) => cpu === 5)).toBe(true);
    expect(chosen.slice(from, to).every((cpu) => cpu === 5)).toBe(true);
    // The second one looks after 600 + 0.85 · 700 ns, and at others than its own CPU 0.46 · 700 later; the first is sent after 700 + 2 · 600.
    expect(Math.abs(100 * sent - (700 + 1200 - 600 - 595))).toBeLessThanOrEqual(100);
    // 0.3 of activate, and the trace event of the place.
    expect(Math.abs(100 * (to - from) - (322 + 420 + 600))).toBeLessThanOrEqual(100);
  });

  it('are taken up in turns where the CPUs have turns', () => {
    const from = wakeUpOf(meet(0, 0), 'first')['ts']!;
    for (const turn of [1000, 4000, 7001]) {
      const ts = wakeUpOf(meet(0, turn), 'first')['ts']!;
      // The list is taken at a turn; the rest of activate and the trace event of the place come before the record.
      expect((ts - (1400 - 504 + 600)) % turn).toBe(0);
      expect(ts - from).toBeGreaterThanOrEqual(-504);
      expect(ts - from).toBeLessThan(turn);
    }
  });

  it('does not leave it so for long', () => {
    expect(secondAfter(50 * US)).not.toBe(5);
  });
});
