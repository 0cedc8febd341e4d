/**
 * Trains the models that come with the package, calibration/models/*.json, which the neural policies take by default:
 *
 *     node scripts/train-models.mjs FOLDER
 *
 * FOLDER has the captures (or bundles) that are named below: of each workload the training run; the runs -b and -c, which have
 * another seed, phase and size, judge, and have no part in any choice that is made here. The same recordings make the same bytes.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { load, ROOT } from './formats-source.mjs';

const WORKLOADS = ['batch', 'forkjoin', 'hackbench', 'oversub', 'reqresp', 'threadpool'];
const JUDGING = [...WORKLOADS.map((workload) => `${workload}-mc5-ml-b`), 'batch-mc5-ml-c', 'threadpool-mc5-ml-c'];
const MODELS = {
  imitate: ['--task', '1'],
  // A series ends where the task runs again: what is foreseen is a move that still finds the same contents of the cache.
  early: ['--task', '2', '--series', 'wait'],
  forced: ['--task', '3'],
};

const [folder, ...others] = process.argv.slice(2);
if (folder === undefined || others.length > 0) fail('usage: node scripts/train-models.mjs FOLDER');
const training = WORKLOADS.map((workload) => join(folder, `${workload}-mc5-ml-a`));
const judging = JUDGING.map((name) => join(folder, name));
const missing = [...training, ...judging].find((path) => !existsSync(path));
if (missing !== undefined) fail(`${missing}: expected a capture or bundle, found nothing`);

const { runCli } = await load('cli/run-cli.ts');
const io = { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text), terminal: false };
const models = join(ROOT, 'calibration', 'models');
mkdirSync(models, { recursive: true });
for (const [name, options] of Object.entries(MODELS)) {
  const out = join(models, `${name}.json`);
  const tests = judging.flatMap((path) => ['--test', path]);
  const code = await runCli(['train', ...training, ...tests, ...options, '--features', 'default', '--out', out], io);
  if (code !== 0) process.exit(code);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
