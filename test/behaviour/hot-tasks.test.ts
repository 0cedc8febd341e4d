import { describe, expect, it } from 'vitest';
import { buildGenerator } from '../../src/workloads/registry.js';
import type { Workload } from '../../src/sim/programs/program.js';
import { listen, machine, MS, type Row, rows, run, SEC, simulation, workload } from '../support/scenarios.js';

/*
 * can_migrate_task(): task_hot() calls a task hot that ran less than sysctl_sched_migration_cost ago. A hot task goes only
 * where sd->nr_balance_failed > sd->cache_nice_tries (result 2). load_balance() raises nr_balance_failed where it tried
 * and moved nothing, except as newly-idle balancing, and clears it when something moved or nothing had to.
 */

/** Nine spinners on eight CPUs: the only task to take is one that ran a slice ago, which is hot for 50 ms. */
function nine(): Workload {
  return workload(8, (s) => {
    for (let i = 0; i < 9; i++) s.spinner(`hog${i}`);
  });
}

const pool = (): Workload =>
  buildGenerator('threadpool', { workers: 24, hogs: 0, idleUs: 400 }, { cpus: 8, seed: 1 }, 'test');

const decided = (list: readonly Row[]): Row[] => list.filter((row) => row['reason'] === 5);

describe('hot tasks', () => {
  it('wait until nr_balance_failed has passed cache_nice_tries, and are forced then', () => {
    const profile = machine('pvt8c', { sysctl: { migration_cost_ns: 50 * MS } });
    const result = run({ profile, workload: nine(), durationNs: 10 * SEC, record: true });
    const list = decided(rows(result, 'decisions'));
    const forced = list.filter((row) => row['result'] === 2);
    const refused = list.filter((row) => row['result'] === 0);
    expect(forced.length).toBeGreaterThan(20);
    expect(refused.length).toBeGreaterThan(20);
    for (const row of list) expect(row['hot']).toBe(row['delta']! < 50 * MS ? 1 : 0);
    for (const row of forced) expect(row['nr_balance_failed']).toBeGreaterThan(row['cache_nice_tries']!);
    for (const row of refused) expect(row['nr_balance_failed']).toBeLessThanOrEqual(row['cache_nice_tries']!);
    // Nobody moves who is not forced.
    expect(list.filter((row) => row['result'] === 1 && row['delta']! < 50 * MS)).toEqual([]);
    expect(result.metrics.migrations_balance).toBeGreaterThan(20);
  });

  it('the counter climbs one by one and is cleared by the move', () => {
    const profile = machine('pvt8c', { sysctl: { migration_cost_ns: 50 * MS } });
    const result = run({ profile, workload: nine(), durationNs: 10 * SEC, record: true });
    const failed = new Map<number, number>();
    let climbs = 0;
    let cleared = 0;
    for (const row of rows(result, 'balances')) {
      const key = row['cpu']! * 16 + row['level']!;
      const before = failed.get(key) ?? 0;
      const after = row['nr_balance_failed']!;
      failed.set(key, after);
      if (row['stage'] !== 3) {
        expect(after).toBe(0);
      } else if (row['moved'] !== 0) {
        expect(after).toBe(0);
        if (before > 1) cleared++;
      } else if (row['idle'] !== 2) {
        expect(after).toBe(before + 1);
        climbs++;
      } else {
        expect(after).toBe(before);
      }
    }
    expect(climbs).toBeGreaterThan(50);
    expect(cleared).toBeGreaterThan(10);
  });

  it('newly-idle balancing fails without raising the counter', () => {
    const profile = machine('pvt8c', { sysctl: { migration_cost_ns: 5 * MS } });
    const sim = simulation({ profile, workload: pool(), durationNs: 500 * MS });
    const { kernel: k } = sim;
    const before = new Int32Array(k.sd.nr_balance_failed.length);
    let newlyIdle = 0;
    let raised = 0;
    listen(sim, {
      load_balance(env, sd, stage, _busiest, moved) {
        const after = k.sd.nr_balance_failed[sd]!;
        if (env.idle === 2) {
          if (stage === 3 && moved === 0) newlyIdle++;
          expect(after).toBeLessThanOrEqual(before[sd]!);
        } else if (after > before[sd]!) {
          raised++;
        }
        before[sd] = after;
      },
    });
    sim.run();
    expect(newlyIdle).toBeGreaterThan(300);
    expect(raised).toBeGreaterThan(20);
  });

  it('a migration cost of 0 makes none hot, of −1 all', () => {
    const none = machine('pvt8c', { sysctl: { migration_cost_ns: 0 } });
    const all = machine('pvt8c', { sysctl: { migration_cost_ns: -1 } });
    const cold = run({ profile: none, workload: pool(), durationNs: 200 * MS, record: true });
    expect(decided(rows(cold, 'decisions')).every((row) => row['hot'] === 0 && row['result'] === 1)).toBe(true);
    expect(decided(rows(cold, 'decisions')).length).toBeGreaterThan(50);
    expect(cold.metrics.hot_refusals).toBe(0);
    const hot = run({ profile: all, workload: pool(), durationNs: 200 * MS, record: true });
    expect(decided(rows(hot, 'decisions')).every((row) => row['hot'] === 1)).toBe(true);
  });

  it('forced moves are counted alike in the metrics, in the tasks and in lb_hot_gained', () => {
    const profile = machine('pvt8c', { sysctl: { migration_cost_ns: 5 * MS } });
    const sim = simulation({ profile, workload: pool(), durationNs: 1 * SEC, record: true });
    const result = sim.run();
    const { kernel: k } = sim;
    const perTask = k.task.nr_forced_migrations.reduce((sum, n) => sum + n, 0);
    const gained = k.sd_stats.lb_hot_gained.reduce((sum, n) => sum + n, 0);
    expect(gained).toBe(perTask);
    const yes = decided(rows(result, 'decisions')).filter((row) => row['result'] === 2).length;
    expect(result.metrics.forced_migrations).toBe(yes);
    // detach_tasks() may leave a task that it was allowed to take.
    expect(perTask).toBeGreaterThan(0.9 * yes);
    expect(perTask).toBeLessThanOrEqual(yes);
    expect(result.metrics.hot_refusals).toBe(decided(rows(result, 'decisions')).filter((row) => row['result'] === 0).length);
  });

  it('between SMT siblings no task is ever hot', () => {
    // task_hot(): SD_SHARE_CPUCAPACITY says that source and destination share every cache.
    for (const cost of [5 * MS, -1]) {
      const profile = machine('pvt8', { sysctl: { migration_cost_ns: cost } });
      const result = run({ profile, workload: pool(), durationNs: 300 * MS, record: true });
      const smt = decided(rows(result, 'decisions')).filter((row) => row['level'] === 0);
      const above = decided(rows(result, 'decisions')).filter((row) => row['level']! > 0);
      expect(smt.length).toBeGreaterThan(20);
      expect(smt.every((row) => row['hot'] === 0 && row['result'] === 1)).toBe(true);
      expect(above.some((row) => row['hot'] === 1 && row['result'] === 0)).toBe(true);
    }
  });

  it('has about as many forced moves and hot refusals as the capture threadpool-c8-mc5', () => {
    // The capture, 1 s: 5629 records, 3428 hot refusals, 71 forced, 16 cold.
    const profile = machine('pvt8c', { sysctl: { migration_cost_ns: 5 * MS } });
    const { metrics } = run({ profile, workload: pool(), durationNs: 1 * SEC });
    expect(metrics.hot_refusals).toBeGreaterThan(3428 / 2.5);
    expect(metrics.hot_refusals).toBeLessThan(3428 * 2.5);
    expect(metrics.forced_migrations).toBeGreaterThan(71 / 4);
    expect(metrics.forced_migrations).toBeLessThan(71 * 4);
  });
});
