import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readSqlTable, writeSqlTable, type SqlColumn } from '../../../../bundle/tables/sql-table.js';
import { temporaryBeside } from '../../../../input/temporary.js';
import { METRIC_NAMES, type Metrics } from '../../../../sim/records/metrics.js';
import type { StoredRun } from '../../store/run-store.js';

/*
 * What a Slurm array works in, a directory that all nodes share:
 *
 *     batch.json         the scenarios and the runs
 *     job.sh             what is submitted
 *     shard-I.parquet    the results of task I of the array, whole or not there
 *     runs-I/            what task I has done so far, as in the cache
 *     task-ID-I.log      what it printed
 */
export const BATCH_FILE = 'batch.json';
export const SCRIPT_FILE = 'job.sh';

export function shardFile(directory: string, index: number): string {
  return join(directory, `shard-${index}.parquet`);
}

export function shardStore(directory: string, index: number): string {
  return join(directory, `runs-${index}`);
}

/** Which runs of a batch are a shard's: every n-th, so that shards take about as long. */
export function shardMembers(count: number, index: number, of: number): number[] {
  return Array.from({ length: count }, (_, i) => i).filter((i) => i % of === index);
}

const COLUMNS: readonly SqlColumn[] = [
  { name: 'request', type: 'int64' },
  { name: 'seed', type: 'int64' },
  { name: 'stream_hash', type: 'text' },
  { name: 'events', type: 'int64' },
  { name: 'simulated_ns', type: 'int64' },
  { name: 'finished', type: 'boolean' },
  ...METRIC_NAMES.map((name): SqlColumn => ({ name, type: 'double' })),
];

/** Results of a shard by index of their request. */
export type ShardRuns = ReadonlyArray<readonly [index: number, run: StoredRun]>;

export async function writeShard(path: string, runs: ShardRuns): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await writeSqlTable(temporary, COLUMNS, runs.map(([index, run]) => [
      index, run.seed, run.streamHash, run.events, run.simulatedNs, run.finished, ...METRIC_NAMES.map((name) => run.metrics[name]),
    ]));
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** @throws InputError where it is no shard */
export async function readShard(path: string): Promise<ShardRuns> {
  const { rows } = await readSqlTable(path);
  return rows.map(([index, seed, streamHash, events, simulatedNs, finished, ...metrics]) => [Number(index), {
    seed: Number(seed), streamHash: String(streamHash), events: Number(events), simulatedNs: Number(simulatedNs), finished: finished === true,
    metrics: Object.fromEntries(METRIC_NAMES.map((name, i) => [name, metrics[i] === null ? null : Number(metrics[i])])) as Metrics,
  }]);
}
