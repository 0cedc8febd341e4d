/**
 * How well a free run agrees: the workload of each shipped capture is taken out of the recording and simulated with seeds
 * 1…10, and what the simulated kernel did is laid beside what the real one did. Runs on the build. Prints a table; a metric
 * that the recording cannot tell is left out.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SEEDS = 10;
const CAPTURES = ['threadpool-c8-mc5', 'spin9', 'rtapp'];
const METRICS = [
  'completion_ns', 'context_switches', 'migrations_wakeup', 'migrations_balance', 'migrations_active', 'forced_migrations',
  'can_migrate_calls', 'hot_refusals', 'lb_calls', 'lb_failed', 'wakeup_latency_p50_ns', 'wakeup_latency_p99_ns',
];

const captures = process.argv.length > 2 ? process.argv.slice(2) : CAPTURES.map((name) => join('calibration', 'captures', name));
const { openBundle } = await built('bundle/read.js');
const { recordedMetrics } = await built('experiment/recorded-metrics.js');
const { resolveScenario } = await built('experiment/resolve.js');
const { JobRunner } = await built('experiment/job.js');

for (const capture of captures) {
  const recorded = recordedMetrics(await openBundle(capture));
  const scenario = await resolveScenario(capture, {});
  const runner = new JobRunner([scenario]);
  const runs = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    runs.push((await runner.run({ scenario: 0, policy: 'stock', seed, bundle: null }, () => true)).metrics);
  }
  process.stdout.write(`${scenario.name} on ${scenario.profile.name}: the kernel's own figures, and ${SEEDS} free runs\n`);
  process.stdout.write(`${line(['', 'kernel', 'mean', 'least', 'most', 'mean / kernel'])}\n`);
  for (const metric of METRICS) {
    const values = runs.map((metrics) => metrics[metric]).filter((value) => value !== null);
    if (recorded[metric] === null || values.length < SEEDS) continue;
    process.stdout.write(`${line(row(metric, recorded[metric], values))}\n`);
  }
  process.stdout.write('\n');
}

function row(metric, kernel, values) {
  const scale = metric.endsWith('_ns') ? 1000 : 1;
  const show = (value) => String(Number((value / scale).toPrecision(4)));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const ratio = kernel === 0 ? '–' : (mean / kernel).toFixed(2);
  const name = metric.endsWith('_ns') ? metric.replace(/_ns$/, ', µs') : metric;
  return [name, show(kernel), show(mean), show(Math.min(...values)), show(Math.max(...values)), ratio];
}

function line(cells) {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(23) : cell.padStart(i === 5 ? 15 : 10))).join('');
}

async function built(path) {
  const file = join(ROOT, 'dist', 'src', path);
  if (existsSync(file)) return import(pathToFileURL(file).href);
  process.stderr.write('the build is missing: run "npm run build"\n');
  return process.exit(3);
}
