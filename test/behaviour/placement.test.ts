import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/sim/run-types.js';
import type { Row } from '../support/scenarios.js';
import { events, machine, MS, NO_COSTS, rows, run, SEC, US, workload } from '../support/scenarios.js';

/** CPUs that the tasks called so ran on, with how often each was switched in there. */
function cpusOf(result: RunResult, comm: RegExp): Map<number, number> {
  const pids = new Set(result.tasks.filter((task) => comm.test(task.comm)).map((task) => task.pid));
  const seen = new Map<number, number>();
  for (const row of events(result, 'switch')) {
    if (pids.has(row['pid']!)) seen.set(row['cpu']!, (seen.get(row['cpu']!) ?? 0) + 1);
  }
  return seen;
}

/** A parent that forks `n` children which run for 50 ms each, and waits for them. */
function burst(n: number): ReturnType<typeof workload> {
  return workload(8, (s, w) => {
    const child = w.program.routine(() => w.program.run(50 * MS));
    const template = w.template({ comm: 'child', entry: child });
    s.task('parent', (p) => {
      p.sleep(5 * MS);
      for (let i = 0; i < n; i++) p.fork(child, template);
      p.join();
    });
  }, { ends: 'exit' });
}

const wakeups = (result: RunResult): Row[] => events(result, 'wakeup_new');

describe('a fork burst', () => {
  it('of 8 spreads over 8 idle CPUs, one child on each', () => {
    // select_task_rq_fair() with WF_FORK takes the slow path: find_idlest_cpu().
    for (const profile of ['pvt8c', 'pvt8', 'pvt8numa', 'i5-1035g1']) {
      const result = run({ profile, workload: burst(8), durationNs: SEC, record: true });
      expect(result.finished).toBe(true);
      expect([...cpusOf(result, /^child$/).keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it('takes a CPU of its own for every child as soon as it is forked, but for the one that its parent is on', () => {
    const result = run({ profile: 'pvt8c', workload: burst(8), durationNs: SEC, record: true });
    const children = new Set(result.tasks.filter((task) => task.comm === 'child').map((task) => task.pid));
    const cpus = wakeups(result).filter((row) => children.has(row['pid']!)).map((row) => row['a']!);
    expect(new Set(cpus.slice(0, 7)).size).toBe(7);
    expect(new Set(cpus).size).toBeGreaterThanOrEqual(7);
  });

  it('of 4 goes to idle cores before it goes to idle siblings', () => {
    // The groups of the lowest wide domain are cores: update_pick_idlest() takes the one with most idle CPUs.
    const core: Record<string, (cpu: number) => number> = {
      pvt8: (cpu) => cpu >> 1,
      'i5-1035g1': (cpu) => cpu % 4,
    };
    for (const [profile, of] of Object.entries(core)) {
      const result = run({ profile, workload: burst(4), durationNs: SEC, record: true });
      const cores = new Set<number>();
      for (const cpu of cpusOf(result, /^child$/).keys()) cores.add(of(cpu));
      expect(cores.size).toBe(4);
    }
  });

  it('of 4 is divided among two NUMA nodes', () => {
    const result = run({ profile: 'pvt8numa', workload: burst(4), durationNs: SEC, record: true });
    const nodes = [...cpusOf(result, /^child$/).keys()].map((cpu) => cpu >> 2);
    expect(new Set(nodes)).toEqual(new Set([0, 1]));
  });

  it('of 64 on 64 CPUs leaves few CPUs idle, and balancing the rest at once', () => {
    const work = workload(64, (s, w) => {
      const child = w.program.routine(() => w.program.run(50 * MS));
      const template = w.template({ comm: 'child', entry: child });
      s.task('parent', (p) => {
        for (let i = 0; i < 64; i++) p.fork(child, template);
        p.join();
      });
    }, { ends: 'exit', maxTasks: 80 });
    const result = run({ profile: 'flat64', workload: work, durationNs: SEC, record: true });
    // 64 forks of 30 µs one after another, then 50 ms: were two children on a CPU for long, it would take 100 ms.
    expect(result.simulatedNs).toBeLessThan(70 * MS);
  });
});

describe('a wake-up', () => {
  it('of a task alone goes back to its previous, idle CPU', () => {
    // select_idle_sibling(): target, then prev; wake_affine() does not prefer a CPU that is not idle.
    for (const profile of ['pvt8c', 'pvt8', 'pvt8numa', 'xeon-2s']) {
      const work = workload(profile === 'xeon-2s' ? 64 : 8, (s) => {
        s.task('sleeper', (p) => p.forever(() => {
          p.run(500 * US);
          p.sleep(700 * US);
        }));
      });
      const result = run({ profile, workload: work, durationNs: 500 * MS });
      expect(result.metrics.migrations_wakeup).toBe(0);
      expect(result.metrics.migrations_balance! + result.metrics.migrations_active!).toBe(0);
    }
  });

  it('of four periodic tasks on an idle machine leaves each on its CPU', () => {
    const work = workload(8, (s) => {
      for (let i = 0; i < 4; i++) {
        s.task(`p${i}`, (p) => p.forever(() => {
          p.run((400 + 50 * i) * US);
          p.sleep((900 + 70 * i) * US);
        }), { cpu: i });
      }
    });
    const result = run({ profile: 'pvt8c', workload: work, durationNs: SEC });
    const switches = result.metrics.context_switches!;
    expect(switches).toBeGreaterThan(4000);
    expect(result.metrics.migrations_wakeup! / switches).toBeLessThan(0.001);
  });

  it('avoids a busy previous CPU while another one of the cache is idle', () => {
    const work = workload(8, (s, w) => {
      s.task('sleeper', (p) => p.forever(() => {
        p.run(300 * US);
        p.sleep(2 * MS);
      }));
      // A hog takes the CPU of the sleeper.
      s.spinner('hog', { mask: w.mask([0]), startNs: 50 * MS });
    });
    const result = run({ profile: 'pvt8c', workload: work, durationNs: 500 * MS, record: true });
    const pid = result.tasks[0]!.pid;
    const late = events(result, 'wakeup').filter((row) => row['pid'] === pid && row['ts']! > 60 * MS);
    expect(late.length).toBeGreaterThan(100);
    for (const row of late) expect(row['a']).not.toBe(0);
    expect(result.metrics.wakeup_latency_p99_ns).toBeLessThan(20 * US);
  });

  it('keeps a synchronous ping-pong within one cache', () => {
    // wake_affine() pulls the wakee towards its waker; select_idle_sibling() then stays in that cache.
    const work = workload(8, (s, w) => {
      const [ping, pong] = [w.semaphore(1), w.semaphore(0)];
      s.task('left', (p) => p.forever(() => {
        p.wait(ping);
        p.run(20 * US);
        p.postSync(pong);
      }), { cpu: 0 });
      s.task('right', (p) => p.forever(() => {
        p.wait(pong);
        p.run(20 * US);
        p.postSync(ping);
      }), { cpu: 7 });
    });
    const result = run({ profile: 'pvt8numa', workload: work, durationNs: 300 * MS, record: true });
    const late = events(result, 'switch').filter((row) => row['ts']! > 100 * MS && row['pid']! > 0);
    const nodes = new Map<number, number>();
    for (const row of late) nodes.set(row['cpu']! >> 2, (nodes.get(row['cpu']! >> 2) ?? 0) + 1);
    expect(Math.max(...nodes.values()) / late.length).toBeGreaterThan(0.95);
  });

  it('finds an idle core rather than an idle sibling of a busy one', () => {
    // select_idle_core() while test_idle_cores() says that there is one. Target and previous CPU are busy, or they would do.
    const work = workload(8, (s, w) => {
      const busy = w.mask([0]);
      // The flag is set by a core that goes idle: one does, at the start.
      s.task('early', (p) => p.run(1 * MS), { mask: w.mask([6]), cpu: 6 });
      s.spinner('hog0', { mask: busy });
      s.spinner('hog2', { mask: w.mask([2]) });
      const go = w.semaphore(0);
      s.task('timer', (p) => p.forever(() => {
        p.sleep(9 * MS);
        p.run(10 * US);
        p.post(go);
      }), { mask: busy });
      s.task('woken', (p) => p.forever(() => {
        p.affinity(busy);
        p.run(10 * US);
        p.affinity(0);
        p.wait(go);
        p.run(1 * MS);
      }));
    });
    const result = run({ profile: 'pvt8', workload: work, durationNs: 1 * SEC, record: true });
    const { pid } = result.tasks.find((task) => task.comm === 'woken')!;
    const woken = events(result, 'wakeup').filter((row) => row['pid'] === pid);
    expect(woken.length).toBeGreaterThan(50);
    for (const row of woken) expect(row['a']).toBeGreaterThanOrEqual(4);
  });
});

describe('execve()', () => {
  it('moves a task from a busy CPU to an idle one: sched_exec()', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      s.spinner('hog', { mask, cpu: 0 });
      s.task('shell', (p) => {
        p.run(1 * MS);
        p.affinity(0);
        p.run(1 * MS);
        p.exec();
        p.run(100 * MS);
      }, { mask, cpu: 0 });
    });
    const result = run({ profile: 'pvt8c', workload: work, durationNs: 400 * MS, record: true });
    expect(result.metrics.migrations_balance! + result.counters['migrations_other']!).toBeGreaterThan(0);
    const exec = events(result, 'exec');
    expect(exec.length).toBe(1);
  });

  it('leaves a task alone on its CPU where it is', () => {
    const work = workload(8, (s) => {
      s.task('shell', (p) => p.loop(10, () => {
        p.run(1 * MS);
        p.exec();
      }));
    }, { ends: 'exit' });
    const result = run({ profile: 'pvt8c', workload: work, durationNs: SEC });
    expect(result.counters['migrations_other']).toBe(0);
    expect(result.finished).toBe(true);
  });

  it('goes to the idle CPU right away, by the stopper, while the other tasks stay', () => {
    // Both hogs keep CPU 0; the third comes to it only by its mask, is freed, and leaves when it calls execve().
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      const all = w.mask([0, 1, 2, 3, 4, 5, 6, 7]);
      s.spinner('hog1', { mask, cpu: 0 });
      s.task('shell', (p) => {
        p.run(100 * US);
        p.affinity(all);
        p.exec();
        p.run(3 * MS);
        p.exit();
      }, { mask, cpu: 0 });
    });
    const profile = machine('pvt8c', { costs: NO_COSTS });
    const result = run({ profile, workload: work, durationNs: 200 * MS, record: true });
    const { pid } = result.tasks.find((task) => task.comm === 'shell')!;
    const at = events(result, 'exec')[0]!['ts']!;
    const moves = rows(result, 'events').filter((row) => row['kind'] === 4 && row['pid'] === pid);
    expect(moves.some((row) => row['ts'] === at && row['a'] === 0)).toBe(true);
  });
});
