import { InputError } from '../../input/error.js';
import type { ProgramFormat } from '../../libml/program.js';
import { hasRule, ruleFor } from '../baselines/rule.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Task } from '../dataset/inputs.js';
import { TRAIN } from '../dataset/parts.js';
import { rowsWhere } from '../dataset/select-rows.js';
import { answersOfPredictor } from '../train/answers.js';
import { isNetworkForm, trainingDefaults, type Form } from '../train/forms.js';
import { withFeatures } from '../train/open.js';
import { prepareTraining, type PrepareOptions } from '../train/prepare.js';
import type { Fitted } from '../train/trainer.js';
import { trainerOf } from '../train/trainers.js';
import { ALL, type Candidate } from './candidate.js';

export interface FitOptions {
  readonly forms: readonly Form[];
  /** Columns that the forms learn from; the rule takes what it needs. */
  readonly features: readonly string[];
  readonly prepare: PrepareOptions;
  /** The integer program that is judged. */
  readonly quantisation: ProgramFormat;
  /** The most epochs; null as each form has it. */
  readonly epochs: number | null;
}

export interface FitCallbacks {
  /** After each training. */
  readonly onFitted?: () => void;
  readonly signal?: AbortSignal | undefined;
}

const PROBABILITY = 0.5;

/** What is trained: on the recordings of each workload, and on all of them where there are several. */
export function trainingGroups(data: Dataset, workloads: readonly string[]): string[] {
  const own = new Set<string>();
  data.manifest.sources.forEach((_, source) => {
    if (data.origin.source.some((from, row) => from === source && data.origin.part[row] === TRAIN)) own.add(workloads[source]!);
  });
  return own.size > 1 ? [...own, ALL] : [...own];
}

/**
 * Trains every form on the training rows of every workload and on all of them.
 *
 * @param notes gets a line for what could not be trained
 */
export async function fitAll(
  data: Dataset, workloads: readonly string[], options: FitOptions, notes: string[], callbacks: FitCallbacks = {},
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const form of options.forms) {
    if (form === 'rule') {
      candidates.push(...ruleCandidates(data, notes));
      continue;
    }
    for (const trainedOn of trainingGroups(data, workloads)) {
      const rows = rowsWhere(
        data, (row) => data.origin.part[row] === TRAIN && (trainedOn === ALL || workloads[data.origin.source[row]!] === trainedOn),
      );
      try {
        candidates.push(await fitOne(form, trainedOn, withFeatures(rows, options.features), options, callbacks));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        notes.push(`${form} could not be trained on ${trainedOn}: ${error.message}`);
      }
      callbacks.onFitted?.();
    }
  }
  return candidates;
}

/** The kernel's own test; none, and a note, where the data has not what it is made of. */
function ruleCandidates(data: Dataset, notes: string[]): Candidate[] {
  const { columns } = data.inputs;
  if (!hasRule(columns)) {
    notes.push('the rule is not judged: the data lacks what it is made of');
    return [];
  }
  const predictor = ruleFor(data.manifest.options.task, columns);
  const answers = answersOfPredictor(predictor, PROBABILITY);
  return [{ model: 'rule', trainedOn: null, features: predictor.features, answers, program: null, float: null }];
}

async function fitOne(
  form: Form, trainedOn: string, data: Dataset, { prepare, quantisation, epochs }: FitOptions, { signal }: FitCallbacks,
): Promise<Candidate> {
  const task: Task = data.manifest.options.task;
  const { training, validation, classWeights } = prepareTraining(data, prepare);
  const positives = training.labels.reduce((sum, label) => sum + label, 0);
  const usual = trainingDefaults(isNetworkForm(form) ? form : 'compact', task);
  const fitted = await trainerOf(form).fit(
    { task, training, validation, dataset: { hash: data.manifest.hash, rows: training.labels.length, positives } },
    {
      training: { ...usual, epochs: Math.min(usual.epochs, epochs ?? usual.epochs), seed: prepare.seed, classWeights },
      probability: PROBABILITY,
      quantisation,
      backend: 'auto',
    },
    signal === undefined ? {} : { signal },
  );
  return candidateOf(form, trainedOn, fitted, quantisation);
}

function candidateOf(model: string, trainedOn: string, fitted: Fitted, quantisation: ProgramFormat): Candidate {
  const { features, answers } = fitted;
  const program = fitted.programs.get(quantisation);
  if (program === undefined) return { model, trainedOn, features, answers, program: null, float: null };
  return { model, trainedOn, features, answers: program, program: quantisation, float: answers };
}
