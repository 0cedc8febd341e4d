/**
 * Does the thesis' experiments again and writes EXPERIMENTS.md and EXPERIMENTS.html:
 *
 *     npm run experiments -- FOLDER… [--full] [--seconds=4]
 *
 * A folder has recordings of the kernel: those whose name ends with -a are trained on, those with -b, -c and so on judged.
 * Beside them stand recordings of the simulator, made here: the generators named below, on a machine and with a migration cost
 * like the kernel's, so many seconds of each, and what policies gain on all generators. What was found goes to
 * out/experiments.json too. --full trains the TensorFlow.js form too, which takes many times as long. It is no part of
 * `npm test`, for it takes minutes.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { load, ROOT } from './formats-source.mjs';

const GENERATORS = ['arrayfire', 'askap', 'cassandra', 'zstd', 'hackbench', 'oversub', 'threadpool'];
const MACHINE = ['--machine', 'pvt8c', '--set', 'sysctl.migration_cost_ns=5000000'];
const TASKS = [1, 2, 3];
const OUTCOME_SEEDS = 5;

const words = process.argv.slice(2);
const folders = words.filter((word) => !word.startsWith('--'));
const seconds = words.find((word) => word.startsWith('--seconds='))?.slice('--seconds='.length) ?? '4';
const known = (word) => word === '--full' || word.startsWith('--seconds=');
if (folders.length === 0 || words.some((word) => word.startsWith('--') && !known(word))) {
  fail('usage: npm run experiments -- FOLDER… [--full] [--seconds=4]');
}
const forms = words.includes('--full') ? 'compact,full,logistic,tree,rule' : 'compact,logistic,tree,rule';

const { runCli } = await load('cli/run-cli.ts');
const { experimentsMarkdown } = await load('report/experiments/markdown.ts');
const { experimentsPage } = await load('report/experiments/page.ts');
const { trainingDefaults } = await load('learning/train/forms.ts');
const { DEFAULT_INPUTS } = await load('learning/dataset/inputs.ts');

const scratch = mkdtempSync(join(tmpdir(), 'cfslab-experiments-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const found = { accuracies: [], scores: [], forced: [], means: [], settings: settings(), trivial: [], silent: [], outcome: [], outcomeSeeds: OUTCOME_SEEDS };
for (const [origin, runs] of [['real', realRuns()], ['simulated', await simulatedRuns()]]) {
  for (const task of TASKS) {
    await judge(origin, runs, task);
    await score(origin, runs, task);
  }
  await countForced(origin, runs);
}
await outcome();
mkdirSync(join(ROOT, 'out'), { recursive: true });
writeFileSync(join(ROOT, 'out', 'experiments.json'), `${JSON.stringify(found, null, 1)}\n`);
writeFileSync(join(ROOT, 'EXPERIMENTS.md'), experimentsMarkdown(found));
writeFileSync(join(ROOT, 'EXPERIMENTS.html'), experimentsPage(found));

/** Recordings as `{ workload, path }`, to train on and to judge by. */
function realRuns() {
  const all = folders
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name)))
    .filter((path) => /-[a-z]$/.test(path))
    .sort((a, b) => (a < b ? -1 : 1));
  const train = all.filter((path) => path.endsWith('-a')).map((path) => ({ workload: basename(path).split('-')[0], path }));
  const judged = all.filter((path) => !path.endsWith('-a')).map((path) => ({ workload: basename(path).split('-')[0], path }));
  if (train.length === 0 || judged.length === 0) fail(`${folders.join(', ')}: expected recordings that end with -a, and with -b`);
  return { train, judged };
}

async function simulatedRuns() {
  const out = join(scratch, 'runs');
  await run(['compare', ...GENERATORS, '--policies', 'stock', '--seeds', '2', '--duration', seconds, ...MACHINE, '--jobs', '0', '--out', out, '--json']);
  const at = (workload, seed) => join(out, 'stock', workload, `seed-${seed}`);
  const calls = (path) => JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')).rows.decisions;
  // A workload that leaves nothing to balance has no call at all.
  const silent = GENERATORS.filter((workload) => [1, 2].some((seed) => calls(at(workload, seed)) === 0));
  found.silent.push(...silent);
  const of = (seed) => GENERATORS.filter((name) => !silent.includes(name)).map((workload) => ({ workload, path: at(workload, seed) }));
  return { train: of(1), judged: of(2) };
}

async function judge(origin, { train, judged }, task) {
  const args = [...judged.map(named), ...train.flatMap((one) => ['--train', named(one)]), '--task', String(task), '--forms', forms];
  const evaluated = await run(['evaluate', ...args, '--json']);
  for (const workload of [...new Set(judged.map((one) => one.workload))]) {
    const rows = evaluated.rows.filter((row) => row.workload === workload);
    const first = rows.find(({ model }) => model === 'rule') ?? rows[0];
    if (first === undefined) continue;
    // Of several judged runs the first, as the page says.
    const models = Object.fromEntries(rows.filter((row) => row.recording === first.recording).map((row) => [row.model, row.balancedAccuracy]));
    found.accuracies.push({ experiment: task, origin, workload, models, positives: first.positives, verdict: first.verdict });
  }
  const means = [[String(task), evaluated.means], ...evaluated.variants.map((variant) => [`${task}: ${variant.name}`, variant.means])];
  for (const [variant, list] of means) {
    for (const mean of list) {
      const { model, trainedOn, workloads, balancedAccuracy, target, verdict } = mean;
      found.means.push({ experiment: task, origin, variant, model, trainedOn: trainedOn ?? '–', workloads: workloads.length, balancedAccuracy, target, verdict });
    }
  }
  if (evaluated.trivial !== null) found.trivial.push({ experiment: task, origin, rule: evaluated.trivial.rule, without: evaluated.trivial.without });
}

async function score(origin, { train }, task) {
  const document = await run(['dataset', ...train.map(({ path }) => path), '--task', String(task), '--features', 'thesis', '--scores', '--json']);
  document.scores.forEach(({ scores }, i) => {
    const own = Object.fromEntries(scores.map(({ feature, anovaF }) => [feature, anovaF]));
    found.scores.push({ experiment: task, origin, workload: train[i].workload, scores: own });
  });
}

async function countForced(origin, { train }) {
  const paths = train.map(({ path }) => path);
  const count = async (...args) => (await run(['dataset', ...paths, ...args, '--features', 'hot', '--keep-invalid', '--all-rows', '--scores', '--json'])).scores;
  const forced = await count('--task', '3');
  const leading = await count('--task', '2', '--series', 'thesis', '--keep-censored');
  forced.forEach(({ rows, positives }, i) =>
    found.forced.push({ origin, workload: train[i].workload, calls: rows, forced: positives, leading: leading[i].positives }),
  );
}

async function outcome() {
  const { rows } = await run(['evaluate', '--outcome', '--seeds', String(OUTCOME_SEEDS), '--json']);
  for (const { workload, policy, priceNs, gain, lo, hi, verdict } of rows) {
    found.outcome.push({ workload, policy: policy.split(':')[0], priceNs, gain, lo, hi, verdict });
  }
}

function settings() {
  const each = (of) => TASKS.flatMap((task) => ['full', 'compact'].map((form) => of(trainingDefaults(form, task), DEFAULT_INPUTS[task].length)));
  const units = ({ hidden }, inputs) => String(inputs + hidden.reduce((sum, n) => sum + n, 0) + 1);
  return [
    ['inputs', each((_, inputs) => String(inputs))],
    ['hidden layers', each(({ hidden }) => String(hidden.length))],
    ['units in all', each(units)],
    ['learning rate', each(({ learningRate }) => String(learningRate))],
    ['weight decay', each(({ weightDecay }) => (weightDecay === 0 ? '–' : String(weightDecay)))],
    ['batch', each(({ batch }) => String(batch))],
    ['optimiser', each(({ optimiser }) => optimiser)],
    ['epochs at most', each(({ epochs }) => String(epochs))],
  ];
}

function named({ workload, path }) {
  return `${workload}=${path}`;
}

async function run(args) {
  let text = '';
  const code = await runCli(args, { out: (more) => (text += more), err: (more) => process.stderr.write(more), terminal: false });
  if (code !== 0) process.exit(code);
  return JSON.parse(text);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
