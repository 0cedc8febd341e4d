import { InputError } from '../input/error.js';
import type { Evaluation } from '../learning/evaluate/document.js';
import type { EvaluationRequest } from '../learning/evaluate/evaluate.js';
import { namedRecording } from '../learning/evaluate/recordings.js';
import { FORMS, type Form } from '../learning/train/forms.js';
import { Interrupted } from '../learning/train/interrupted.js';
import { DEFAULT_PREPARE } from '../learning/train/prepare.js';
import { FORMATS } from '../libml/program.js';
import { datasetOptions, DATASET_OPTIONS, oneOf } from './dataset-options.js';
import { evaluationText } from './evaluate-text.js';
import { interruptible, INTERRUPTED } from './interrupt.js';
import { flag, integer, JSON_OPTION, list, many, SCENARIO_OPTIONS } from './options.js';
import { startProgress } from './progress.js';
import type { CliIo, Verb, VerbInput } from './verb.js';

/** Of the options of a data set, those that choose rows. Rows that are judged keep their natural prevalence. */
const ROWS = ['--task', '--features', '--all-rows', '--window', '--series', '--keep-censored', '--hold-out', '--seed'];

/** What is trained unless the user says otherwise; the full form takes minutes. */
const USUAL_FORMS: readonly Form[] = ['compact', 'logistic', 'tree', 'rule'];

export const evaluateVerb: Verb = {
  help:
    'DATA are the recordings that are judged, bundles or captures, or one data set. With --model the files named are judged on\n' +
    'them, beside the rule. With --train every form is trained on the recordings of each workload, and on all of them, and\n' +
    'judged on every recording: the whole matrix. What counts is the integer program, on rows at their natural prevalence.\n' +
    'Without either, DATA is trained on and its last part judged (--hold-out, 0.3 unless it says otherwise).\n\n' +
    'A recording is `WORKLOAD=PATH`, or a PATH whose name without the letter or number of the run is the workload: batch-a and\n' +
    'batch-b are runs of batch. With fewer than 50 rows of a class nothing is decided.\n\n' +
    'Task 2 is judged three times: with series that end where the task runs again (`wait`), on those of these calls that are not\n' +
    "themselves forced, and with the thesis' series.\n\n" +
    '--outcome runs stock, the plain policies and the neural ones, an inference charged at 0, 100 ns, 1 µs and 47 µs, on the\n' +
    'scenarios that DATA names, or on every generator, and says where a model stops paying. Without --machine it is pvt8c with\n' +
    'a migration cost of 5 ms, which the shipped models learnt from.',
  options: [
    { flags: '--model <file>', doc: 'a model to judge, as `cfslab train` wrote it (may be repeated)', many: true },
    { flags: '--train <recording>', doc: 'a recording to train on (may be repeated)', many: true },
    { flags: '--forms <list>', doc: `what is trained, of ${FORMS.join(', ')} (${USUAL_FORMS.join(',')})` },
    ...DATASET_OPTIONS.filter(({ flags }) => ROWS.includes(flags.split(' ')[0]!)),
    { flags: '--quantisation <format>', doc: `the integer program that is judged: ${FORMATS.join(', ')} (${FORMATS[0]})` },
    { flags: '--epochs <n>', doc: 'train for no more epochs than this' },
    { flags: '--outcome', doc: 'what policies gain with the shipped models, rather than how often these are right' },
    ...SCENARIO_OPTIONS,
    { flags: '--seeds <n>', doc: 'with --outcome: seeds 1…n (3)' },
    { flags: '--jobs <n>', doc: 'with --outcome: threads (one for each CPU); 0 runs in one thread' },
    JSON_OPTION,
  ],
  async run(input, io) {
    checkKind(input);
    if (flag(input, 'outcome')) return (await import('./evaluate-outcome.js')).evaluateOutcome(input, io);
    const request = await requestOf(input);
    const evaluation = await withProgress(input, io, request);
    if (evaluation === null) return INTERRUPTED;
    io.out(flag(input, 'json') ? `${JSON.stringify(evaluation, null, 1)}\n` : evaluationText(evaluation));
    return 0;
  },
};

const OF_OUTCOME = ['machine', 'duration', 'set', 'param', 'seeds', 'jobs'];
const OF_JUDGEMENT = [
  'model', 'train', 'forms', 'task', 'features', 'all-rows', 'window', 'series', 'keep-censored', 'hold-out', 'seed', 'quantisation', 'epochs',
];

/** An option that says nothing to what is asked is refused, so that nobody thinks it did. */
function checkKind(input: VerbInput): void {
  const outcome = flag(input, 'outcome');
  const useless = (outcome ? OF_JUDGEMENT : OF_OUTCOME).find((name) => {
    const value = input.options[name];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  });
  if (useless !== undefined) throw new InputError(`--${useless}`, '', outcome ? 'no such option beside --outcome' : '--outcome beside it', 'it');
  if (!outcome && input.args.length === 0) throw new InputError('evaluate', '', 'recordings to judge, a data set, or --outcome', 'nothing');
}

/** null where Ctrl-C ended it. */
async function withProgress(input: VerbInput, io: CliIo, request: EvaluationRequest): Promise<Evaluation | null> {
  const { evaluate } = await import('../learning/evaluate/evaluate.js');
  const progress = startProgress(io, flag(input, 'json') && !io.terminal, 'trainings');
  let [done, planned] = [0, 0];
  try {
    return await interruptible((signal) =>
      evaluate(request, {
        signal,
        onPlanned: (trainings) => (planned = trainings),
        onFitted: () => progress.update((done += 1), planned),
      }),
    );
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw error;
  } finally {
    progress.stop();
  }
}

async function requestOf(input: VerbInput): Promise<EvaluationRequest> {
  const { candidateOfFile } = await import('../learning/evaluate/model-files.js');
  const { isDataset } = await import('../learning/train/open.js');
  const asked = datasetOptions(input, ['default']);
  const models = many(input, 'model').map((file) => candidateOfFile(file, asked.task));
  const train = many(input, 'train');
  const dataset = input.args.find(isDataset);
  if (dataset !== undefined) {
    const more = input.args.length + train.length - 1;
    if (more > 0) throw new InputError(dataset, '', 'one data set, or recordings', `it and ${more} more`);
  }
  const learns = train.length > 0 || (models.length === 0 && dataset === undefined);
  const judged = learns && train.length === 0 ? [] : input.args;
  if (asked.holdOut > 0 && judged.length > 0) {
    throw new InputError('--hold-out', '', 'recordings to train on alone', 'others that are judged');
  }
  const holdOut = judged.length > 0 ? 0 : asked.holdOut || 0.3;
  return {
    options: { ...asked, holdOut, float32: false, normalise: 'none' },
    dataset: dataset === undefined ? null : await datasetOf(dataset, asked.task, models.length === 0),
    train: await sourcesOf(learns && train.length === 0 ? input.args : train),
    judge: dataset === undefined ? await sourcesOf(judged) : [],
    models,
    fit: {
      forms: formsOf(input, learns || (dataset !== undefined && models.length === 0)),
      prepare: { ...DEFAULT_PREPARE, seed: asked.seed },
      quantisation: oneOf(input, 'quantisation', FORMATS) ?? FORMATS[0],
      epochs: integer(input, 'epochs', 1, 100_000) ?? null,
    },
  };
}

async function sourcesOf(given: readonly string[]): Promise<EvaluationRequest['train']> {
  const { openSource } = await import('../learning/dataset/sources.js');
  const sources = [];
  for (const { path, workload } of given.map(namedRecording)) sources.push({ source: await openSource(path), workload });
  return sources;
}

/** @param trains whether its training rows are learnt from, which must then not be those that are judged */
async function datasetOf(path: string, task: number, trains: boolean): Promise<EvaluationRequest['dataset']> {
  const { loadDataset } = await import('../learning/dataset/store.js');
  const data = await loadDataset(path);
  const own = data.manifest.options.task;
  if (own !== task) throw new InputError(path, 'options.task', `${task}, as --task says`, String(own));
  if (trains && data.manifest.counts.test.rows === 0) throw new InputError(path, 'counts.test.rows', 'rows to judge, or --model', '0');
  return data;
}

function formsOf(input: VerbInput, learns: boolean): readonly Form[] {
  const given = list(input, 'forms');
  if (given === undefined) return learns ? USUAL_FORMS : ['rule'];
  const forms = given.map((name) => {
    const form = FORMS.find((one) => one === name);
    if (form === undefined) throw new InputError('--forms', '', FORMS.join(', '), name);
    return form;
  });
  if (!learns && forms.some((form) => form !== 'rule')) throw new InputError('--forms', '', '--train beside it', 'none');
  return forms;
}
