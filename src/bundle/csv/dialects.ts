import type { ColumnMap } from './targets.js';
import { TARGETS } from './targets.js';

/** Tables of can_migrate_task() calls that are known by their header; `cfslab` is what `cfslab export` writes. */
export type CsvDialect = 'thesis' | 'mllb' | 'cfslab';

/** Our column by theirs. */
type Names = Readonly<Record<string, string>>;

/**
 * The attributes that the NeuralCFS thesis collects with BCC (its table 5.3), and the two CPUs, which the text names.
 * `migration` is what can_migrate_task() returned there: 0, 1, or 2 for a forced move where the kernel tells them apart.
 */
const THESIS: Names = {
  pid: 'pid',
  ts: 'ts',
  task_load_avg: 'task_load',
  task_util_avg: 'task_util',
  task_vruntime: 'vruntime',
  task_nr_migrations: 'nr_migrations',
  start_runtime: 'exec_start',
  dst_rq_load: 'dst_weight',
  dst_rq_load_avg: 'dst_load',
  dst_rq_nr_running: 'dst_nr',
  dst_rq_util_avg: 'dst_util',
  src_rq_load: 'src_weight',
  src_rq_load_avg: 'src_load',
  src_rq_nr_running: 'src_nr',
  src_rq_util_avg: 'src_util',
  imbalance: 'imbalance',
  sd_cache_nice_tries: 'cache_nice_tries',
  cpu_idle: 'cpu_idle',
  cpu_newly_idle: 'cpu_newly_idle',
  sd_nr_balance_failed: 'nr_balance_failed',
  delta: 'delta',
  migration: 'result',
  src_cpu: 'src_cpu',
  dst_cpu: 'dst_cpu',
};

/**
 * What MLLB's `dump_lb.py` writes ("A Machine Learning Approach for Load Balancing in the Linux Kernel", APSys 2020).
 * `test_aggressive` is set by their kernel where the call came to the hot test; on an unchanged one it is always 0.
 */
const MLLB: Names = {
  ts: 'ts',
  pid: 'pid',
  src_cpu: 'src_cpu',
  dst_cpu: 'dst_cpu',
  imbalance: 'imbalance',
  src_len: 'src_nr',
  delta: 'delta',
  cpu_idle: 'cpu_idle',
  cpu_not_idle: 'cpu_not_idle',
  cpu_newly_idle: 'cpu_newly_idle',
  dst_len: 'dst_nr',
  src_load: 'src_load',
  dst_load: 'dst_load',
  nr_fails: 'nr_balance_failed',
  cache_nice_tries: 'cache_nice_tries',
  buddy_hot: 'buddy',
  throttled: 'throttled',
  p_running: 'running',
  test_aggressive: 'decided',
  can_migrate: 'result',
};

const OWN: Names = Object.fromEntries(TARGETS.map((name) => [name, name]));

const NAMES: Readonly<Record<CsvDialect, Names>> = { thesis: THESIS, mllb: MLLB, cfslab: OWN };

/** Columns that a header must have to be of a dialect. */
const MARKS: readonly (readonly [CsvDialect, readonly string[]])[] = [
  ['cfslab', ['ts', 'pid', 'src_cpu', 'dst_cpu', 'reason', 'result', 'migration_cost']],
  ['mllb', ['src_cpu', 'dst_cpu', 'delta', 'can_migrate']],
  ['thesis', ['pid', 'delta', 'sd_nr_balance_failed', 'migration']],
];

/** Tells whose header it is. */
export function dialectOf(header: readonly string[]): CsvDialect | null {
  const names = new Set(header);
  return MARKS.find(([, marks]) => marks.every((mark) => names.has(mark)))?.[0] ?? null;
}

/** The columns of a header that the dialect knows. */
export function mapOf(dialect: CsvDialect, header: readonly string[]): ColumnMap {
  const names = NAMES[dialect];
  return Object.fromEntries(
    header.filter((name) => Object.hasOwn(names, name)).map((name) => [names[name]!, { column: name }]),
  );
}
