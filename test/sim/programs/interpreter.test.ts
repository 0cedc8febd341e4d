import { describe, expect, it } from 'vitest';
import { uniform } from '../../../src/workloads/distributions.js';
import {
  events, exitOrder, exitTime, machine, MS, NO_COSTS, run, runNs, SEC, taskNamed, US, workload,
} from '../../support/scenarios.js';

/** Eight CPUs on which kernel work takes no time, so that every moment can be told beforehand. */
const profile = machine('pvt8c', { costs: NO_COSTS });

describe('running and sleeping', () => {
  it('a task alone takes exactly its work, a sleep exactly its time', () => {
    const work = workload(8, (s) => s.task('t', (p) => {
      p.run(1_234_567);
      p.sleep(7_654_321);
      p.run(1);
      p.sleep(1);
    }), { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(result.simulatedNs).toBe(1_234_567 + 7_654_321 + 2);
    expect(result.metrics.completion_ns).toBe(result.simulatedNs);
    expect(runNs(result, 't')).toBe(1_234_568);
  });

  it('sleeps end late by the costs of waking up and no more', () => {
    const work = workload(8, (s) => s.task('t', (p) => p.loop(100, () => {
      p.run(100 * US);
      p.sleep(1 * MS);
    })), { ends: 'exit' });
    const result = run({ profile: machine('pvt8c'), workload: work, durationNs: SEC });
    const each = result.simulatedNs / 100;
    expect(each).toBeGreaterThan(1.1 * MS);
    expect(each).toBeLessThan(1.1 * MS + 15 * US);
  });

  it('draws from a distribution within its bounds, alike for the same seed', () => {
    const work = workload(8, (s, w) => {
      const d = w.distribution(uniform(1 * MS, 3 * MS));
      s.task('t', (p) => p.loop(500, () => {
        p.runDraw(d);
        p.sleepDraw(d);
      }));
    }, { ends: 'exit' });
    const of = (seed: number): number => run({ profile, workload: work, durationNs: 10 * SEC, seed }).simulatedNs;
    expect(of(1)).toBe(of(1));
    expect(of(1)).not.toBe(of(2));
    // Mean 2 ms each, standard error 0.6 ms · √1000 ≈ 18 ms.
    expect(Math.abs(of(1) - 2000 * MS)).toBeLessThan(100 * MS);
  });

  it('nested loops run as often as they say, and MARK counts units', () => {
    const work = workload(8, (s) => s.task('t', (p) => p.loop(3, () => p.loop(5, () => p.loop(7, () => {
      p.run(1 * US);
      p.mark(2);
    })))), { ends: 'exit', unit: 'steps' });
    const result = run({ profile, workload: work, durationNs: SEC });
    expect(result.counters['marked']).toBe(3 * 5 * 7 * 2);
    expect(result.simulatedNs).toBe(105 * US);
    expect(result.metrics.throughput).toBeCloseTo(210 / 105e-6, 3);
  });
});

describe('timers', () => {
  const wakeups = (mode: 'relative' | 'absolute', late: number): number[] => {
    const work = workload(8, (s) => s.task('t', (p) => {
      p.timer(10 * MS, 0, mode);
      p.run(late);
      p.loop(4, () => {
        p.timer(10 * MS, 0, mode);
        p.run(1 * MS);
      });
    }), { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    return events(result, 'wakeup').map((row) => row['ts']! / MS);
  };

  it('keep the grid while the work fits in the period, in both modes', () => {
    for (const mode of ['relative', 'absolute'] as const) expect(wakeups(mode, 9 * MS)).toEqual([10, 20, 30, 40, 50]);
  });

  it('absolute: after an overrun the missed periods are made up for, on the old grid', () => {
    // Busy 10…35: the points 20 and 30 are past, 40 is next; the work done at 35 and 36 catches up.
    expect(wakeups('absolute', 25 * MS)).toEqual([10, 40, 50]);
  });

  it('relative: after an overrun a new grid begins', () => {
    // At 35 the point 20 is past: the reference becomes 35, the next wake-ups are 46 − … of that grid.
    expect(wakeups('relative', 25 * MS)).toEqual([10, 45, 55, 65]);
  });

  it('two slots keep two grids', () => {
    const work = workload(8, (s) => s.task('t', (p) => {
      p.timer(10 * MS, 0, 'absolute');
      p.timer(3 * MS, 1, 'absolute');
      p.timer(10 * MS, 0, 'absolute');
      p.timer(3 * MS, 1, 'absolute');
      p.timer(3 * MS, 1, 'absolute');
    }), { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    // Slot 1 begins at 10 ms: 13; slot 0: 20; slot 1: 16 and 19 are past.
    expect(events(result, 'wakeup').map((row) => row['ts']! / MS)).toEqual([10, 13, 20]);
  });
});

describe('semaphores', () => {
  it('hand over in the order in which the waiters came', () => {
    const work = workload(8, (s, w) => {
      const sem = w.semaphore(0);
      for (let i = 0; i < 5; i++) {
        s.task(`w${i}`, (p) => {
          p.sleep((10 - i) * MS);
          p.wait(sem);
        }, { cpu: i });
      }
      s.task('poster', (p) => {
        p.sleep(50 * MS);
        p.loop(5, () => {
          p.run(1 * MS);
          p.post(sem);
        });
      });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitOrder(result).filter((name) => name !== 'poster')).toEqual(['w4', 'w3', 'w2', 'w1', 'w0']);
    expect(exitTime(result, 'w4')).toBe(51 * MS);
    expect(exitTime(result, 'w0')).toBe(55 * MS);
  });

  it('keep what nobody waits for, and one post of n serves n', () => {
    const work = workload(8, (s, w) => {
      const sem = w.semaphore(2);
      s.task('taker', (p) => {
        p.wait(sem);
        p.wait(sem);
        p.run(1 * MS);
        p.wait(sem);
        p.wait(sem);
        p.wait(sem);
      });
      s.task('poster', (p) => {
        p.sleep(5 * MS);
        p.post(sem, 3);
      });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(result.finished).toBe(true);
    expect(exitTime(result, 'taker')).toBe(5 * MS);
  });

  it('a token handed to a sleeper cannot be snatched by a newcomer', () => {
    // The waiter is woken but has no CPU yet; another task that calls WAIT meanwhile must block.
    const work = workload(8, (s, w) => {
      const [sem, mask] = [w.semaphore(0), w.mask([0])];
      s.task('waiter', (p) => p.wait(sem), { mask });
      s.task('thief', (p) => {
        p.sleep(1 * MS);
        p.post(sem);
        p.wait(sem);
      }, { mask, nice: -20 });
    });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitOrder(result)).toEqual(['waiter']);
    expect(result.finished).toBe(false);
  });

  it('a synchronous post says so to the kernel', () => {
    const work = workload(8, (s, w) => {
      const [plain, sync] = [w.semaphore(0), w.semaphore(0)];
      s.task('a', (p) => p.wait(plain));
      s.task('b', (p) => p.wait(sync));
      s.task('poster', (p) => {
        p.sleep(1 * MS);
        p.post(plain);
        p.run(1 * MS);
        p.postSync(sync);
      });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    const flags = new Map(events(result, 'waking').map((row) => [row['pid']!, row['b']! & 2]));
    expect(flags.get(taskNamed(result, 'a').pid)).toBe(0);
    expect(flags.get(taskNamed(result, 'b').pid)).toBe(2);
  });
});

describe('mutexes', () => {
  it('exclude: sections of eight tasks on eight CPUs never overlap', () => {
    const work = workload(8, (s, w) => {
      const mutex = w.mutex();
      for (let i = 0; i < 8; i++) {
        s.task(`t${i}`, (p) => p.loop(10, () => p.section(mutex, () => p.run(1 * MS))), { cpu: i });
      }
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC });
    expect(result.finished).toBe(true);
    expect(result.simulatedNs).toBe(80 * MS);
  });

  it('let a newcomer barge in before a woken waiter', () => {
    // The holder gives the mutex back, which wakes the waiter, and takes it again before the waiter has a CPU.
    const work = workload(8, (s, w) => {
      const [mutex, mask] = [w.mutex(), w.mask([0])];
      s.task('holder', (p) => {
        p.lock(mutex);
        p.run(1 * MS);
        p.unlock(mutex);
        p.lock(mutex);
        p.run(1 * MS);
        p.unlock(mutex);
      }, { mask, nice: -20 });
      s.task('waiter', (p) => {
        p.section(mutex, () => p.run(1 * MS));
      }, { mask: w.mask([1]), startNs: 500 * US, cpu: 1 });
    }, { ends: 'exit' });
    const slow = machine('pvt8c', { costs: { ...NO_COSTS, idle_exit_delay: 10 * US } });
    const result = run({ profile: slow, workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'holder')).toBeLessThan(2.1 * MS);
    expect(exitTime(result, 'waiter')).toBeGreaterThan(3 * MS);
  });

  it('wake waiters first come, first served', () => {
    const work = workload(8, (s, w) => {
      const mutex = w.mutex();
      s.task('holder', (p) => p.section(mutex, () => p.run(20 * MS)));
      for (let i = 1; i < 6; i++) {
        s.task(`w${i}`, (p) => {
          p.sleep(((i * 3) % 5 + 1) * MS);
          p.section(mutex, () => p.run(1 * MS));
        }, { cpu: i });
      }
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitOrder(result)).toEqual(['holder', 'w5', 'w2', 'w4', 'w1', 'w3']);
  });
});

describe('conditions', () => {
  it('SIGNAL wakes the first waiter, BROADCAST all, and nobody hears one that came before', () => {
    const work = workload(8, (s, w) => {
      const cond = w.condition();
      for (let i = 0; i < 4; i++) {
        s.task(`w${i}`, (p) => {
          p.sleep((i + 1) * MS);
          p.waitConditionAlone(cond);
        }, { cpu: i });
      }
      s.task('signaller', (p) => {
        p.signal(cond);
        p.sleep(10 * MS);
        p.signal(cond);
        p.sleep(10 * MS);
        p.broadcast(cond);
      }, { cpu: 7 });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'w0')).toBe(10 * MS);
    for (const name of ['w1', 'w2', 'w3']) expect(exitTime(result, name)).toBe(20 * MS);
  });

  it('give the mutex back while they wait and hold it again afterwards', () => {
    const work = workload(8, (s, w) => {
      const [cond, mutex] = [w.condition(), w.mutex()];
      for (let i = 0; i < 3; i++) {
        s.task(`w${i}`, (p) => {
          p.lock(mutex);
          p.waitCondition(cond, mutex);
          p.run(1 * MS);
          p.unlock(mutex);
        }, { cpu: i });
      }
      s.task('signaller', (p) => {
        p.sleep(5 * MS);
        p.section(mutex, () => {
          p.run(2 * MS);
          p.broadcast(cond);
        });
      }, { cpu: 7 });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    // One after another from 7 ms on.
    expect(result.simulatedNs).toBe(10 * MS);
    expect(result.finished).toBe(true);
  });
});

describe('barriers', () => {
  it('release all when the last has come, and can be used again', () => {
    const work = workload(8, (s, w) => {
      const barrier = w.barrier(4);
      for (let i = 0; i < 4; i++) {
        s.task(`t${i}`, (p) => p.loop(3, () => {
          p.run((i + 1) * MS);
          p.barrier(barrier);
        }), { cpu: i });
      }
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(result.simulatedNs).toBe(12 * MS);
    for (let i = 0; i < 4; i++) {
      expect(exitTime(result, `t${i}`)).toBe(12 * MS);
      expect(runNs(result, `t${i}`)).toBe(3 * (i + 1) * MS);
    }
  });

  it('leave to whoever comes last what is for one to do', () => {
    const work = workload(8, (s, w) => {
      const barrier = w.barrier(3);
      const order = [[1, 2, 4], [4, 1, 2], [2, 4, 1]];
      for (let i = 0; i < 3; i++) {
        s.task(`t${i}`, (p) => {
          for (const round of order) {
            p.run(round[i]! * MS);
            p.barrier(barrier, 10 * MS);
          }
          p.barrier(barrier);
        }, { cpu: i });
      }
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC });
    // Whoever did it in one round comes last to the next as well: t2, in each.
    expect(['t0', 't1', 't2'].map((name) => runNs(result, name))).toEqual([7 * MS, 7 * MS, 37 * MS]);
    expect(result.simulatedNs).toBe((4 + 10 + 2 + 10 + 1 + 10) * MS);
  });
});

describe('sleeps that a signal ends', () => {
  it('end at the signal for the one that has slept the longest, and by themselves for the others', () => {
    const work = workload(8, (s, w) => {
      const pool = w.condition();
      s.task('a', (p) => p.sleep(50 * MS, pool), { cpu: 0 });
      s.task('b', (p) => {
        p.run(1 * MS);
        p.sleep(20 * MS, pool);
      }, { cpu: 1 });
      s.task('c', (p) => {
        p.run(5 * MS);
        p.signal(pool);
        p.run(25 * MS);
        p.signal(pool);
        p.sleep(1 * MS, pool);
      }, { cpu: 2 });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'a')).toBe(5 * MS);
    expect(exitTime(result, 'b')).toBe(21 * MS);
    // Nobody sleeps at the second signal, and it does not stay.
    expect(exitTime(result, 'c')).toBe(31 * MS);
  });

  it('may be followed by another one: the timer of the one that was ended is gone', () => {
    const work = workload(8, (s, w) => {
      const pool = w.condition();
      s.task('a', (p) => {
        p.sleep(10 * MS, pool);
        p.sleep(30 * MS, pool);
      }, { cpu: 0 });
      s.task('c', (p) => {
        p.run(2 * MS);
        p.signal(pool);
      }, { cpu: 2 });
    }, { ends: 'exit' });
    expect(run({ profile, workload: work, durationNs: SEC }).simulatedNs).toBe(32 * MS);
  });
});
