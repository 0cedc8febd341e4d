/** The figures of the NeuralCFS thesis, chapter 5, as its text and tables give them. */

export const BENCHMARKS = ['arrayfire', 'askap', 'cassandra', 'zstd', 'hackbench'] as const;
export type Benchmark = (typeof BENCHMARKS)[number];

/** An accuracy of the thesis, %, on balanced classes; a bound where its text has no more than one. */
export interface ThesisAccuracy {
  readonly pytorch: number | null;
  readonly libml: number | null;
  /** What the text says where it gives no number, or beside it. */
  readonly text: string;
}

const ABOVE_90: ThesisAccuracy = { pytorch: null, libml: null, text: 'above 90' };

/** Figures 5.1 to 5.3, by experiment. */
export const THESIS_ACCURACY: Readonly<Record<1 | 2 | 3, Readonly<Record<Benchmark, ThesisAccuracy>>>> = {
  1: {
    arrayfire: ABOVE_90,
    askap: ABOVE_90,
    cassandra: ABOVE_90,
    zstd: { pytorch: 87.44, libml: 85.9, text: '' },
    hackbench: { pytorch: 99.38, libml: 95.16, text: '' },
  },
  2: {
    arrayfire: ABOVE_90,
    askap: ABOVE_90,
    cassandra: ABOVE_90,
    zstd: { pytorch: 83.8, libml: 80.6, text: '' },
    hackbench: { pytorch: 100, libml: 96.8, text: '92.3 on another run' },
  },
  3: {
    arrayfire: { pytorch: null, libml: null, text: 'mean of all 97.6 and 97.4' },
    askap: { pytorch: null, libml: null, text: 'mean of all 97.6 and 97.4' },
    cassandra: { pytorch: 95.76, libml: 95.44, text: '' },
    zstd: { pytorch: null, libml: null, text: 'mean of all 97.6 and 97.4' },
    hackbench: { pytorch: 100, libml: 100, text: '96.83 in the kernel' },
  },
};

/** Tables 5.4, 5.6 and 5.7: univariate scores, by our names of the features, in the order of `BENCHMARKS`. */
export const THESIS_SCORES: Readonly<Record<1 | 2 | 3, Readonly<Record<string, readonly number[]>>>> = {
  1: {
    cpu_idle: [7749.85, 9691.54, 732.98, 7837.08, 6656.93],
    pid: [21.68, 78.7, 75.86, 1212.13, 405.16],
    task_util: [0.17, 125.78, 39.66, 7010.51, 455838.23],
    nr_balance_failed: [1298.48, 632.54, 39667.73, 984.52, 1.02],
    vruntime: [11490.23, 9453.88, 351.49, 7629.09, 637.64],
    delta: [192723.65, 148431.65, 162989.79, 120962.92, 90859.08],
    nr_migrations: [226.87, 1329.91, 0.18, 60.67, 38141.56],
  },
  2: {
    cpu_idle: [1497.37, 1354.55, 370.36, 641.28, 27.63],
    cpu_newly_idle: [831.99, 793.99, 783.39, 257.09, 18.33],
    task_util: [1831.09, 1873.33, 16.74, 904.71, 10],
    nr_balance_failed: [3423.52, 3.53, 54.11, 32.87, 2.68],
    cache_nice_tries: [13.02, 2251.77, 16.9, 910.06, 2],
    delta: [231.24, 184, 952.17, 158.21, 0.89],
    exec_start: [1461.39, 1354.24, 10472.13, 0.19, 0.33],
    nr_migrations: [378.4, 157.96, 5913.19, 89.62, 0.27],
    ts: [1741.94, 1561.88, 13004.84, 8.87, 0.21],
    src_nr: [88.71, 35.7, 58.87, 20.31, 0.17],
  },
  3: {
    cpu_idle: [20935.83, 2788.98, 3156.14, 13673.93, 0.19],
    cpu_newly_idle: [3529.31, 1270.87, 8365.95, 2402.05, 0.31],
    task_util: [13313.02, 5138.66, 330.94, 4487.73, 0],
    nr_balance_failed: [55256.6, 37948.11, 108486.86, 49143.49, 3252.77],
    cache_nice_tries: [2259.62, 665.74, 1529.52, 247.79, 17.77],
    delta: [293.72, 154.36, 2645.16, 211.99, 15.43],
    dst_cpu: [0.73, 0.2, 395.36, 199.46, 0.11],
  },
};

/** Table 5.5: calls, forced ones, and those that end in a forced one. */
export const THESIS_FORCED: Readonly<Record<Benchmark, { readonly calls: number; readonly forced: number; readonly leading: number }>> = {
  cassandra: { calls: 1_000_000, forced: 70_197, leading: 257_518 },
  arrayfire: { calls: 1_000_000, forced: 6_531, leading: 44_901 },
  askap: { calls: 1_000_000, forced: 3_953, leading: 23_195 },
  zstd: { calls: 1_000_000, forced: 6_759, leading: 15_845 },
  hackbench: { calls: 1_000_000, forced: 29, leading: 63 },
};

/** Table 5.8, without the rows that are the same for all: [full, compact] of experiments 1, 2 and 3. */
export const THESIS_SETTINGS: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['inputs', ['7', '7', '10', '10', '7', '7']],
  ['hidden layers', ['1', '1', '1', '1', '1', '1']],
  ['units in all', ['51', '17', '72', '20', '51', '17']],
  ['learning rate', ['0.001', '0.1', '0.001', '0.1', '0.001', '0.1']],
  ['weight decay', ['0.00001', '–', '0.00001', '–', '0.00001', '–']],
  ['batch', ['32', '1', '32', '1', '32', '1']],
];
