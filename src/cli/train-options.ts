import { InputError } from '../input/error.js';
import type { TrainingOptions } from '../libml/training-options.js';
import { FORMATS } from '../libml/program.js';
import { FORMS, isNetworkForm, trainingDefaults, type Form } from '../learning/train/forms.js';
import { BALANCES, DEFAULT_PREPARE, type PrepareOptions } from '../learning/train/prepare.js';
import { BACKENDS, type Backend } from '../learning/train/tensorflow/load.js';
import type { TrainerOptions } from '../learning/train/trainer.js';
import type { Task } from '../learning/dataset/inputs.js';
import { oneOf } from './dataset-options.js';
import { integer, positive, text } from './options.js';
import type { OptionSpec, VerbInput } from './verb.js';

/** How the options of a training stand on the command line. */
export const TRAINING_OPTIONS: readonly OptionSpec[] = [
  { flags: '--form <form>', doc: `${FORMS.join(', ')} (${FORMS[0]})` },
  { flags: '--balance <how>', doc: 'classes half and half by weights or an even sample, or natural (weights)' },
  { flags: '--validation <share>', doc: `last part of each recording that decides when to stop (${DEFAULT_PREPARE.validation}); 0: none` },
  { flags: '--max-rows <n>', doc: `learn from a sample of so many rows where there are more (${DEFAULT_PREPARE.maxRows})` },
  { flags: '--quantisation <format>', doc: `the integer program that decides: ${FORMATS.join(', ')} (${FORMATS[0]})` },
  { flags: '--probability <p>', doc: 'say yes from this probability on (0.5)' },
  { flags: '--hidden <units>', doc: 'units of each hidden layer: 16, or 8,8' },
  { flags: '--epochs <n>', doc: 'the most epochs' },
  { flags: '--patience <n>', doc: 'stop when the loss has not fallen for so many epochs; 0: never' },
  { flags: '--optimiser <name>', doc: 'adam or sgd' },
  { flags: '--learning-rate <r>', doc: 'step size' },
  { flags: '--rate-decay <f>', doc: 'what it is multiplied by after each epoch' },
  { flags: '--weight-decay <l>', doc: 'L2' },
  { flags: '--batch <n>', doc: 'samples of a step' },
  { flags: '--backend <name>', doc: `of TensorFlow.js, for the full form: ${BACKENDS.join(', ')} (the first that loads)` },
];

export function formOf(input: VerbInput): Form {
  return oneOf(input, 'form', FORMS) ?? 'compact';
}

export function prepareOptions(input: VerbInput, seed: number): PrepareOptions {
  return {
    balance: oneOf(input, 'balance', BALANCES) ?? DEFAULT_PREPARE.balance,
    validation: shareOf(input, 'validation') ?? DEFAULT_PREPARE.validation,
    maxRows: integer(input, 'max-rows', 2, 1e8) ?? DEFAULT_PREPARE.maxRows,
    seed,
  };
}

export function trainerOptions(input: VerbInput, form: Form, task: Task, seed: number): TrainerOptions {
  return {
    training: trainingOptions(input, form, task, seed),
    probability: probabilityOf(input),
    quantisation: oneOf(input, 'quantisation', FORMATS) ?? FORMATS[0],
    backend: oneOf<Backend>(input, 'backend', BACKENDS) ?? 'auto',
  };
}

/** Options that say nothing to a form are refused, so that nobody thinks they did. */
function trainingOptions(input: VerbInput, form: Form, task: Task, seed: number): TrainingOptions {
  const given = ['hidden', 'epochs', 'patience', 'optimiser', 'learning-rate', 'rate-decay', 'weight-decay', 'batch', 'quantisation'];
  const useless = isNetworkForm(form) ? (form === 'full' ? undefined : 'backend') : given.find((name) => text(input, name) !== undefined);
  if (useless !== undefined && text(input, useless) !== undefined) {
    throw new InputError(`--${useless}`, '', useless === 'backend' ? '--form full' : 'a form that is a network', form);
  }
  const usual = trainingDefaults(isNetworkForm(form) ? form : 'compact', task);
  return {
    hidden: hiddenOf(input, form) ?? usual.hidden,
    seed,
    optimiser: oneOf(input, 'optimiser', ['adam', 'sgd'] as const) ?? usual.optimiser,
    learningRate: positive(input, 'learning-rate', 10) ?? usual.learningRate,
    rateDecay: positive(input, 'rate-decay', 1) ?? usual.rateDecay,
    weightDecay: zeroOr(input, 'weight-decay') ?? usual.weightDecay,
    batch: integer(input, 'batch', 1, 2 ** 20) ?? usual.batch,
    epochs: integer(input, 'epochs', 1, 100_000) ?? usual.epochs,
    patience: integer(input, 'patience', 0, 100_000) ?? usual.patience,
    classWeights: [1, 1],
  };
}

function hiddenOf(input: VerbInput, form: Form): number[] | undefined {
  const given = text(input, 'hidden')?.split(',');
  if (given === undefined) return undefined;
  if (form === 'logistic') throw new InputError('--hidden', '', 'a form with hidden units', form);
  return given.map((units) => {
    if (!/^[1-9]\d{0,3}$/.test(units)) throw new InputError('--hidden', '', 'numbers of units separated by commas', text(input, 'hidden')!);
    return Number(units);
  });
}

function probabilityOf(input: VerbInput): number {
  const p = positive(input, 'probability', 1) ?? 0.5;
  if (p === 1) throw new InputError('--probability', '', 'a number above 0 and below 1', '1');
  return p;
}

function shareOf(input: VerbInput, name: string): number | undefined {
  return text(input, name) === '0' ? 0 : positive(input, name, 0.9);
}

function zeroOr(input: VerbInput, name: string): number | undefined {
  return text(input, name) === '0' ? 0 : positive(input, name, 1);
}
