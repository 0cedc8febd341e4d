import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ParquetSpool, streamParquet } from '../../bundle/tables/parquet.js';
import { writeDirectoryAtomic } from '../../input/atomic.js';
import { check } from '../../input/check.js';
import { InputError } from '../../input/error.js';
import { readJsonFile } from '../../input/json.js';
import { kindOf } from '../../input/kind.js';
import { featureByName } from '../../policies/features.js';
import { columnsOf, ROW_COLUMNS } from './columns.js';
import { emptyRows, type Dataset } from './dataset.js';
import type { DatasetManifest } from './manifest.js';
import { streamPlan, type DatasetPlan } from './plan.js';
import { RowHash } from './row-hash.js';
import { DATASET_MANIFEST } from './schema.js';

export const DATASET_FILES = ['dataset.json', 'rows.parquet'];

/**
 * Reads the rows of a plan into a data set on disk, whole or not at all, in bounded memory. A data set of that name is
 * replaced; anything else is not. The same recordings and options make the same bytes.
 *
 * @throws InputError where something that is no data set stands there, or the place cannot be written to
 */
export async function writeDataset(directory: string, plan: DatasetPlan): Promise<DatasetManifest> {
  checkReplaceable(directory);
  const columns = columnsOf(plan.manifest.features);
  let manifest: DatasetManifest | null = null;
  await writeDirectoryAtomic(directory, async (into) => {
    const onExit = (): void => rmSync(into, { recursive: true, force: true });
    process.on('exit', onExit);
    const spool = await ParquetSpool.open(join(into, 'rows.duckdb'), [columns]);
    try {
      const hash = await spoolRows(plan, spool);
      await spool.write(0, join(into, 'rows.parquet'));
      manifest = { ...plan.manifest, hash };
      writeFileSync(join(into, 'dataset.json'), `${JSON.stringify(manifest, null, 1)}\n`);
    } finally {
      spool.close();
      process.removeListener('exit', onExit);
    }
  });
  return manifest!;
}

async function spoolRows(plan: DatasetPlan, spool: ParquetSpool): Promise<string> {
  const names = plan.manifest.features;
  const row = emptyRows(names, 1);
  const hash = new RowHash(names);
  const values = new Float64Array(names.length + ROW_COLUMNS.length);
  await streamPlan(plan, (inputs, label, source, at, from) => {
    row.inputs.values.set(inputs);
    row.labels[0] = label;
    row.origin.source[0] = source;
    row.origin.part[0] = from.part[at]!;
    row.origin.series[0] = from.firstSeries + from.calls.series[at]!;
    row.origin.ts[0] = from.calls.ts[at]!;
    hash.add(row, 0);
    values.set(inputs);
    values.set([label, source, row.origin.part[0]!, row.origin.series[0]!, row.origin.ts[0]!], names.length);
    spool.append(0, values, 0);
  });
  return hash.finish();
}

/**
 * Reads a data set into memory, raw values, and checks that it is what its manifest says.
 *
 * @throws InputError where a file is missing, malformed, of another schema, or the rows are not those of the manifest
 */
export async function loadDataset(directory: string): Promise<Dataset> {
  const path = join(directory, 'dataset.json');
  const manifest = readDatasetManifest(directory);
  const names = manifest.features;
  const { train, test } = manifest.counts;
  const rows = train.rows + test.rows;
  const file = join(directory, 'rows.parquet');
  const data = emptyRows(names, rows);
  const hash = new RowHash(names);
  const columns = columnsOf(names);
  let at = 0;
  const found = await streamParquet(file, columns, columns.map(({ name }) => name), (values, count) => {
    if (at + count > rows) throw new InputError(file, '', `${rows} rows, as the manifest says`, 'more');
    for (let row = 0; row < count; row += 1, at += 1) {
      for (let i = 0; i < names.length; i += 1) data.inputs.values[at * names.length + i] = values[i]![row]!;
      data.labels[at] = values[names.length]![row]!;
      data.origin.source[at] = values[names.length + 1]![row]!;
      data.origin.part[at] = values[names.length + 2]![row]!;
      data.origin.series[at] = values[names.length + 3]![row]!;
      data.origin.ts[at] = values[names.length + 4]![row]!;
      hash.add(data, at);
    }
  });
  if (found !== rows) throw new InputError(file, '', `${rows} rows, as the manifest says`, String(found));
  const own = hash.finish();
  if (own !== manifest.hash) throw new InputError(path, 'hash', `${own}, that of the rows`, manifest.hash);
  return { manifest, ...data };
}

/** Reads dataset.json alone. @throws InputError where it is missing, malformed, or names a feature that there is not */
export function readDatasetManifest(directory: string): DatasetManifest {
  const path = join(directory, 'dataset.json');
  if (kindOf(directory) !== 'directory') throw new InputError(directory, '', 'a data set', 'no directory of that name');
  const value = readJsonFile(path);
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema !== 1) {
    throw new InputError(path, 'schema', '1, which is what this version reads', JSON.stringify(schema) ?? 'nothing');
  }
  const manifest = check(DATASET_MANIFEST, value, path);
  manifest.features.forEach((name, i) => {
    if (featureByName(name) === undefined) throw new InputError(path, `features.${i}`, 'a feature', name);
    const own = manifest.statistics[i]?.name;
    if (own !== name) throw new InputError(path, `statistics.${i}.name`, name, own ?? 'nothing');
  });
  return manifest;
}

function checkReplaceable(directory: string): void {
  const kind = kindOf(directory);
  if (kind === 'none') return;
  if (kind !== 'directory') throw new InputError(directory, '', 'a place for a data set', 'a file');
  const names = readdirSync(directory);
  const foreign = names.find((name) => !DATASET_FILES.includes(name));
  if (foreign === undefined && (names.length === 0 || existsSync(join(directory, 'dataset.json')))) return;
  const found = `a directory with ${foreign ?? names[0]!} in it`;
  throw new InputError(directory, '', 'nothing or a data set that may be replaced', found);
}
