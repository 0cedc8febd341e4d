import type { Dataset } from '../../../src/learning/dataset/dataset.js';
import { emptyRows } from '../../../src/learning/dataset/dataset.js';
import { DEFAULT_DATASET } from '../../../src/learning/dataset/options.js';
import { Stream } from '../../../src/sim/engine/rng.js';

export const COLUMNS = ['delta', 'nr_balance_failed', 'task_util'];

/**
 * A data set of task 1 as the kernel would have it: yes where the task has not run for 5 ms, or nr_balance_failed is above 1.
 * Rows of a source stand together, 1 µs apart, in series of so many.
 */
export function madeUp({ rows, sources = 1, seriesRows = 10 }: { rows: number; sources?: number; seriesRows?: number }): Dataset {
  const stream = new Stream(7, 'made up');
  const data = emptyRows(COLUMNS, rows);
  const each = Math.max(1, Math.floor(rows / sources));
  for (let row = 0; row < rows; row += 1) {
    const delta = stream.below(6_000_000);
    const failed = stream.below(20) === 0 ? 2 : stream.below(2);
    data.inputs.values.set([delta, failed, stream.below(1024)], row * 3);
    data.labels[row] = delta > 5_000_000 || failed > 1 ? 1 : 0;
    data.origin.source[row] = Math.floor(row / each);
    data.origin.ts[row] = 1000 * (row % each);
    data.origin.series[row] = Math.floor(row / seriesRows);
  }
  const counts = {
    calls: rows, refused: 0, unlabelled: 0, censored: 0, invalid: 0, straddling: 0, unbalanced: 0,
    train: { rows, positives: data.labels.reduce((sum, label) => sum + label, 0) }, test: { rows: 0, positives: 0 },
  };
  return {
    ...data,
    manifest: {
      schema: 1, kind: 'dataset', options: { ...DEFAULT_DATASET, task: 1, features: COLUMNS }, features: COLUMNS, constant: [],
      statistics: [],
      sources: Array.from({ length: sources }, (_, i) => ({
        name: `run-${i}`, workload: 'made up', release: 'x', source: 'sim' as const, role: 'train' as const, hash: 'f'.repeat(64), counts,
      })),
      counts, hash: 'e'.repeat(64),
    },
  };
}
