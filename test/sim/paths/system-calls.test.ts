import { describe, expect, it } from 'vitest';
import { MS, SEC, US } from '../../support/scenarios.js';
import { events, machine, NO_COSTS, run, workload } from '../../support/scenarios.js';

describe('a task that has woken a better one', () => {
  const profile = machine('flat2', { costs: { ...NO_COSTS, wakeup: 700, schedule: 900, user_return: 500 } });
  const sleeper = 100 * MS;
  /** Both waiters have slept for long when they are woken, one after the other, with `between` ns of work between that. */
  const woken = (between: number, inKernel = false) => workload(2, (s, w) => {
    const [one, two] = [w.semaphore(0), w.semaphore(0)];
    const mask = w.mask([0]);
    s.task('one', (p) => p.wait(one), { cpu: 0, mask });
    s.task('two', (p) => p.wait(two), { cpu: 0, mask });
    s.task('waker', (p) => {
      p.run(sleeper);
      const both = (): void => {
        p.post(one);
        p.run(between);
        p.post(two);
      };
      if (inKernel) p.inKernel(both);
      else both();
      p.run(MS);
    }, { cpu: 0, mask });
  }, { ends: 'exit' });
  const times = (between: number, inKernel = false) => {
    const result = run({ profile, workload: woken(between, inKernel), durationNs: SEC, record: true });
    const wakeups = events(result, 'wakeup').map((row) => row['ts']!);
    const switched = events(result, 'switch').find((row) => row['ts']! >= wakeups[0]!)!['ts']!;
    return { wakeups, switched };
  };

  it('is preempted when it has left its system call', () => {
    const { wakeups, switched } = times(10 * US);
    expect(switched - wakeups[0]!).toBe(500 + 900);
    expect(wakeups[1]).toBeGreaterThan(switched);
  });

  it('wakes whoever it wakes in the same system call first', () => {
    const { wakeups, switched } = times(100);
    expect(wakeups[1]! - wakeups[0]!).toBe(100 + 700);
    expect(switched - wakeups[1]!).toBe(500 + 900);
  });

  it('wakes whoever it wakes while its program says that it is in the kernel first, however long that takes', () => {
    const { wakeups, switched } = times(10 * US, true);
    expect(wakeups[1]! - wakeups[0]!).toBe(10 * US + 700);
    expect(switched - wakeups[1]!).toBe(500 + 900);
  });
});
