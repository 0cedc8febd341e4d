import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../src/sim/programs/program.js';
import { events, machine, MS, NO_COSTS, run, runNs, SEC, workload } from '../../support/scenarios.js';

const profile = machine('pvt8c', { costs: NO_COSTS });

/** Two tasks of CPU 3 that were there before, and sleep for 4 and 6 ms or wait, then run for 1 ms; and one that runs. */
function before(asleep: 'sleep' | 'wait'): Workload {
  const work = workload(8, (s, w) => {
    const doors = [w.semaphore(0), w.semaphore(0)];
    doors.forEach((door, i) => s.task(`old${i}`, (p) => {
      if (asleep === 'sleep') p.sleep((4 + 2 * i) * MS);
      else p.wait(door);
      p.run(1 * MS);
    }, { cpu: 3 }));
    s.task('busy', (p) => {
      p.run(4 * MS);
      for (const door of doors) p.post(door);
      p.run(4 * MS);
    });
  }, { ends: 'exit' });
  return { ...work, initial: work.initial.map((task) => ({ ...task, slept: true })) };
}

describe('tasks that were there before the run', () => {
  it('and slept are seen by no CPU until they wake up, where they were', () => {
    const result = run({ profile, workload: before('sleep'), durationNs: SEC, record: true });
    const old = result.tasks.filter(({ comm }) => comm.startsWith('old')).map(({ pid }) => pid);
    expect(events(result, 'newidle').filter(({ ts }) => ts! < 4 * MS)).toEqual([]);
    const switches = events(result, 'switch').filter(({ pid }) => old.includes(pid!));
    expect(switches.map(({ ts, cpu }) => [ts, cpu])).toEqual([[4 * MS, 3], [6 * MS, 3]]);
    expect(events(result, 'wakeup_new').filter(({ pid }) => old.includes(pid!))).toEqual([]);
    expect(runNs(result, 'old0')).toBe(1 * MS);
  });

  it('and waited are woken by whom they wait for', () => {
    const result = run({ profile, workload: before('wait'), durationNs: SEC, record: true });
    expect(result.finished).toBe(true);
    expect(events(result, 'wakeup').map(({ ts }) => ts)).toEqual([4 * MS, 4 * MS]);
    expect(events(result, 'wakeup_new')).toHaveLength(1);
  });

  it('and did not sleep go on where they were', () => {
    const result = run({ profile, workload: before('sleep'), durationNs: SEC, record: true });
    const [busy] = events(result, 'wakeup_new');
    expect([busy!['ts'], busy!['a']]).toEqual([0, 0]);
  });
});
