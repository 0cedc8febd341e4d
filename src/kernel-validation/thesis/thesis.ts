/*
 * What the NeuralCFS thesis measured in its kernel, section 5.3.3, page 52: the figures of its tables as they are printed there. Its
 * machine is a personal computer (table 5.1), its models are in floating point.
 */

/** The benchmarks, in the order of the tables. `compress-zstd` of the Phoronix Test Suite is called zstd here. */
export const THESIS_BENCHMARKS = ['hackbench', 'cassandra', 'zstd', 'arrayfire', 'askap'] as const;
export type ThesisBenchmark = (typeof THESIS_BENCHMARKS)[number];

type Row = Readonly<Record<ThesisBenchmark, number>>;

function row(...values: readonly [number, number, number, number, number]): Row {
  return Object.fromEntries(THESIS_BENCHMARKS.map((name, i) => [name, values[i]!])) as Row;
}

/** Table 5.9, page 52: mean latency of can_migrate_task(), ns. */
export const THESIS_LATENCY = {
  table: '5.9',
  page: 52,
  unit: 'ns',
  stock: row(669.02, 1578.89, 4871.05, 2051.96, 3743.49),
  /** The model of experiment 3 (a forced migration in this very call), asked in every call. */
  model: row(47_335.62, 43_490.65, 67_454.05, 31_235.13, 37_644.6),
} as const;

/** Table 5.10, page 52: mean run time of each benchmark, s. */
export const THESIS_TIMES = {
  table: '5.10',
  page: 52,
  unit: 's',
  stock: row(16.59, 801.8, 385.6, 57, 432),
  model: row(16.19, 771.8, 384.8, 62.2, 431.2),
  /** The model of experiment 2 (a forced migration that will come) decides. */
  prediction: row(15.78, 779, 388, 57.2, 432),
} as const;
