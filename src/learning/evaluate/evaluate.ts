import { buildDataset, type Dataset } from '../dataset/dataset.js';
import type { SeriesRule } from '../dataset/histories.js';
import { inputsOf } from '../dataset/inputs.js';
import type { DatasetOptions } from '../dataset/options.js';
import { planDataset } from '../dataset/plan.js';
import type { Source } from '../dataset/sources.js';
import { hasRule } from '../baselines/rule.js';
import type { Candidate } from './candidate.js';
import type { Evaluation, Trivial, Variant } from './document.js';
import { fitAll, trainingGroups, type FitCallbacks, type FitOptions } from './fit.js';
import { judgeAll, RULE_INPUTS, unforced } from './judge-all.js';
import { workloadOf } from './recordings.js';
import type { EvaluationRow } from './rows.js';
import { meansOf, ownRows } from './summary.js';

/** A recording that has been opened, and its workload. */
export interface EvaluatedSource {
  readonly source: Source;
  readonly workload: string;
}

export interface EvaluationRequest {
  /** `features` are those that models are trained on. */
  readonly options: DatasetOptions;
  /** A data set that was written before, in place of recordings; its own columns are what models are trained on. */
  readonly dataset: Dataset | null;
  /** None where only model files are judged. */
  readonly train: readonly EvaluatedSource[];
  /** None where the last part of each training recording is judged. */
  readonly judge: readonly EvaluatedSource[];
  /** Models that are there already. */
  readonly models: readonly Candidate[];
  readonly fit: Omit<FitOptions, 'features'>;
}

export interface EvaluationCallbacks extends FitCallbacks {
  /** Trainings that will be done. */
  readonly onPlanned?: (trainings: number) => void;
}

/** A data set with the workload of each of its sources. */
interface Prepared {
  readonly data: Dataset;
  readonly workloads: readonly string[];
  readonly features: readonly string[];
}

/**
 * Trains what is to be trained, judges it and what is there already, and says what it comes to.
 *
 * @throws InputError where recordings, options or models do not fit
 */
export async function evaluate(request: EvaluationRequest, callbacks: EvaluationCallbacks = {}): Promise<Evaluation> {
  const { options, models } = request;
  const { task, series } = options;
  const notes: string[] = [];
  const prepared = await prepare(request, series);
  callbacks.onPlanned?.(trainings(request, prepared));
  const { data, workloads, features } = prepared;
  const fitted = await fitAll(data, workloads, { ...request.fit, features }, notes, callbacks);
  const candidates = [...models, ...fitted];
  const all = judgeAll(data, workloads, candidates);
  const means = meansOf(task, all);
  const rows = ownRows(all);
  return {
    schema: 1,
    task,
    series: task === 2 ? series : null,
    features,
    rows,
    matrix: all.filter((row) => !rows.includes(row)),
    means,
    trivial: task === 2 ? null : await trivialOf(request, prepared, candidates, means, callbacks),
    variants: task === 2 ? await variantsOf(request, prepared, candidates, notes, callbacks) : [],
    notes,
  };
}

/** All that is asked of the data is in one data set, so that every model is judged on the same rows. */
async function prepare({ options, dataset, train, judge, models }: EvaluationRequest, series: SeriesRule): Promise<Prepared> {
  if (dataset !== null) {
    const { sources, features } = dataset.manifest;
    return { data: dataset, workloads: sources.map(({ name }) => workloadOf(name)), features };
  }
  const features = inputsOf(options.task, options.features, '--features').map(({ name }) => name);
  const columns = [...new Set([...(train.length > 0 ? features : []), ...models.flatMap((model) => model.features), ...RULE_INPUTS])];
  const plan = await planDataset({
    options: { ...options, series, features: columns },
    train: train.map(({ source }) => source),
    test: judge.map(({ source }) => source),
  });
  return { data: await buildDataset(plan), workloads: [...train, ...judge].map(({ workload }) => workload), features };
}

function trainings({ options, fit }: EvaluationRequest, { data, workloads, features }: Prepared): number {
  const forms = fit.forms.filter((form) => form !== 'rule').length;
  const groups = trainingGroups(data, workloads).length;
  const again = options.task === 2 ? forms : hasRule(features) ? 1 : 0;
  return (forms + again) * groups;
}

/** Inputs without which the rule cannot be told, whatever else there is. */
const DECISIVE = ['nr_balance_failed', 'cache_nice_tries'];

async function trivialOf(
  { fit, models }: EvaluationRequest, { data, workloads, features }: Prepared, candidates: readonly Candidate[],
  means: Evaluation['means'], callbacks: FitCallbacks,
): Promise<Trivial | null> {
  const { task } = data.manifest.options;
  const trains = fit.forms.some((form) => form !== 'rule') && trainingGroups(data, workloads).length > 0;
  const contains = trains ? hasRule(features) : models.some((model) => hasDecisive(model.features));
  if (!contains) return null;
  const rest = features.filter((name) => !DECISIVE.includes(name));
  const rows: EvaluationRow[] = [];
  if (trains && rest.length > 0) {
    const without = await fitAll(data, workloads, { ...fit, forms: ['compact'], features: rest }, [], callbacks);
    rows.push(...ownRows(judgeAll(data, workloads, without)));
  }
  const rule = candidates.some(({ model }) => model === 'rule') ? means.find(({ model }) => model === 'rule') : undefined;
  return {
    inputs: DECISIVE,
    rule: rule?.balancedAccuracy ?? null,
    without: meansOf(task, rows)[0]?.balancedAccuracy ?? null,
    rows,
  };
}

/** A constant input is left out of a model, so one of the two is enough. */
function hasDecisive(features: readonly string[]): boolean {
  return features.includes('nr_balance_failed') && ['hot', 'delta'].some((name) => features.includes(name));
}

/** Task 2 on the calls that are not themselves forced, and with series that end by the other rule. */
async function variantsOf(
  request: EvaluationRequest, { data, workloads }: Prepared, candidates: readonly Candidate[], notes: string[], callbacks: FitCallbacks,
): Promise<Variant[]> {
  const { series } = request.options;
  const variants: Variant[] = [];
  const wanted = unforced(data);
  if (wanted === null) notes.push('calls that are themselves forced cannot be told apart: the data lacks what the rule is made of');
  else {
    const rows = judgeAll(data, workloads, candidates, wanted);
    variants.push({ name: `${series}, calls that are not themselves forced`, question: QUESTION[series], means: meansOf(2, rows), rows: ownRows(rows) });
  }
  if (request.dataset !== null) {
    notes.push('with series that end otherwise nothing is judged: a data set has one rule for them');
    return variants;
  }
  const other = series === 'wait' ? 'thesis' : 'wait';
  const prepared = await prepare(request, other);
  const fitted = await fitAll(prepared.data, prepared.workloads, { ...request.fit, features: prepared.features }, notes, callbacks);
  const rows = judgeAll(prepared.data, prepared.workloads, [...request.models, ...fitted]);
  variants.push({ name: other, question: QUESTION[other], means: meansOf(2, rows), rows: ownRows(rows) });
  return variants;
}

const QUESTION: Readonly<Record<SeriesRule, string>> = {
  wait: 'will the task be forced over before it runs again',
  thesis: 'will the task be forced over before it migrates, however often it runs until then',
};
