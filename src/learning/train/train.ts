import { InputError } from '../../input/error.js';
import type { Model } from '../../libml/model.js';
import { FORMATS, type ProgramFormat } from '../../libml/program.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Task } from '../dataset/inputs.js';
import type { BaselineModel } from './baseline-model.js';
import { loadCheckpoint, saveCheckpoint, type CheckpointFacts } from './checkpoint.js';
import { isNetworkForm, type Form } from './forms.js';
import { judgeRows, type RowsJudged } from './judge-rows.js';
import { prepareTraining, type Prepared, type PrepareOptions } from './prepare.js';
import type { Fitted, TrainerCallbacks, TrainerOptions } from './trainer.js';
import { trainerOf } from './trainers.js';

export interface TrainRequest {
  readonly form: Form;
  readonly data: Dataset;
  readonly prepare: PrepareOptions;
  readonly trainer: TrainerOptions;
  /** Where the training is kept after each epoch, and whether to go on from what is there. */
  readonly checkpoint: { readonly file: string; readonly resume: boolean } | null;
}

/** What came of a training. */
export interface Trained {
  readonly model: Model | BaselineModel;
  readonly form: Form;
  readonly task: Task;
  readonly rows: { readonly training: number; readonly positives: number; readonly validation: number };
  /** Features that were left out, since they had one value only. */
  readonly constant: readonly string[];
  readonly part: Prepared['judged']['part'];
  readonly judged: readonly RowsJudged[];
  /** Points of balanced accuracy that each integer program loses against floating point; null where it cannot be told. */
  readonly lost: Readonly<Partial<Record<ProgramFormat, number | null>>>;
  readonly cost: Fitted['cost'];
  readonly epochs: Fitted['epochs'];
}

/**
 * Trains one form on a data set, judges it on the rows that it has not learnt from, and makes its model.
 *
 * @throws InputError where the data or the options are wrong, Interrupted when the signal says so
 */
export async function trainModel(request: TrainRequest, callbacks: Omit<TrainerCallbacks, 'state'> = {}): Promise<Trained> {
  const { form, data, trainer } = request;
  const { task } = data.manifest.options;
  const prepared = prepareTraining(data, request.prepare, form === 'rule');
  const { training, validation, classWeights } = prepared;
  const positives = training.labels.reduce((sum, label) => sum + label, 0);
  const fitted = await trainerOf(form).fit(
    { task, training, validation, dataset: { hash: data.manifest.hash, rows: training.labels.length, positives } },
    { ...trainer, training: { ...trainer.training, classWeights } },
    { ...callbacks, ...keeping(request, callbacks) },
  );
  const judged = judgeRows(data, prepared.judged.rows, fitted);
  const lost = lostPoints(judged.at(-1)!);
  return {
    model: fitted.model(metricsOf(prepared.judged.part, judged.at(-1)!, lost)),
    form,
    task,
    rows: { training: training.labels.length, positives, validation: validation?.labels.length ?? 0 },
    constant: prepared.constant,
    part: prepared.judged.part,
    judged,
    lost,
    cost: fitted.cost,
    epochs: fitted.epochs,
  };
}

/** The callbacks that keep a checkpoint, and the state to go on from. */
function keeping(
  { form, data, prepare, checkpoint }: TrainRequest, { onEpoch }: TrainerCallbacks,
): Pick<TrainerCallbacks, 'onEpoch' | 'state'> {
  if (checkpoint === null) return {};
  if (!isNetworkForm(form)) throw new InputError('--checkpoint', '', 'a form that is trained by epochs', form);
  const { file, resume } = checkpoint;
  const facts: CheckpointFacts = { form, task: data.manifest.options.task, dataset: data.manifest.hash, prepare };
  return {
    state: resume ? loadCheckpoint(file, facts) : undefined,
    onEpoch: (report, epochs, state) => {
      saveCheckpoint(file, facts, state());
      onEpoch?.(report, epochs, state);
    },
  };
}

function lostPoints({ balancedAccuracy, programs }: RowsJudged): Trained['lost'] {
  const lost: Partial<Record<ProgramFormat, number | null>> = {};
  for (const format of FORMATS) {
    const own = programs[format];
    if (own !== undefined) lost[format] = own === null || balancedAccuracy === null ? null : 100 * (balancedAccuracy - own);
  }
  return lost;
}

/** As a model file has them, by the part that was judged. */
function metricsOf(part: string, judged: RowsJudged, lost: Trained['lost']): Record<string, number | null> {
  const metrics: Record<string, number | null> = {
    [`${part}.rows`]: judged.rows,
    [`${part}.positives`]: judged.positives,
    [`${part}.balancedAccuracy`]: judged.balancedAccuracy,
    [`${part}.rocAuc`]: judged.rocAuc,
    [`${part}.precision`]: judged.precision,
    [`${part}.recall`]: judged.recall,
  };
  for (const format of FORMATS) {
    if (judged.programs[format] === undefined) continue;
    metrics[`${part}.balancedAccuracy.${format}`] = judged.programs[format] ?? null;
    metrics[`${part}.pointsLost.${format}`] = lost[format] ?? null;
  }
  return metrics;
}
