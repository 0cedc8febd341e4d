import { dirname } from 'node:path';
import { writeFileAtomic } from '../input/atomic.js';
import { InputError } from '../input/error.js';
import { kindOf } from '../input/kind.js';
import type { Dataset } from '../learning/dataset/dataset.js';
import type { Form } from '../learning/train/forms.js';
import { Interrupted } from '../learning/train/interrupted.js';
import type { Trained, TrainRequest } from '../learning/train/train.js';
import { datasetOptions, DATASET_OPTIONS } from './dataset-options.js';
import { interruptible, INTERRUPTED } from './interrupt.js';
import { flag, integer, JSON_OPTION, list, many, text } from './options.js';
import { startEpochProgress } from './progress.js';
import { formOf, prepareOptions, trainerOptions, TRAINING_OPTIONS } from './train-options.js';
import { trainText } from './train-text.js';
import type { CliIo, Verb, VerbInput } from './verb.js';

/** Of the options of a data set, those that choose rows; how they are prepared is a matter of the training. */
const ROWS = ['--task', '--features', '--all-rows', '--window', '--series', '--keep-censored', '--hold-out', '--seed'];

/** What the rule is made of, where the user names no features. */
const RULE_FEATURES = ['hot', 'nr_balance_failed', 'cache_nice_tries'];

export const trainVerb: Verb = {
  help:
    'DATA is a data set that `cfslab dataset` wrote, or recordings to learn from; --test names recordings to judge by, --hold-out\n' +
    'the last part of each. Without either the rows that decide when to stop judge. Of recordings the inputs are those that the\n' +
    'thesis selects for the task, unless --features names others; `default` are inputs that mean the same in every run,\n' +
    '`selected` what the scores of these recordings select. Judged rows keep their natural prevalence.\n\n' +
    'With --checkpoint the training is kept after each epoch; --resume goes on from there, to the same bits.',
  options: [
    { flags: '--out <file>', doc: 'where to write the model; one that is there is replaced' },
    { flags: '--test <bundle>', doc: 'a recording to judge by (may be repeated)', many: true },
    ...DATASET_OPTIONS.filter(({ flags }) => ROWS.includes(flags.split(' ')[0]!)),
    ...TRAINING_OPTIONS,
    { flags: '--checkpoint <file>', doc: 'keep the training here after each epoch' },
    { flags: '--resume', doc: 'go on from the checkpoint, if there is one yet' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const out = outOf(input);
    const form = formOf(input);
    const seed = integer(input, 'seed', 0, 2 ** 32 - 1) ?? 1;
    const options = datasetOptions(input, [...(form === 'rule' ? RULE_FEATURES : ['thesis'])]);
    const request: Omit<TrainRequest, 'data'> = {
      form,
      prepare: prepareOptions(input, seed),
      trainer: trainerOptions(input, form, options.task, seed),
      checkpoint: checkpointOf(input, form),
    };
    const data = await dataOf(input, options);
    const trained = await withProgress(input, io, { ...request, data });
    if (trained === null) {
      if (request.checkpoint !== null) io.err(`interrupted; --resume goes on from ${request.checkpoint.file}\n`);
      return INTERRUPTED;
    }
    writeFileAtomic(out, `${JSON.stringify(trained.model, null, 1)}\n`);
    io.out(flag(input, 'json') ? `${JSON.stringify({ out, ...trained }, null, 1)}\n` : trainText(out, trained));
    return 0;
  },
};

/** null where Ctrl-C ended it. */
async function withProgress(input: VerbInput, io: CliIo, request: TrainRequest): Promise<Trained | null> {
  const { trainModel } = await import('../learning/train/train.js');
  const progress = startEpochProgress(io, flag(input, 'json') && !io.terminal);
  try {
    return await interruptible((signal) =>
      trainModel(request, { signal, onEpoch: ({ epoch, loss, validationLoss }, epochs) => progress.update(epoch, epochs, validationLoss ?? loss) }),
    );
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw error;
  } finally {
    progress.stop();
  }
}

async function dataOf(input: VerbInput, options: ReturnType<typeof datasetOptions>): Promise<Dataset> {
  const { isDataset, openData, selectedFeatures, withFeatures } = await import('../learning/train/open.js');
  const named = list(input, 'features');
  const isSelected = named?.length === 1 && named[0] === 'selected';
  const tests = many(input, 'test');
  const wanted = isSelected ? { ...options, features: ['thesis-table'] } : options;
  const data = await openData(input.args, tests, wanted);
  if (isSelected) return withFeatures(data, selectedFeatures(data));
  return named === undefined || !input.args.some(isDataset) ? data : withFeatures(data, named);
}

/** Refused before a long training rather than after it. */
function outOf(input: VerbInput): string {
  const out = text(input, 'out');
  if (out === undefined) throw new InputError('--out', '', 'a place for the model', 'nothing');
  if (kindOf(out) === 'directory') throw new InputError(out, '', 'a place for a file', 'a directory');
  if (kindOf(dirname(out)) !== 'directory') throw new InputError(out, '', 'a place in a directory that exists', 'no such directory');
  return out;
}

function checkpointOf(input: VerbInput, form: Form): TrainRequest['checkpoint'] {
  const file = text(input, 'checkpoint');
  const resume = flag(input, 'resume');
  if (file === undefined) {
    if (resume) throw new InputError('--resume', '', '--checkpoint beside it', 'none');
    return null;
  }
  if (form === 'tree' || form === 'rule') throw new InputError('--checkpoint', '', 'a form that is trained by epochs', form);
  const kind = kindOf(file);
  if (kind === 'none' ? kindOf(dirname(file)) !== 'directory' : kind !== 'file') {
    throw new InputError(file, '', 'a place for a checkpoint', kind === 'none' ? 'no such directory' : `a ${kind}`);
  }
  if (kind === 'file' && !resume) throw new InputError(file, '', 'no file yet, or --resume', 'a file');
  return { file, resume };
}
