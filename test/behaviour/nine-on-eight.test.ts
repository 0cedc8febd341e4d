import { describe, expect, it } from 'vitest';
import { events, rows, run, SEC, workload } from '../support/scenarios.js';

/*
 * Nine tasks that always run on eight CPUs: one CPU has one task too many. Nobody is ever idle, so only periodic
 * balancing (CPU_NOT_IDLE) sees it. The imbalance that calculate_imbalance() finds is a fraction of one task's load, and
 * detach_tasks() takes a task only where (load >> nr_balance_failed) is no more than that: every move is preceded by
 * failures, and the surplus wanders. The capture spin9 (9 processes on pvt8, 4.2 s) has 226 can_migrate records, 11 forced
 * moves, 60 migrations, 269 switches from one of the nine to another (the other 137 are of kernel threads, the shell and
 * the idle task) and no active balance; its tasks' CPU times are within 6 % of 8/9 of the time. Of four more recordings of
 * the same program, under other seeds, those within 8, 9, 10 and 11 %: the one farthest off is 8.4 % off on average.
 */
function nine(cpus: number): ReturnType<typeof workload> {
  return workload(cpus, (s) => {
    for (let i = 0; i < 9; i++) s.spinner(`hog${i}`);
  });
}

const SHARE = 8 / 9;

describe('nine on eight', () => {
  for (const profile of ['pvt8', 'i5-1035g1']) {
    for (const seed of [1, 2, 3]) {
      it(`on ${profile}, seed ${seed}, rotates as the captured kernel did`, () => {
        const result = run({ profile, workload: nine(8), durationNs: 4.2 * SEC, seed, record: true });
        for (const task of result.tasks) expect(task.runNs / (4.2 * SEC)).toBeGreaterThan(SHARE * 0.85);
        const { metrics } = result;
        // Within a third of what the capture has.
        expect(metrics.can_migrate_calls).toBeGreaterThan(226 * 0.67);
        expect(metrics.can_migrate_calls).toBeLessThan(226 * 1.34);
        expect(metrics.context_switches).toBeGreaterThan(269 * 0.8);
        expect(metrics.context_switches).toBeLessThan(269 * 1.2);
        const moves = events(result, 'migrate').length;
        expect(moves).toBeGreaterThan(40);
        expect(moves).toBeLessThan(80);
        const forced = rows(result, 'decisions').filter((row) => row['result'] === 2).length;
        expect(forced).toBeGreaterThan(0);
        expect(forced).toBeLessThan(25);
      });
    }

    it(`on ${profile} shares no less equally than the kernel's recordings, and almost equally in the long run`, () => {
      // The most uneven of the five recordings.
      const short = spread(profile, 4.2);
      expect(short.farthestOff).toBeLessThan(0.104);
      expect(short.fairness).toBeGreaterThan(0.995);
      expect(spread(profile, 20).farthestOff).toBeLessThan(0.04);
    });
  }

  /** How far the task that is farthest off is from its share, and Jain's index, on average over eight seeds. */
  function spread(profile: string, seconds: number): { farthestOff: number; fairness: number } {
    const runs = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => run({ profile, workload: nine(8), durationNs: seconds * SEC, seed }));
    const off = runs.map(({ tasks }) => Math.max(...tasks.map(({ runNs }) => Math.abs(runNs / (seconds * SEC) / SHARE - 1))));
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one) / values.length;
    return { farthestOff: mean(off), fairness: mean(runs.map(({ metrics }) => metrics.fairness_jain!)) };
  }

  it('makes no storm of active migrations: the busiest CPU always has a waiting task to take', () => {
    // imbalanced_active_balance() asks for migrate_task; here every balance is of type migrate_load.
    for (const profile of ['pvt8c', 'pvt8', 'i5-1035g1']) {
      const { metrics } = run({ profile, workload: nine(8), durationNs: 4 * SEC });
      expect(metrics.migrations_active! / 4).toBeLessThanOrEqual(1);
      expect(metrics.migrations_balance! / 4).toBeLessThan(30);
    }
  });

  it('keeps rotating on eight cores behind one cache, if less evenly', () => {
    // One domain only: all CPUs balance at the same tick, the surplus runs through them, and a task that sits alone on a
    // CPU may be left alone for seconds.
    const result = run({ profile: 'pvt8c', workload: nine(8), durationNs: 20 * SEC });
    for (const { runNs } of result.tasks) {
      expect(runNs / (20 * SEC)).toBeGreaterThan(SHARE * 0.8);
      expect(runNs / (20 * SEC)).toBeLessThanOrEqual(1);
    }
    expect(result.metrics.fairness_jain).toBeGreaterThan(0.98);
  });

  it('thirteen on eight cores: balances as often, and with the same outcomes, as in the capture spin-c8-ml', () => {
    const thirteen = workload(8, (s) => {
      for (let i = 0; i < 13; i++) s.spinner(`hog${i}`);
    });
    const result = run({ profile: 'pvt8c', workload: thirteen, durationNs: 6 * SEC, record: true });
    // The capture: 133 balanced, 79 tried in vain, 37 moved a task; 191 records, 93 of them yes.
    const busy = rows(result, 'balances').filter((row) => row['idle'] === 1);
    const count = (stage: number, moved: number): number =>
      busy.filter((row) => row['stage'] === stage && row['moved'] === moved).length;
    expect(Math.abs(count(1, 0) - 133)).toBeLessThan(27);
    expect(Math.abs(count(3, 0) - 79)).toBeLessThan(16);
    expect(Math.abs(count(3, 1) - 37)).toBeLessThan(10);
    expect(Math.abs(rows(result, 'decisions').length - 191)).toBeLessThan(45);
    // In the capture, at the last sight of each task, they had between 0.88 and 1.24 of an equal share.
    const shares = result.tasks.map(({ runNs }) => runNs / ((6 * SEC * 8) / 13));
    expect(Math.min(...shares)).toBeGreaterThan(0.85);
    expect(Math.max(...shares)).toBeLessThan(1.24);
  });
});
