import { describe, expect, it } from 'vitest';
import type { Workload } from '../../src/sim/programs/program.js';
import { buildGenerator } from '../../src/workloads/registry.js';
import { listen, MS, rows, run, SEC, simulation, total, workload } from '../support/scenarios.js';

/** Counts the times that a task was put on a CPU that its mask forbids, over a whole run, and the switches looked at. */
function violations(profile: string, work: Workload, durationNs: number, policy: string | null = null): [number, number] {
  const sim = simulation({ profile, workload: work, durationNs, policy });
  const { kernel: k } = sim;
  let bad = 0;
  let seen = 0;
  listen(sim, {
    sched_switch(cpu, _prev, _state, next) {
      if (next < 0) return;
      seen++;
      if (!k.mask.has(k.task.mask[next]!, cpu)) bad++;
    },
    sched_migrate_task(p, _orig, dest) {
      if (!k.mask.has(k.task.mask[p]!, dest)) bad++;
    },
  });
  sim.run();
  return [bad, seen];
}

describe('affinity', () => {
  it('tasks pinned to one CPU stay there while the others idle', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      for (let i = 0; i < 4; i++) s.spinner(`pinned${i}`, { mask });
    });
    const result = run({ profile: 'pvt8c', workload: work, durationNs: 2 * SEC, record: true });
    expect(result.metrics.migrations_balance! + result.metrics.migrations_active!).toBe(0);
    expect(total(result.tasks as never, 'runNs') / (2 * SEC)).toBeGreaterThan(0.98);
    const decisions = rows(result, 'decisions');
    expect(decisions.length).toBeGreaterThan(0);
    // The waiting ones are refused for affinity (reason 2) before anything else is asked; even the running one is.
    expect(new Set(decisions.map((row) => row['reason']))).toEqual(new Set([2]));
  });

  it('where all are pinned the balance is not counted as failed: LBF_ALL_PINNED', () => {
    // can_migrate_task() never clears LBF_ALL_PINNED, so load_balance() takes the queue out and, with none left, goes to
    // out_all_pinned: nr_balance_failed = 0 and the interval doubles up to MAX_PINNED_INTERVAL (512 ms).
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      for (let i = 0; i < 4; i++) s.spinner(`pinned${i}`, { mask });
    });
    const sim = simulation({ profile: 'pvt8c', workload: work, durationNs: 4 * SEC, record: true });
    const result = sim.run();
    // The search goes on without the CPU of the pinned ones and finds nothing: stage 1, with the flag still set.
    const tried = rows(result, 'balances').filter((row) => (row['flags']! & 1) !== 0 && row['idle'] !== 2);
    expect(tried.length).toBeGreaterThan(10);
    for (const row of tried) expect(row).toMatchObject({ stage: 1, nr_balance_failed: 0, moved: 0, active: 0, flags: 9 });
    expect(Math.max(...tried.map((row) => row['balance_interval']!))).toBe(512);
  });

  it('one running task that may move turns a balance of pinned ones into a failure', () => {
    // The free task is current when can_migrate_task() sees it: LBF_ALL_PINNED is cleared, nothing is moved, and
    // nr_balance_failed goes up until the pinned ones have left it waiting.
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      for (let i = 0; i < 3; i++) s.spinner(`pinned${i}`, { mask });
      s.spinner('free');
    });
    const result = run({ profile: 'pvt8c', workload: work, durationNs: 2 * SEC, record: true });
    const free = result.tasks.find((task) => task.comm === 'free')!;
    // It gets a CPU of its own soon, and keeps it.
    expect(free.runNs / (2 * SEC)).toBeGreaterThan(0.97);
    for (const task of result.tasks) if (task !== free) expect(Math.abs(task.runNs / (2 * SEC) - 1 / 3)).toBeLessThan(0.02);
  });

  it('affine failures are counted per task', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([0]);
      for (let i = 0; i < 2; i++) s.spinner(`pinned${i}`, { mask });
    });
    const sim = simulation({ profile: 'pvt8c', workload: work, durationNs: SEC, record: true });
    const result = sim.run();
    const refused = rows(result, 'decisions').filter((row) => row['reason'] === 2).length;
    const counted = sim.kernel.task.nr_failed_migrations_affine.reduce((sum, n) => sum + n, 0);
    expect(refused).toBeGreaterThan(0);
    expect(counted).toBe(refused);
  });

  it('pinned tasks of one CPU among free ones: the free ones spread over the others', () => {
    const work = workload(8, (s, w) => {
      const mask = w.mask([2]);
      for (let i = 0; i < 2; i++) s.spinner(`pinned${i}`, { mask });
      for (let i = 0; i < 7; i++) s.spinner(`free${i}`);
    });
    const result = run({ profile: 'pvt8c', workload: work, durationNs: 4 * SEC });
    for (const task of result.tasks) {
      const share = task.runNs / (4 * SEC);
      if (task.comm.startsWith('free')) expect(share).toBeGreaterThan(0.9);
      else expect(Math.abs(share - 0.5)).toBeLessThan(0.05);
    }
  });

  for (const profile of ['pvt8', 'pvt8c', 'pvt8numa', 'i5-1035g1']) {
    for (const policy of [null, 'always', 'early-migration']) {
      it(`is never violated: pinned on ${profile}, policy ${policy ?? 'none'}`, () => {
        const work = buildGenerator('pinned', {}, { cpus: 8, seed: 3 }, 'test');
        const [bad, seen] = violations(profile, work, 150 * MS, policy);
        expect(seen).toBeGreaterThan(1000);
        expect(bad).toBe(0);
      });
    }
  }

  it('is never violated while masks change at random moments', () => {
    const work = workload(8, (s, w) => {
      const masks = [[0], [1, 2], [3, 4, 5], [6, 7], [0, 7]].map((cpus) => w.mask(cpus));
      for (let i = 0; i < 12; i++) {
        s.task(`rover${i}`, (p) => {
          p.forever(() => {
            for (let j = 0; j < 5; j++) {
              p.run(300_000 + 37_000 * i + 11_000 * j);
              p.affinity(masks[(i + j) % 5]!);
              if (j % 2 === 0) p.sleep(200_000 + 50_000 * i);
            }
          });
        });
      }
    });
    const [bad, seen] = violations('pvt8c', work, 500 * MS);
    expect(seen).toBeGreaterThan(5000);
    expect(bad).toBe(0);
  });
});
