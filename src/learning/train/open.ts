import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../input/error.js';
import { buildDataset, type Dataset } from '../dataset/dataset.js';
import type { DatasetOptions } from '../dataset/options.js';
import { planDataset } from '../dataset/plan.js';
import { selectColumns } from '../dataset/select-rows.js';
import { openSource } from '../dataset/sources.js';
import { loadDataset } from '../dataset/store.js';
import { scoreSources, selectFeatures } from '../scores/scores.js';

/** Whether a path is a data set that was written before, rather than a recording. */
export function isDataset(path: string): boolean {
  return existsSync(join(path, 'dataset.json'));
}

/**
 * A data set in memory: one that was written before, of the features asked for, or one made of recordings.
 *
 * @param paths one data set, or recordings to learn from
 * @param test recordings to judge by
 * @throws InputError where they are neither, or are mixed, or the task or a feature is another's
 */
export async function openData(paths: readonly string[], test: readonly string[], options: DatasetOptions): Promise<Dataset> {
  const dataset = paths.find(isDataset);
  if (dataset === undefined) {
    const sources = [];
    for (const path of [...paths, ...test]) sources.push(await openSource(path));
    return buildDataset(await planDataset({ options, train: sources.slice(0, paths.length), test: sources.slice(paths.length) }));
  }
  if (paths.length + test.length > 1) {
    throw new InputError(dataset, '', 'one data set, or recordings', `it and ${paths.length + test.length - 1} more`);
  }
  const data = await loadDataset(dataset);
  const { task } = data.manifest.options;
  if (task !== options.task) throw new InputError(dataset, 'options.task', `${options.task}, as --task says`, String(task));
  return data;
}

/** Of a data set, the columns that are named. @throws InputError where it lacks one */
export function withFeatures(data: Dataset, features: readonly string[]): Dataset {
  const inputs = selectColumns(data.inputs, features, '--features');
  return inputs === data.inputs ? data : { ...data, inputs };
}

/** How many of the best features of each recording are selected, as in the thesis. */
const TOP = 5;

/** What `cfslab dataset --select` selects of this data. */
export function selectedFeatures(data: Dataset): readonly string[] {
  return selectFeatures(scoreSources(data), 'anovaF', TOP).map(({ feature }) => feature);
}
