import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { METRIC_NAMES, type MetricName } from '../sim/records/metrics.js';
import { createPolicy } from '../policies/registry.js';
import type { JobResult } from '../experiment/job.js';
import { resolveScenario } from '../experiment/resolve.js';
import type { ResolvedScenario } from '../experiment/resolved.js';
import { runJobs } from '../experiment/runner.js';
import { InputError } from '../input/error.js';
import { interruptible } from './interrupt.js';
import { flag, integer, JSON_OPTION, SCENARIO_OPTIONS, text } from './options.js';
import { startProgress } from './progress.js';
import { scenarioRequest } from './scenario-input.js';
import { table, wrap } from './table.js';
import { bytes, count, duration, significant } from './units.js';
import type { Verb } from './verb.js';

export const runVerb: Verb = {
  options: [
    { flags: '--policy <policy>', doc: 'the policy (default: stock)' },
    { flags: '--seed <n>', doc: 'root seed, 0…2^32−1 (default: 1)' },
    ...SCENARIO_OPTIONS,
    { flags: '--out <bundle>', doc: 'write the run as a bundle; one that is there is replaced' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const seed = integer(input, 'seed', 0, 2 ** 32 - 1) ?? 1;
    const policy = text(input, 'policy') ?? 'stock';
    createPolicy(policy, '--policy');
    const out = text(input, 'out') ?? null;
    if (out !== null) needFolder(out);
    const scenario = await resolveScenario(input.args[0]!, scenarioRequest(input, [seed]));
    const progress = startProgress(io, flag(input, 'json') && !io.terminal);
    const job = { scenario: 0, policy, seed, bundle: out };
    const onProgress = (done: number, total: number): void => progress.update(done, total);
    let result: JobResult;
    try {
      const results = await interruptible((signal) => runJobs([scenario], [job], { jobs: 1, signal, onProgress }));
      result = results[0]!;
    } finally {
      progress.stop();
    }
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    const document = { ...result, machine: scenario.profile.name, peakRssBytes };
    io.out(flag(input, 'json') ? `${JSON.stringify(document, null, 1)}\n` : runText(result, scenario, peakRssBytes));
    return 0;
  },
};

/** Said before the run rather than after it. @throws InputError */
function needFolder(out: string): void {
  const folder = dirname(resolve(out));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new InputError('--out', '', 'a place in a directory that exists', out);
}

function runText(result: JobResult, scenario: ResolvedScenario, peakRssBytes: number): string {
  const { policy, workload, seed, streamHash, events, simulatedNs, wallNs, finished } = result;
  const rows = METRIC_NAMES.map((name) => [name.replace(/_ns$/, ''), metricText(name, result.metrics[name], scenario.unit)]);
  const end = finished ? 'every task has exited' : 'the duration is over';
  return [
    `${workload} on ${scenario.profile.name}, policy ${policy}, seed ${seed}`,
    `stream hash ${streamHash}, ${events} events`,
    `${duration(simulatedNs)} simulated in ${duration(wallNs)} of wall time (${end})`,
    `at most ${bytes(peakRssBytes)} of memory`,
    '',
    table([{ head: ['metric'], left: true }, { head: ['value'] }], rows),
    ...scenario.notes.map((note) => wrap(note)),
    '',
  ].join('\n');
}

/** A metric with its unit. */
export function metricText(name: MetricName, value: number | null, unit: string): string {
  if (value === null) return '–';
  if (name.endsWith('_ns')) return duration(value);
  if (name === 'throughput') return `${significant(value)} ${unit}/s`;
  return name === 'fairness_jain' ? value.toFixed(4) : count(value);
}
