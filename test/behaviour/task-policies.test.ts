import { describe, expect, it } from 'vitest';
import { load_weight_of } from '../../src/sim/kernel/math/weights.js';
import {
  events, exitOrder, exitTime, machine, MS, NO_COSTS, run, runNs, SEC, spin, US, workload,
} from '../support/scenarios.js';

const profile = machine('pvt8c', { costs: NO_COSTS });
const NORMAL = 0;
const BATCH = 3;
const IDLE = 5;

describe('SCHED_IDLE', () => {
  it('gets 3 parts in 1027 next to a normal task', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      s.spinner('normal', { mask });
      s.spinner('idle', { mask, policy: IDLE });
    });
    const [first, second] = [20, 120].map((seconds) => run({ profile, workload: work, durationNs: seconds * SEC }));
    const ran = runNs(second!, 'idle') - runNs(first!, 'idle');
    expect(Math.abs((ran / (100 * SEC)) * (1027 / 3) - 1)).toBeLessThan(0.05);
  });

  it('gets the whole CPU when nobody else wants it', () => {
    const work = workload(8, (s, w) => s.spinner('idle', { mask: w.mask([0]), policy: IDLE }));
    expect(runNs(run({ profile, workload: work, durationNs: SEC }), 'idle')).toBe(SEC);
  });

  it('is preempted at once by a normal task that wakes up', () => {
    // check_preempt_wakeup(): curr SCHED_IDLE and the woken one not: preempt, whatever the vruntimes. Sleeps of 5 µs leave
    // the sleeper less than wakeup_granularity behind.
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      s.spinner('idle', { mask, policy: IDLE });
      s.task('periodic', (p) => p.forever(() => {
        p.run(500 * US);
        p.sleep(5 * US);
      }), { mask });
    });
    const result = run({ profile, workload: work, durationNs: 2 * SEC });
    expect(result.counters['wakeups_measured']).toBeGreaterThan(3000);
    expect(result.metrics.wakeup_latency_p99_ns).toBe(0);
    // Nothing is lost but a tick now and then, which is its share of 3/1027.
    expect(runNs(result, 'periodic') / (2 * SEC)).toBeGreaterThan(0.97);
  });

  it('a CPU that runs only SCHED_IDLE tasks is as good as an idle one for a wake-up: sched_idle_cpu()', () => {
    const work = workload(8, (s) => {
      for (let i = 0; i < 8; i++) s.spinner(`idle${i}`, { policy: IDLE, cpu: i });
      s.task('periodic', (p) => p.forever(() => {
        p.run(2 * MS);
        p.sleep(5 * MS);
      }), { startNs: 100 * MS });
    });
    const result = run({ profile, workload: work, durationNs: SEC });
    expect(runNs(result, 'periodic') / (0.9 * SEC)).toBeGreaterThan(0.28);
  });
});

describe('SCHED_BATCH', () => {
  it('shares as its weight says but does not preempt on wake-up', () => {
    const latency = (policy: number): number => {
      const work = workload(8, (s, w) => {
        const mask = w.mask([0]);
        s.spinner('hog', { mask });
        s.task('periodic', (p) => p.forever(() => {
          p.run(100 * US);
          p.sleep(20 * MS);
        }), { mask, policy });
      });
      return run({ profile, workload: work, durationNs: 2 * SEC }).metrics.wakeup_latency_p50_ns!;
    };
    // The sleeper is more than wakeup_granularity behind: a normal one preempts at once, a batch one waits for a tick.
    expect(latency(NORMAL)).toBe(0);
    expect(latency(BATCH)).toBeGreaterThan(100 * US);
  });

  it('gets the same share as a normal one', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      s.spinner('normal', { mask });
      s.spinner('batch', { mask, policy: BATCH });
    });
    const result = run({ profile, workload: work, durationNs: 10 * SEC });
    expect(Math.abs(runNs(result, 'batch') / (10 * SEC) - 0.5)).toBeLessThan(0.005);
  });
});

describe('changes while a task runs', () => {
  it('nice: its share changes from then on', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      s.spinner('hog', { mask });
      s.task('renicer', (p) => {
        p.run(5 * SEC);
        p.nice(5);
        spin(p);
      }, { mask });
    });
    const result = run({ profile, workload: work, durationNs: 30 * SEC });
    const light = load_weight_of(5, NORMAL) / (load_weight_of(5, NORMAL) + load_weight_of(0, NORMAL));
    expect(Math.abs(runNs(result, 'renicer') / SEC / (5 + 20 * light) - 1)).toBeLessThan(0.01);
  });

  it('policy: to SCHED_IDLE and back', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      s.spinner('hog', { mask });
      s.task('changer', (p) => {
        p.run(2 * SEC);
        p.policy(IDLE);
        p.run(20 * MS);
        p.policy(NORMAL);
        spin(p);
      }, { mask });
    });
    const result = run({ profile, workload: work, durationNs: 20 * SEC });
    // 4 s half and half; 20 ms at 3/1027 take some 7 s; the rest is shared again.
    const slow = 0.02 * (1027 / 3);
    expect(Math.abs(runNs(result, 'changer') / SEC - (2 + 0.02 + (16 - slow) / 2))).toBeLessThan(0.25);
  });

  it('affinity: the running task leaves its CPU at once', () => {
    const work = workload(8, (s, w) => {
      s.task('mover', (p) => {
        p.run(1 * MS);
        p.affinity(w.mask([5]));
        p.run(1 * MS);
        p.affinity(w.mask([2, 3]));
        p.run(1 * MS);
      });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(result.finished).toBe(true);
    const moves = events(result, 'migrate').map((row) => [row['ts'], row['b']]);
    expect(moves[0]).toEqual([1 * MS, 5]);
    expect(moves[1]![0]).toBe(2 * MS);
    expect([2, 3]).toContain(moves[1]![1]);
    expect(result.simulatedNs).toBe(3 * MS);
    expect(result.counters['migrations_other']).toBe(2);
  });

  it('affinity: a mask that holds the CPU moves nothing', () => {
    const work = workload(8, (s, w) => {
      s.task('stayer', (p) => {
        p.run(1 * MS);
        p.affinity(w.mask([0, 4]));
        p.run(1 * MS);
      });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC });
    expect(result.counters['migrations_other']).toBe(0);
    expect(result.simulatedNs).toBe(2 * MS);
  });
});

describe('sched_yield()', () => {
  it('lets the others of the CPU run first: three that yield after each step take turns', () => {
    // yield_task_fair() sets cfs_rq->skip: pick_next_entity() takes the second of the timeline, unless it is more than
    // wakeup_granularity ahead of the first, as a task is that has just been born behind others.
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      for (const name of ['a', 'b', 'c']) {
        s.task(name, (p) => p.loop(200, () => {
          p.run(100 * US);
          p.yield();
        }), { mask });
      }
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(events(result, 'switch').length).toBeGreaterThan(400);
    expect(exitOrder(result).length).toBe(3);
    expect(result.simulatedNs).toBe(60 * MS);
  });

  it('passes over the one that yields, though leftmost, while the next is at most a granularity ahead', () => {
    // Far within a granularity of 500 ms: the hog, which is ahead, is preferred whenever the other yields.
    const wide = machine('pvt8c', { costs: NO_COSTS, sysctl: { wakeup_granularity_ns: 500 * MS } });
    const of = (polite: boolean): number => {
      const work = workload(8, (s, w) => {
        const mask = w.mask([0]);
        s.spinner('hog', { mask, cpu: 0 });
        s.task('other', (p) => p.forever(() => {
          p.run(10 * US);
          if (polite) p.yield();
        }), { mask, cpu: 0 });
      });
      return runNs(run({ profile: wide, workload: work, durationNs: 45 * MS }), 'other');
    };
    expect(of(false)).toBeGreaterThan(10 * MS);
    expect(of(true)).toBeLessThan(100 * US);
  });

  it('costs a task alone nothing but the call', () => {
    const work = workload(8, (s) => s.task('alone', (p) => p.loop(1000, () => {
      p.run(10 * US);
      p.yield();
    })), { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'alone')).toBe(10 * MS);
    expect(result.metrics.context_switches).toBeLessThan(4);
  });

  it('does not starve: a yielding task shares with a hog', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      s.spinner('hog', { mask });
      s.task('polite', (p) => p.forever(() => {
        p.run(1 * MS);
        p.yield();
      }), { mask });
    });
    const result = run({ profile, workload: work, durationNs: 5 * SEC });
    expect(runNs(result, 'polite') / (5 * SEC)).toBeGreaterThan(0.02);
    expect(runNs(result, 'hog') + runNs(result, 'polite')).toBe(5 * SEC);
  });
});
