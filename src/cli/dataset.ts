import { InputError } from '../input/error.js';
import type { Counts, DatasetManifest } from '../learning/dataset/manifest.js';
import type { DatasetPlan } from '../learning/dataset/plan.js';
import { SCORES, type Score, type Selected, type SourceScores } from '../learning/scores/scores.js';
import { datasetOptions, DATASET_OPTIONS, oneOf } from './dataset-options.js';
import { flag, integer, JSON_OPTION, many, text } from './options.js';
import { table, wrap } from './table.js';
import type { Verb, VerbInput } from './verb.js';

const TOP = 5;

export const datasetVerb: Verb = {
  help:
    'The recordings named are for training; --test names some that are for testing whole, --hold-out the last part of each.\n' +
    'Rows are never shuffled between the two: neighbouring rows are near copies of each other.\n\n' +
    '--scores prints the ANOVA F and the mutual information of every feature in every recording; --select the features that\n' +
    'the best of each recording come to, merged, as the thesis chooses its inputs. Both score all of table 5.3 of the thesis\n' +
    'unless --features names others, and need no --out.',
  options: [
    { flags: '--out <directory>', doc: 'where to write the data set; one that is there is replaced' },
    { flags: '--test <bundle>', doc: 'a recording for testing (may be repeated)', many: true },
    ...DATASET_OPTIONS,
    { flags: '--scores', doc: 'print the scores of the features' },
    { flags: '--select', doc: 'print the features that the scores select' },
    { flags: '--top <n>', doc: `with --select: the best n of each recording (${TOP})` },
    { flags: '--by <score>', doc: `with --select: ${SCORES.join(' or ')} (${SCORES[0]})` },
    JSON_OPTION,
  ],
  async run(input, io) {
    const scores = flag(input, 'scores');
    const select = flag(input, 'select');
    const out = text(input, 'out');
    const by = oneOf(input, 'by', SCORES);
    const top = integer(input, 'top', 1, 1000);
    if (!select && (by !== undefined || top !== undefined)) {
      throw new InputError(by === undefined ? '--top' : '--by', '', '--select beside it', 'none');
    }
    if (out === undefined && !scores && !select) throw new InputError('--out', '', 'a place for the data set, or --scores or --select', 'nothing');
    const plan = await planOf(input, scores || select ? ['thesis-table'] : ['default']);
    const manifest = out === undefined ? null : await (await import('../learning/dataset/store.js')).writeDataset(out, plan);
    const scored = scores || select ? await score(plan) : null;
    const selected = scored === null || !select ? null : await choose(scored, by ?? 'anovaF', top ?? TOP);
    const document = {
      ...(manifest === null ? {} : { out, manifest }),
      ...(scored === null ? {} : { task: plan.manifest.options.task, scores: scored }),
      ...(selected === null ? {} : { selected }),
    };
    io.out(flag(input, 'json') ? `${JSON.stringify(document, null, 1)}\n` : textOf(out, manifest, scores ? scored : null, scored, selected));
    return 0;
  },
};

async function planOf(input: VerbInput, features: readonly string[]): Promise<DatasetPlan> {
  const options = datasetOptions(input, features);
  const { openSource } = await import('../learning/dataset/sources.js');
  const { planDataset } = await import('../learning/dataset/plan.js');
  const train = [];
  for (const path of input.args) train.push(await openSource(path));
  const test = [];
  for (const path of many(input, 'test')) test.push(await openSource(path));
  return planDataset({ options, train, test });
}

async function score(plan: DatasetPlan): Promise<readonly SourceScores[]> {
  const { buildDataset } = await import('../learning/dataset/dataset.js');
  const { scoreSources } = await import('../learning/scores/scores.js');
  return scoreSources(await buildDataset(plan));
}

async function choose(scored: readonly SourceScores[], by: Score, top: number): Promise<readonly Selected[]> {
  return (await import('../learning/scores/scores.js')).selectFeatures(scored, by, top);
}

function textOf(
  out: string | undefined, manifest: DatasetManifest | null, shown: readonly SourceScores[] | null,
  scored: readonly SourceScores[] | null, selected: readonly Selected[] | null,
): string {
  const parts: string[] = [];
  if (manifest !== null) parts.push(manifestText(out!, manifest));
  for (const one of shown ?? []) parts.push(scoresText(one));
  if (selected !== null) parts.push(selectedText(scored!, selected));
  return `${parts.join('\n\n')}\n`;
}

function manifestText(out: string, { features, constant, sources, counts, options, hash }: DatasetManifest): string {
  const share = ({ rows, positives }: Counts['train']): string =>
    rows === 0 ? '–' : `${positives} (${((100 * positives) / rows).toFixed(2)} %)`;
  const row = (name: string, c: Counts): string[] =>
    [name, c.calls, c.refused, c.censored, c.unlabelled + c.invalid, c.straddling, c.unbalanced, c.train.rows, share(c.train), c.test.rows, share(c.test)].map(String);
  const heads = ['calls', 'refused', 'censored', 'invalid', 'straddling', 'balance', 'train', 'positive', 'test', 'positive'];
  return [
    wrap(`${out}: task ${options.task}, ${features.length} features: ${features.join(', ')}`),
    ...(constant.length === 0 ? [] : [wrap(`constant, left out: ${constant.map(({ name, value }) => `${name} ${value}`).join(', ')}`)]),
    table(
      [{ head: ['recording'], left: true }, ...heads.map((head) => ({ head: [head] }))],
      [...sources.map(({ name, counts: own }) => row(name, own)), ...(sources.length > 1 ? [row('all', counts)] : [])],
    ),
    `hash ${hash}`,
  ].join('\n');
}

function scoresText({ source, rows, positives, scores }: SourceScores): string {
  const sorted = scores.map((one, i) => ({ ...one, i })).sort((a, b) => (b.anovaF ?? -1) - (a.anovaF ?? -1) || a.i - b.i);
  return [
    `${source}: ${rows} rows, ${positives} positive`,
    table(
      [{ head: ['feature'], left: true }, { head: ['ANOVA F'] }, { head: ['information', 'bits'] }],
      sorted.map(({ feature, anovaF, mutualInformation }) => [
        feature, anovaF === null ? '–' : anovaF === Number.MAX_VALUE ? '∞' : anovaF.toFixed(2), mutualInformation.toFixed(4),
      ]),
    ),
  ].join('\n');
}

function selectedText(scored: readonly SourceScores[], selected: readonly Selected[]): string {
  return [
    `${selected.length} features: ${selected.map(({ feature }) => feature).join(',')}`,
    table(
      [{ head: ['rank in'], left: true }, ...scored.map(({ source }) => ({ head: [source] }))],
      selected.map(({ feature, ranks }) => [feature, ...ranks.map((rank) => (rank === null ? '–' : String(rank)))]),
    ),
  ].join('\n');
}
