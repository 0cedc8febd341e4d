import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../src/sim/programs/program.js';
import { events, machine, MS, NO_COSTS, run, SEC, workload } from '../../support/scenarios.js';

const US = 1000;
const SLACK = 50 * US;
const profile = machine('pvt8c', { costs: NO_COSTS, timerSlackNs: SLACK });

/** When a task of a CPU that has slept since before the run is to wake, µs. */
type Sleeper = readonly [cpu: number, us: number];

function sleepers(tasks: readonly Sleeper[], more: Partial<Workload> = {}): Workload {
  const work = workload(8, (s) => tasks.forEach(([cpu, us], i) => s.task(`t${i}`, (p) => {
    p.sleep(us * US);
    p.run(1 * US);
  }, { cpu })), { ends: 'exit' });
  return { ...work, ...more, initial: work.initial.map((task) => ({ ...task, slept: true })) };
}

/** When each of the tasks is woken, µs, in their order. */
function woken(work: Workload, on = profile): number[] {
  const result = run({ profile: on, workload: work, durationNs: SEC, record: true });
  const pids = work.initial.map((_, i) => result.tasks.find(({ comm }) => comm === `t${i}`)!.pid);
  const waking = events(result, 'waking');
  return pids.map((pid) => waking.find((event) => event['pid'] === pid)!['ts']! / US);
}

describe('the timer of a sleeping task', () => {
  it('is late by the slack where its CPU has no other', () => {
    expect(woken(sleepers([[3, 4000]]))).toEqual([4050]);
    expect(woken(sleepers([[3, 4000]]), machine('pvt8c', { costs: NO_COSTS }))).toEqual([4000]);
  });

  it('goes off with an earlier one of its CPU that is late, and with no other CPU’s', () => {
    expect(woken(sleepers([[3, 4000], [3, 4030], [3, 4050], [3, 4051], [5, 4030]]))).toEqual([4050, 4050, 4050, 4101, 4080]);
  });

  it('is in the length of a recorded sleep, which ends no later', () => {
    expect(woken(sleepers([[3, 4000], [3, 4030], [3, 4051]], { recordedSleeps: true }))).toEqual([4000, 4000, 4051]);
  });

  it('is exact for kernel threads', () => {
    const work = sleepers([[3, 4000], [3, 4030]]);
    const templates = work.templates.map((template) => ({ ...template, perCpuKthread: true }));
    expect(woken({ ...work, templates })).toEqual([4000, 4030]);
  });

  it('has an interrupt in common with others, whose wake-ups follow each other before the CPU switches', () => {
    const costs = { ...NO_COSTS, wakeup: 3 * US, activate: 1 * US, idle_exit_delay: 1 * US };
    const on = machine('pvt8c', { costs, timerSlackNs: SLACK });
    const work = sleepers([[3, 4000], [3, 4010], [3, 4020]]);
    const result = run({ profile: on, workload: work, durationNs: SEC, record: true });
    const at = events(result, 'waking').map(({ ts }) => ts! / US);
    expect(at[0]).toBe(4050);
    const gaps = at.slice(1).map((ts, i) => ts - at[i]!);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(3);
    const first = events(result, 'switch').find(({ cpu, ts }) => cpu === 3 && ts! > 4 * MS)!;
    expect(first['ts']! / US).toBeGreaterThanOrEqual(at[2]! + 3);
  });

  it('never goes off before it was asked for, or later than the slack allows', () => {
    const some = fc.array(fc.tuple(fc.constantFrom(0, 3), fc.integer({ min: 100, max: 600 })), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(some, fc.constantFrom(0, 20, 50), (tasks, slack) => {
      const on = machine('pvt8c', { costs: NO_COSTS, timerSlackNs: slack * US });
      woken(sleepers(tasks), on).forEach((at, i) => {
        expect(at).toBeGreaterThanOrEqual(tasks[i]![1]);
        expect(at).toBeLessThanOrEqual(tasks[i]![1] + slack);
      });
    }), { numRuns: 40, seed: 7 });
  });
});
