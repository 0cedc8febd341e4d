import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/sim/run-types.js';
import { events, machine, MS, NO_COSTS, run, SEC, taskNamed, US, workload } from '../../support/scenarios.js';

/** Queueing a task takes 100 µs. */
const HELD = 100 * US;

/**
 * CPU 0: two tasks wait, one runs for 1 ms and sleeps, one comes last. CPUs 1 and 2 wake the two that wait: the first by `early` ns before
 * 1 ms, the second 10 µs later.
 */
function meet(early: number): RunResult {
  return run({
    profile: machine('pvt8c', { costs: { ...NO_COSTS, activate: HELD } }),
    workload: workload(8, (s, w) => {
      const [first, second] = [w.semaphore(), w.semaphore()];
      const here = { cpu: 0, mask: w.mask([0]) };
      for (const [name, semaphore] of [['first', first], ['second', second]] as const) {
        s.task(name, (p) => {
          p.wait(semaphore);
          p.run(1 * MS);
        }, here);
      }
      s.task('sleeps', (p) => {
        p.run(990 * US);
        p.sleep(50 * MS);
      }, { ...here, startNs: 10 * US });
      s.task('last', (p) => p.run(1 * MS), { ...here, startNs: 20 * US });
      s.task('a', (p) => {
        p.run(1 * MS - early);
        p.post(first);
      }, { cpu: 1, mask: w.mask([1]) });
      s.task('b', (p) => {
        p.run(1 * MS - early + 10 * US);
        p.post(second);
      }, { cpu: 2, mask: w.mask([2]) });
    }, { ends: 'exit' }),
    durationNs: SEC,
    record: true,
  });
}

/** Who follows the task that goes to sleep, and when. */
function next(result: RunResult): { readonly pid: number; readonly ts: number } {
  const { pid } = taskNamed(result, 'sleeps');
  const row = events(result, 'switch').find((event) => event['a'] === pid)!;
  return { pid: row['pid']!, ts: row['ts']! };
}

function wokenAt(result: RunResult, name: string): number {
  const { pid } = taskNamed(result, name);
  return events(result, 'wakeup').filter((event) => event['pid'] === pid).at(-1)!['ts']!;
}

describe('a run queue that a wake-up from another CPU has locked', () => {
  it('keeps schedule() waiting, which then finds the woken task', () => {
    const result = meet(50 * US);
    expect(next(result).pid).toBe(taskNamed(result, 'first').pid);
    expect(next(result).ts).toBeGreaterThan(1 * MS - 50 * US + HELD);
  });

  it('is not locked before: who blocks then leaves to who is queued', () => {
    const result = meet(-5 * US);
    expect(next(result)).toEqual({ pid: taskNamed(result, 'last').pid, ts: 1 * MS });
  });

  it('is had by one wake-up after the other', () => {
    const result = meet(500 * US);
    expect(wokenAt(result, 'first')).toBe(500 * US + HELD);
    expect(wokenAt(result, 'second')).toBe(500 * US + HELD + 1 + HELD);
  });
});
