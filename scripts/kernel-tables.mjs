/**
 * Writes KERNEL.md and KERNEL.html: the thesis' tables 5.9 and 5.10 beside measured runs of our kernel, what a decision costs, and
 * what was predicted beside what was measured:
 *
 *     npm run kernel:tables -- FOLDER… [--cost=FOLDER] [--confrontation=FILE] [--out=FOLDER]
 *
 * A folder has measured runs in it, as `cfslab kernel measure` lays them; that of --cost has runs that tell costs only, as those of
 * `npm run test:kernel` with models of several sizes; FILE is what `cfslab kernel confront --json` printed. Times
 * of user space are taken here and now, with gcc. No figure of ours stands in a source.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, ROOT } from './formats-source.mjs';

const words = process.argv.slice(2);
const folders = words.filter((word) => !word.startsWith('--'));
const option = (name) => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
if (folders.length === 0 || words.some((word) => word.startsWith('--') && !/^--(cost|confrontation|out)=/.test(word))) {
  fail('usage: npm run kernel:tables -- FOLDER… [--cost=FOLDER] [--confrontation=FILE] [--out=FOLDER]');
}

const { findBundles } = await load('kernel-validation/confront/find-bundles.ts');
const { runFactsIn } = await load('kernel-validation/confront/facts.ts');
const { costOf } = await load('kernel-validation/cost/cost.ts');
const { COST_SHAPES, modelOfShape } = await load('kernel-validation/cost/shapes.ts');
const { FORMATS } = await load('libml/index.ts');
const { kernelRows } = await load('kernel-validation/thesis/tables.ts');
const { availableModels } = await load('cli/model-files.ts');
const { kernelMarkdown } = await load('report/kernel-tables/markdown.ts');
const { kernelPage } = await load('report/kernel-tables/page.ts');

try {
  const runsIn = (folder) => findBundles(folder, 'kernel:tables').map(runFactsIn);
  const runs = folders.flatMap(runsIn);
  const more = option('cost') === undefined ? [] : runsIn(option('cost'));
  const confrontation = option('confrontation');
  const shapes = COST_SHAPES.flatMap((sizes) => FORMATS.map((format) => modelOfShape(sizes, format)));
  const models = new Map([...availableModels([]), ...shapes.map((model) => [model.hash, model])]);
  const found = {
    rows: kernelRows(runs),
    cost: costOf([], [...runs, ...more], models),
    confrontation: confrontation === undefined ? null : JSON.parse(readFileSync(confrontation, 'utf8')),
  };
  const out = option('out') ?? ROOT;
  writeFileSync(join(out, 'KERNEL.md'), kernelMarkdown(found));
  writeFileSync(join(out, 'KERNEL.html'), kernelPage(found));
} catch (error) {
  fail(error.message);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
