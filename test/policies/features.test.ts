import { beforeEach, describe, expect, it } from 'vitest';
import { FEATURES, featureByName } from '../../src/policies/features.js';
import {
  CPU_IDLE,
  CPU_NEWLY_IDLE,
  CPU_NOT_IDLE,
  LBF_SOME_PINNED,
  migrate_task,
  migrate_util,
  REASON_DECIDED,
  SCHED_BATCH,
} from '../../src/sim/kernel/constants.js';
import type { Kernel } from '../../src/sim/kernel/kernel.js';
import type { MigrationContext } from '../../src/sim/policy/policy.js';
import { Recorder } from '../../src/sim/records/recorder.js';
import { DECISION_COLUMNS, type ColumnType } from '../../src/sim/records/records.js';
import { DST, SRC, contextOf, decisionKernel, waiting } from '../support/decision.js';

/** Attributes of table 5.3 of the thesis; its label, `migration`, is what is decided and no feature. */
const THESIS = [
  'pid',
  'ts',
  'task_load_avg',
  'task_util_avg',
  'task_vruntime',
  'task_nr_migrations',
  'start_runtime',
  'dst_rq_load',
  'dst_rq_load_avg',
  'dst_rq_nr_running',
  'dst_rq_util_avg',
  'src_rq_load',
  'src_rq_load_avg',
  'src_rq_nr_running',
  'src_rq_util_avg',
  'imbalance',
  'sd_cache_nice_tries',
  'cpu_idle',
  'cpu_newly_idle',
  'sd_nr_balance_failed',
  'delta',
];

/** What was decided, and why: nothing to decide on. */
const OUTCOME = ['reason', 'result', 'seq'];

const LIMITS: Record<ColumnType, readonly [number, number]> = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

describe('the feature table', () => {
  it('names every feature once, and reads it from a column of the bundle that can hold it', () => {
    expect(new Set(FEATURES.map((feature) => feature.name)).size).toBe(FEATURES.length);
    for (const feature of FEATURES) {
      const column = DECISION_COLUMNS.find((candidate) => candidate.name === feature.column);
      expect(column, feature.name).toBeDefined();
      expect(feature.min).toBeLessThan(feature.max);
      expect(feature.min).toBeGreaterThanOrEqual(LIMITS[column!.type][0]);
      expect(feature.max).toBeLessThanOrEqual(LIMITS[column!.type][1]);
      expect(feature.kernel).not.toBe('');
      expect(feature.unit).not.toBe('');
      expect(featureByName(feature.name)).toBe(feature);
    }
    expect(featureByName('nonesuch')).toBeUndefined();
  });

  it('has all of the thesis’ attributes once, and all columns but the outcome', () => {
    const thesis = FEATURES.flatMap((feature) => feature.thesis ?? []);
    expect(thesis).toHaveLength(THESIS.length);
    expect(new Set(thesis)).toEqual(new Set(THESIS));
    const covered = new Set(FEATURES.map((feature) => feature.column));
    const left = DECISION_COLUMNS.map((column) => column.name).filter((name) => !covered.has(name));
    expect(new Set(left)).toEqual(new Set(OUTCOME));
  });
});

describe('features of a state made by hand', () => {
  const p = waiting(2);
  let k: Kernel;
  let context: MigrationContext;
  /** The decision's record, column by column. */
  const record: Record<string, number> = {
    ts: 123_456_789,
    cpu: DST,
    pid: 4711,
    prio: 125,
    policy: SCHED_BATCH,
    src_cpu: SRC,
    dst_cpu: DST,
    level: 2,
    idle: CPU_NOT_IDLE,
    migration_type: migrate_util,
    flags: LBF_SOME_PINNED,
    loop: 7,
    imbalance: 321,
    cache_nice_tries: 1,
    nr_balance_failed: 2,
    hot: 1,
    buddy: 3,
    delta: 250_000,
    clock_task: 2 ** 31,
    exec_start: 2 ** 31 - 250_000,
    sum_exec: 99_000_000,
    vruntime: -5_000_000,
    min_vruntime: -6_000_000,
    nr_migrations: 13,
    task_load: 300,
    task_util: 222,
    task_runnable: 444,
    task_weight: 335,
    // 300 · 3000 / 3001
    h_load: 299,
    util_est: 250,
    src_weight: 5120,
    src_load: 3000,
    src_util: 1000,
    src_runnable: 2500,
    src_nr: 7,
    src_h_nr: 6,
    dst_weight: 2,
    dst_load: 500,
    dst_util: 501,
    dst_runnable: 502,
    dst_nr: 1,
    dst_h_nr: 1,
    migration_cost: 500_000,
  };

  beforeEach(() => {
    k = decisionKernel({
      deltas: [0, 0, 250_000, 0, 0, 0],
      idlePolicy: [],
      pinned: [],
      nr_balance_failed: 2,
      cache_nice_tries: 1,
      migration_cost_ns: 500_000,
      newidle: false,
      asked: 2,
    });
    k.g.now[0] = 123_456_789;
    k.task.pid[p] = 4711;
    k.task.nice[p] = 5;
    k.task.policy[p] = SCHED_BATCH;
    Object.assign(k.lb_env, { idle: CPU_NOT_IDLE, migration_type: migrate_util, flags: LBF_SOME_PINNED });
    Object.assign(k.lb_env, { loop: 7, imbalance: 321 });
    k.cfs.next[SRC] = p;
    k.cfs.last[SRC] = p;
    k.cfs.min_vruntime[SRC] = -6_000_000;
    k.se.sum_exec_runtime[p] = 99_000_000;
    k.se.vruntime[p] = -5_000_000;
    k.se.nr_migrations[p] = 13;
    k.se.weight[p] = 335 * 1024;
    k.avg.load_avg[p] = 300;
    k.avg.util_avg[p] = 222;
    k.avg.runnable_avg[p] = 444;
    k.avg.util_est_ewma[p] = 250;
    k.cfs.weight[SRC] = 5120 * 1024;
    k.cfs.weight[DST] = 1024;
    k.avg.load_avg[k.cfs_avg + SRC] = 3000;
    k.avg.util_avg[k.cfs_avg + SRC] = 1000;
    k.avg.runnable_avg[k.cfs_avg + SRC] = 2500;
    k.cfs.h_nr_running[SRC] = 6;
    k.avg.load_avg[k.cfs_avg + DST] = 500;
    k.avg.util_avg[k.cfs_avg + DST] = 501;
    k.avg.runnable_avg[k.cfs_avg + DST] = 502;
    context = contextOf(k, p, 1);
  });

  it('the record above has every column but the outcome', () => {
    const names = DECISION_COLUMNS.map((column) => column.name).filter((name) => !OUTCOME.includes(name));
    expect(new Set(Object.keys(record))).toEqual(new Set(names));
  });

  it.each(FEATURES.map((feature) => [feature.name, feature] as const))('%s is what the record holds', (_name, feature) => {
    const value = feature.read(context);
    expect(value).toBe(feature.ofColumn(record[feature.column]!));
    expect(value).toBeGreaterThanOrEqual(feature.min);
    expect(value).toBeLessThanOrEqual(feature.max);
  });

  it('the simulator’s recorder writes the same', () => {
    const recorder = new Recorder(k);
    recorder.decision(k.g.now[0]!, p, k.lb_env, REASON_DECIDED, 1, 2);
    const { columns, rows } = recorder.tables().decisions;
    expect(rows).toBe(1);
    for (const feature of FEATURES) {
      expect(feature.ofColumn(columns[feature.column]![0]!), feature.name).toBe(feature.read(context));
    }
  });

  it('reads without a trace', () => {
    const before = Buffer.from(k.arena.save());
    for (const feature of FEATURES) feature.read(context);
    expect(before.equals(Buffer.from(k.arena.save()))).toBe(true);
  });

  it.each([CPU_IDLE, CPU_NOT_IDLE, CPU_NEWLY_IDLE])('idle type %i sets one of the three flags', (idle) => {
    k.lb_env.idle = idle;
    k.lb_env.migration_type = migrate_task;
    const flags = ['cpu_idle', 'cpu_not_idle', 'cpu_newly_idle'].map((name) => featureByName(name)!.read(context));
    expect(flags).toEqual([0, 1, 2].map((i) => (i === idle ? 1 : 0)));
    expect(featureByName('idle')!.read(context)).toBe(idle);
  });
});
