import type { Source } from '../../../src/learning/dataset/sources.js';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { Stream } from '../../../src/sim/engine/rng.js';
import { decisionBundle, type Call } from '../../support/decision-bundle.js';

/** A recording in memory as a source of rows. */
export function sourceOf(name: string, { manifest, tables }: BundleContents): Source {
  return {
    name,
    path: name,
    manifest,
    hash: name,
    stream(table, columns, visit) {
      const { rows, columns: all } = tables[table];
      if (rows > 0) visit(columns.map((column) => all[column]!), rows);
      return Promise.resolve();
    },
  };
}

/**
 * Calls as the stock kernel answers them: of tasks that are hot where they ran within 500 µs, and forced where more than one
 * balance failed.
 *
 * @param forced one of so many hot calls is forced
 */
export function stockCalls(rows: number, seed: number, forced = 5): Call[] {
  const stream = new Stream(seed, 'calls');
  return Array.from({ length: rows }, (_, row) => {
    const delta = stream.below(1_000_000);
    const hot = delta < 500_000 ? 1 : 0;
    const failed = stream.below(forced) === 0 ? 2 : stream.below(2);
    const result = hot === 0 ? 1 : failed > 1 ? 2 : 0;
    return {
      pid: 10 + (row % 40), delta, hot, result, nr_balance_failed: failed, exec_start: 1 + row, nr_migrations: row, task_util: stream.below(900),
    };
  });
}

export function stockSource(name: string, rows: number, seed: number, forced?: number): Source {
  return sourceOf(name, decisionBundle(stockCalls(rows, seed, forced)));
}
