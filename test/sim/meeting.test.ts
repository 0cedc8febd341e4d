import { describe, expect, it } from 'vitest';
import { Op, RING, type Workload } from '../../src/sim/programs/program.js';
import { Simulation } from '../../src/sim/simulation.js';
import type { ProgramBuilder } from '../../src/workloads/assembler.js';
import { checkWorkload } from '../../src/workloads/check.js';
import { uniform } from '../../src/workloads/distributions.js';
import { events, exitTime, machine, MS, NO_COSTS, run, runNs, SEC, US, workload } from '../support/scenarios.js';

const profile = machine('pvt8c', { costs: NO_COSTS });
const on = (w: { mask(cpus: readonly number[]): number }, cpu: number): { cpu: number; mask: number } => ({ cpu, mask: w.mask([cpu]) });

/** One task that waits for at most 10 ms, and one that posts after `us`. */
function timed(us: number): Workload {
  return workload(8, (s, w) => {
    const [semaphore, patience] = [w.semaphore(), w.distribution(uniform(10 * MS, 10 * MS))];
    s.task('waiter', (p) => {
      p.waitDraw(semaphore, patience);
      p.run(MS);
      p.waitDraw(semaphore, patience);
    }, on(w, 1));
    s.task('poster', (p) => {
      p.run(us * US);
      p.post(semaphore);
    }, on(w, 2));
  }, { ends: 'exit' });
}

describe('WAIT_DRAW', () => {
  it.each([
    ['is ended by a post, and its timer with it', 4000, 4 * MS + MS + 10 * MS],
    ['ends by itself, and leaves a later post to the next', 12_000, 12 * MS],
  ])('%s', (_, us, end) => {
    const work = timed(us);
    checkWorkload(work, 8);
    expect(exitTime(run({ profile, workload: work, durationNs: SEC, record: true }), 'waiter')).toBe(end);
  });

  it('draws whether it has to wait or not', () => {
    const drawn = (posts: number): number => {
      const work = workload(8, (s, w) => {
        const [semaphore, patience, burst] = [w.semaphore(posts), w.distribution(uniform(US, MS)), w.distribution(uniform(MS, 2 * MS))];
        s.task('waiter', (p) => {
          p.waitDraw(semaphore, patience);
          p.runDraw(burst);
        });
      }, { ends: 'exit' });
      return runNs(run({ profile, workload: work, durationNs: SEC, record: true }), 'waiter');
    };
    expect(drawn(1)).toBe(drawn(0));
  });
});

/** `times` times what `body` writes, then a task more that says how often each of `n` semaphores was posted, as its time. */
function counted(n: number, times: number, body: (p: ProgramBuilder, first: number) => void): Workload {
  return workload(8, (s, w) => {
    const semaphores = Array.from({ length: n }, () => w.semaphore());
    s.task('poster', (p) => p.loop(times, () => {
      body(p, semaphores[0]!);
      p.run(10);
    }));
    semaphores.forEach((semaphore, i) => s.task(`counter${i}`, (p) => {
      p.sleep(SEC);
      p.takeAll(semaphore, () => p.run(US));
    }));
  }, { ends: 'exit' });
}

describe('POST_DRAW and JUMP_DRAW', () => {
  it('POST_DRAW posts to each of its semaphores about as often, and loses none', () => {
    const work = counted(4, 1000, (p, first) => p.postDraw(first, 4));
    checkWorkload(work, 8);
    const result = run({ profile, workload: work, durationNs: 2 * SEC, record: true });
    const counts = [0, 1, 2, 3].map((i) => runNs(result, `counter${i}`) / US);
    expect(counts.reduce((a, b) => a + b)).toBe(1000);
    // Three standard deviations of a binomial distribution.
    for (const count of counts) expect(Math.abs(count - 250)).toBeLessThan(3 * Math.sqrt(1000 * 0.25 * 0.75));
  });

  it('JUMP_DRAW takes its way in one of so many cases', () => {
    const work = counted(2, 1000, (p, first) => p.oneIn(3, () => p.post(first), () => p.post(first + 1)));
    checkWorkload(work, 8);
    const result = run({ profile, workload: work, durationNs: 2 * SEC, record: true });
    const chosen = runNs(result, 'counter0') / US;
    expect(runNs(result, 'counter1') / US).toBe(1000 - chosen);
    expect(Math.abs(chosen - 1000 / 3)).toBeLessThan(3 * Math.sqrt((1000 * 2) / 9));
  });

  it('a task that is to wake whom it has drawn draws once, and comes to the same after a snapshot', () => {
    const work = workload(8, (s, w) => {
      const [first] = [w.semaphore(), w.semaphore(), w.semaphore()];
      s.task('poster', (p) => p.loop(50, () => {
        p.run(100 * US);
        p.postDraw(first, 3);
      }));
      for (let i = 0; i < 3; i++) s.task(`waiter${i}`, (p) => p.forever(() => {
        p.wait(first + i);
        p.run(US);
      }));
    });
    const make = (): Simulation => new Simulation({ profile: machine('pvt8c'), workload: work, policy: null, seed: 1, durationNs: 10 * MS });
    const once = make().run();
    const recorded = run({ profile: machine('pvt8c'), workload: work, durationNs: 10 * MS, seed: 1, record: true });
    expect(events(recorded, 'waking').length).toBe(50);
    const other = make();
    other.runUntil(3 * MS + 137);
    const saved = other.snapshot();
    other.run();
    other.restore(saved);
    expect(other.run().streamHash).toBe(once.streamHash);
  });
});

describe('NUMBER, WAIT_AT and POST_AT', () => {
  it('let tasks go on in the order of their numbers, round a ring', () => {
    const work = workload(8, (s, w) => {
      // The first number is 8, so that its place is 3.
      const ring = Array.from({ length: 5 }, (_, i) => w.semaphore(i === 3 ? 1 : 0));
      const numbers = w.semaphore(8);
      for (let i = 0; i < 5; i++) s.task(`task${i}`, (p) => {
        p.run((1 + i) * US);
        p.numbered(numbers, (number) => {
          // Whoever comes later is through with this earlier.
          p.run((10 - i) * MS);
          p.waitAt(ring, number);
          p.run(100 * US);
          p.postAt(ring, number, 1);
        });
      }, on(w, i));
    }, { ends: 'exit' });
    checkWorkload(work, 8);
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    const ends = [0, 1, 2, 3, 4].map((i) => exitTime(result, `task${i}`));
    expect(ends).toEqual([0, 1, 2, 3, 4].map((i) => 10 * MS + US + (1 + i) * 100 * US));
  });

  it('are refused where the ring or the number is not there', () => {
    const ring = (size: number, op: number): Workload => {
      const base = workload(8, (s, w) => s.task('one', (p) => p.wait(w.semaphore(9))), { ends: 'exit' });
      return { ...base, program: { code: Uint8Array.from([op, Op.EXIT]), a: Float64Array.from([0, 0]), b: Float64Array.from([RING.operand(size, 1, 0), 0]) } };
    };
    expect(() => checkWorkload(ring(2, Op.WAIT_AT), 8)).toThrow('a ring of the 2 semaphores from 0 on');
    expect(() => checkWorkload(ring(1, Op.POST_AT), 8)).toThrow('loop register 1, which may not be set');
    expect([RING.size(RING.operand(5, 3, 1)), RING.register(RING.operand(5, 3, 1)), RING.next(RING.operand(5, 3, 1))]).toEqual([5, 3, 1]);
  });
});

describe('TRY, WAIT_EVENT and SIGNAL_SYNC', () => {
  it('a task looks again when woken, waits once more where there is nothing, and misses nothing', () => {
    const work = workload(8, (s, w) => {
      const [items, filled] = [w.semaphore(), w.condition()];
      s.task('taker', (p) => {
        p.takeOr(items, () => p.waitEvent(filled, items));
        p.run(MS);
        // This one is there already: no waiting.
        p.takeOr(items, () => p.waitEvent(filled, items));
      }, on(w, 1));
      s.task('giver', (p) => {
        p.run(MS);
        p.signalSync(filled);
        p.run(MS);
        p.post(items, 2);
        p.signalSync(filled);
      }, on(w, 2));
    }, { ends: 'exit' });
    checkWorkload(work, 8);
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'taker')).toBe(3 * MS);
    expect(events(result, 'waking')).toHaveLength(2);
    for (const row of events(result, 'waking')) expect(row['b']! & 2).toBe(2);
  });
});

describe('LOCK that spins', () => {
  /** Two tasks want a mutex for a ms at the same time; the holder runs, or sleeps meanwhile. */
  const two = (sleeps: boolean): Workload => workload(8, (s, w) => {
    const mutex = w.mutex();
    s.task('holder', (p) => {
      p.lock(mutex);
      if (sleeps) p.sleep(MS);
      else p.run(MS);
      p.unlock(mutex);
    }, on(w, 1));
    s.task('other', (p) => {
      p.run(100 * US);
      p.lock(mutex, 100);
      p.run(MS);
      p.unlock(mutex);
    }, on(w, 2));
  }, { ends: 'exit' });

  it('burns CPU while the holder runs', () => {
    const result = run({ profile, workload: two(false), durationNs: SEC, record: true });
    expect(exitTime(result, 'other')).toBe(2 * MS);
    expect(runNs(result, 'other')).toBe(2 * MS);
    expect(events(result, 'waking')).toHaveLength(0);
  });

  it('sleeps while the holder sleeps', () => {
    const result = run({ profile, workload: two(true), durationNs: SEC, record: true });
    expect(exitTime(result, 'other')).toBe(2 * MS);
    expect(runNs(result, 'other')).toBe(1100 * US);
    expect(events(result, 'waking').length).toBe(2);
  });
});

describe('LOCK as a futex has it', () => {
  it('who takes a free mutex gives it back without waking anybody, while one that was woken has still to come: that one wakes the next', () => {
    const work = workload(8, (s, w) => {
      const mutex = w.mutex();
      s.task('holder', (p) => p.section(mutex, () => p.run(MS)), on(w, 1));
      s.task('first', (p) => {
        p.run(100 * US);
        p.section(mutex, () => p.run(10 * US));
      }, on(w, 0));
      s.task('second', (p) => {
        p.run(200 * US);
        p.section(mutex, () => p.run(10 * US));
      }, on(w, 2));
      // It has the CPU of the first one that waits from before that is woken, and takes the mutex meanwhile.
      s.task('newcomer', (p) => {
        p.sleep(900 * US);
        p.run(150 * US);
        p.section(mutex, () => p.run(10 * US));
        p.run(100 * US);
      }, on(w, 0));
    }, { ends: 'exit' });
    checkWorkload(work, 8);
    const result = run({ profile: machine('pvt8c', { costs: NO_COSTS, features: { WAKEUP_PREEMPTION: false } }), workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'newcomer')).toBe(1160 * US);
    expect(exitTime(result, 'first')).toBe(1170 * US);
    expect(exitTime(result, 'second')).toBe(1180 * US);
  });
});

describe('COND_WAIT by groups', () => {
  /** Two wait; one of them is signalled while its CPU is another's, and a third one comes; then others are signalled. */
  const groups = (own: boolean, broadcasts: boolean): Workload => workload(8, (s, w) => {
    const [mutex, filled] = [w.mutex(), w.condition()];
    const wait = (p: ProgramBuilder): void => p.section(mutex, () => (own ? p.waitOwnCondition(filled, mutex) : p.waitCondition(filled, mutex)));
    s.task('a', wait, on(w, 1));
    s.task('hog', (p) => {
      p.sleep(MS);
      p.run(5 * MS);
    }, on(w, 1));
    s.task('b', (p) => {
      p.sleep(3 * MS);
      wait(p);
    }, on(w, 2));
    s.task('signaller', (p) => {
      p.sleep(2 * MS);
      p.section(mutex, () => p.signal(filled));
      p.run(2 * MS);
      p.section(mutex, () => (broadcasts ? p.broadcast(filled) : p.signal(filled)));
      p.run(US);
    }, on(w, 3));
  }, { ends: 'exit' });
  const noPreemption = machine('pvt8c', { costs: NO_COSTS, features: { WAKEUP_PREEMPTION: false }, sysctl: { latency_ns: SEC, min_granularity_ns: SEC } });

  it.each([
    ['who signals one of the next group waits until the last of this one has run', false, false, 6 * MS],
    ['so does who signals all', false, true, 6 * MS],
    ['nobody waits where each has a condition of its own', true, false, 4 * MS],
  ])('%s', (_, own, broadcasts, at) => {
    const work = groups(own, broadcasts);
    checkWorkload(work, 8);
    const result = run({ profile: noPreemption, workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'signaller')).toBe(at + US);
    expect(exitTime(result, 'b')).toBe(at);
    expect(exitTime(result, 'a')).toBe(6 * MS);
  });
});

describe('JUMP_CROSSED', () => {
  it('all who crossed a barrier together leave it together, however late they look', () => {
    const members = 3;
    // RUN, BARRIER, a look at when it was crossed, and again; member i looks i ms after that.
    const work: Workload = (() => {
      const base = workload(8, (s, w) => {
        const barrier = w.barrier(members);
        for (let i = 0; i < members; i++) s.task(`m${i}`, (p) => {
          p.loop(1000, () => {
            p.run((2 - i) * MS + US);
            p.barrier(barrier);
            p.run(i * MS + US);
            p.mark(1);
          });
        }, on(w, i));
      }, { ends: 'exit' });
      const { code, a, b } = base.program;
      // The MARK becomes a look, and what comes after the way back the end.
      for (let at = 0; at < code.length; at++) {
        if (code[at] !== Op.MARK) continue;
        (code as Uint8Array)[at] = Op.JUMP_CROSSED;
        (a as Float64Array)[at] = 5 * MS;
        (b as Float64Array)[at] = at + 2;
      }
      return base;
    })();
    checkWorkload(work, 8);
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    const ends = [0, 1, 2].map((i) => exitTime(result, `m${i}`));
    // Crossings are 2 ms + 2 µs apart, from 2 ms + 1 µs on: the third one is the first after 5 ms.
    expect(ends).toEqual([0, 1, 2].map((i) => 6 * MS + 5 * US + i * MS + US));
  });
});
