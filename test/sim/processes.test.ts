import { describe, expect, it } from 'vitest';
import { exitOrder, exitTime, machine, MS, NO_COSTS, run, SEC, simulation, US, workload } from '../support/scenarios.js';

/** Eight CPUs on which kernel work takes no time, so that every moment can be told beforehand. */
const profile = machine('pvt8c', { costs: NO_COSTS });

describe('processes', () => {
  it('JOIN waits for all children, not for grandchildren', () => {
    const work = workload(8, (s, w) => {
      const p = w.program;
      const grandchild = p.routine(() => p.run(50 * MS));
      const child = p.routine(() => {
        p.fork(grandchild, w.template({ comm: 'grandchild', entry: grandchild }));
        p.run(10 * MS);
      });
      const template = w.template({ comm: 'child', entry: child });
      s.task('parent', () => {
        p.fork(child, template);
        p.run(1 * MS);
        p.fork(child, template);
        p.join();
      });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC, record: true });
    expect(exitTime(result, 'parent')).toBe(11 * MS);
    expect(exitOrder(result)).toEqual(['child', 'child', 'parent', 'grandchild', 'grandchild']);
    expect(result.simulatedNs).toBe(51 * MS);
  });

  it('JOIN without living children goes on at once', () => {
    const work = workload(8, (s, w) => {
      const p = w.program;
      const child = p.routine(() => p.run(1 * MS));
      s.task('parent', () => {
        p.join();
        p.fork(child, w.template({ comm: 'child', entry: child }));
        p.run(5 * MS);
        p.join();
        p.run(1 * MS);
      });
    }, { ends: 'exit' });
    expect(run({ profile, workload: work, durationNs: SEC }).simulatedNs).toBe(6 * MS);
  });

  it('a row is used again after its task has died, and CPU times are kept apart', () => {
    const work = workload(8, (s, w) => {
      const p = w.program;
      const child = p.routine(() => p.run(1 * MS));
      const template = w.template({ comm: 'child', entry: child });
      s.task('parent', () => p.loop(100, () => {
        p.fork(child, template);
        p.join();
      }));
    }, { ends: 'exit', maxTasks: 3 });
    const result = run({ profile, workload: work, durationNs: SEC });
    expect(result.tasks.length).toBe(101);
    expect(result.tasks.filter((task) => task.comm === 'child').every((task) => task.runNs === 1 * MS)).toBe(true);
    expect(new Set(result.tasks.map((task) => task.pid)).size).toBe(101);
  });

  it('more tasks than maxTasks is an error of the program, with the number in it', () => {
    const work = workload(8, (s, w) => {
      const p = w.program;
      const child = p.routine(() => p.run(1 * SEC));
      s.task('parent', () => p.loop(10, () => p.fork(child, w.template({ comm: 'child', entry: child }))));
    }, { ends: 'exit', maxTasks: 5 });
    expect(() => run({ profile, workload: work, durationNs: SEC })).toThrow(/maxTasks = 5/);
  });

  it('a program that takes no time is an error, not an endless run', () => {
    const work = workload(8, (s) => s.task('t', (p) => p.forever(() => p.mark(1))));
    expect(() => run({ profile, workload: work, durationNs: SEC })).toThrow(/without taking any time/);
  });

  it('background tasks do not keep a run that ends by exit alive', () => {
    const base = workload(8, (s) => {
      s.spinner('daemon');
      s.task('job', (p) => p.run(5 * MS), { cpu: 3 });
    }, { ends: 'exit' });
    const work = { ...base, templates: base.templates.map((t) => (t.comm === 'daemon' ? { ...t, background: true } : t)) };
    const result = run({ profile, workload: work, durationNs: SEC });
    expect(result.simulatedNs).toBe(5 * MS);
    expect(result.finished).toBe(true);
  });
});

describe('a run', () => {
  it('that ends by exit ends with its last event when nobody can ever run again', () => {
    const work = workload(8, (s, w) => {
      const never = w.semaphore(0);
      s.task('stuck', (p) => {
        p.run(5 * MS);
        p.wait(never);
      });
    }, { ends: 'exit' });
    const result = run({ profile, workload: work, durationNs: SEC });
    expect(result.finished).toBe(false);
    expect(result.metrics.completion_ns).toBeNull();
    expect(result.simulatedNs).toBeLessThan(10 * MS);
  });

  it('can be taken in parts: runUntil() in steps gives the same result', () => {
    const work = workload(8, (s) => {
      for (let i = 0; i < 10; i++) {
        s.task(`t${i}`, (p) => p.forever(() => {
          p.run((1 + i) * 100 * US);
          p.sleep((11 - i) * 90 * US);
        }));
      }
    });
    const whole = run({ profile: 'pvt8c', workload: work, durationNs: 200 * MS });
    const sim = simulation({ profile: 'pvt8c', workload: work, durationNs: 200 * MS });
    for (let t = 0; t < 200 * MS; t += 333_333) sim.runUntil(t);
    sim.runUntil(Infinity);
    expect(sim.result()).toEqual(whole);
  });

  it('onProgress may stop it, and changes nothing when it does not', () => {
    const work = workload(8, (s) => s.task('a', (p) => p.forever(() => {
      p.run(1 * MS);
      p.sleep(1 * MS);
    })));
    const seen: number[] = [];
    const options = { profile: 'pvt8c', workload: work, durationNs: 200 * MS };
    const result = simulation(options).run((ns) => seen.push(ns) > 0);
    expect(result).toEqual(run(options));
    expect(seen.length).toBeGreaterThan(10);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const stopped = simulation(options).run((ns) => ns < 50 * MS);
    expect(stopped.simulatedNs).toBeGreaterThan(40 * MS);
    expect(stopped.simulatedNs).toBeLessThan(80 * MS);
  });
});
