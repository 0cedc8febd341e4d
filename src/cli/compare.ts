import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { compare, DEFAULT_POLICIES, type Comparison } from '../experiment/compare.js';
import { firstSeeds, resolveScenario } from '../experiment/resolve.js';
import type { ResolvedScenario } from '../experiment/resolved.js';
import type { RunnerOptions } from '../experiment/runner.js';
import { packageRoot } from '../input/package-root.js';
import { distinct } from '../experiment/stats/paired.js';
import { writeDirectoryAtomic, writeFileAtomic } from '../input/atomic.js';
import { InputError } from '../input/error.js';
import { HTML_OPTIONS, htmlRequest, writeHtml } from './compare-html.js';
import { compareText } from './compare-table.js';
import { interruptible } from './interrupt.js';
import { flag, integer, JSON_OPTION, list, SCENARIO_OPTIONS, text } from './options.js';
import { startProgress } from './progress.js';
import { scenarioRequest } from './scenario-input.js';
import type { CliIo, Verb, VerbInput } from './verb.js';

/** What `--demo` compares: the shipped capture that is richest in forced moves. */
const DEMO = {
  capture: 'calibration/captures/threadpool-c8-mc5',
  policies: ['stock', 'early-migration', 'neural-early', 'cold-only', 'always', 'never'],
  seeds: 10,
  results: 'out/demo/results.json',
} as const;

const MAX_JOBS = 256;
const MAX_SEEDS = 10_000;

export const compareVerb: Verb = {
  help:
    'SCENARIO is a scenario file, an rt-app JSON file, a bundle or capture directory (its workload is replayed), or the name\n' +
    'of a generator. The verdict is better, worse, same (equal in every pair) or undecided; with one seed it is never better\n' +
    'or worse.',
  options: [
    {
      flags: '--policies <list>',
      doc: `policies, separated by commas; the baseline is stock or the first (default: ${DEFAULT_POLICIES.join(',')})`,
    },
    { flags: '--seeds <n>', doc: "seeds 1…n (default: the scenario's, else 5)" },
    ...SCENARIO_OPTIONS,
    { flags: '--jobs <n>', doc: 'threads (default: one for each CPU); 0 runs in one thread' },
    { flags: '--out <dir>', doc: 'write results.json and one bundle for each run into a new directory' },
    ...HTML_OPTIONS,
    { flags: '--all-metrics', doc: 'print the differences of every metric' },
    { flags: '--demo', doc: 'compare on the shipped capture; writes out/demo/results.json' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const demo = flag(input, 'demo');
    const named = input.args;
    if (demo && named.length > 0) throw new InputError('--demo', '', 'no scenario beside it', named[0]!);
    if (!demo && named.length === 0) throw new InputError('compare', '', 'a scenario, or --demo', 'neither');
    const sources = demo ? [join(packageRoot(), DEMO.capture)] : named;
    const seeds = integer(input, 'seeds', 1, MAX_SEEDS) ?? (demo ? DEMO.seeds : undefined);
    const jobs = integer(input, 'jobs', 0, MAX_JOBS) ?? availableParallelism();
    const out = text(input, 'out');
    if (out !== undefined) refuseFull(out);
    const request = scenarioRequest(input, seeds === undefined ? undefined : firstSeeds(seeds));
    const scenarios: ResolvedScenario[] = [];
    for (const source of sources) scenarios.push(await resolveScenario(source, request));
    const policies = list(input, 'policies') ?? (demo ? [...DEMO.policies] : policiesOf(scenarios));
    const html = htmlRequest(input, policies);

    const comparison = await withProgress(input, io, async (options) => {
      const all = { ...options, jobs };
      const found = await (out === undefined ? compare(scenarios, policies, all) : compareInto(out, scenarios, policies, all));
      if (html !== null) await writeHtml(html, found, scenarios, all, out);
      return found;
    });
    if (demo) {
      mkdirSync(dirname(DEMO.results), { recursive: true });
      writeFileAtomic(DEMO.results, documentOf(comparison));
    }
    io.out(flag(input, 'json') ? documentOf(comparison) : compareText(comparison, flag(input, 'all-metrics')));
    const written = [...(demo ? [DEMO.results] : []), ...(html === null ? [] : [html.file])];
    if (!flag(input, 'json')) io.out(written.map((file) => `Written: ${file}\n`).join(''));
    return 0;
  },
};

async function withProgress(
  input: VerbInput,
  io: CliIo,
  work: (options: Pick<RunnerOptions, 'signal' | 'onProgress'>) => Promise<Comparison>,
): Promise<Comparison> {
  const progress = startProgress(io, flag(input, 'json') && !io.terminal);
  try {
    return await interruptible((signal) => work({ signal, onProgress: (done, total) => progress.update(done, total) }));
  } finally {
    progress.stop();
  }
}

/** Compares, with the runs' bundles and the results written into a directory that appears when all is there. */
async function compareInto(
  out: string,
  scenarios: readonly ResolvedScenario[],
  policies: readonly string[],
  options: RunnerOptions,
): Promise<Comparison> {
  let comparison: Comparison | undefined;
  await writeDirectoryAtomic(out, async (directory) => {
    comparison = await compare(scenarios, policies, { ...options, bundles: directory });
    writeFileSync(join(directory, 'results.json'), documentOf(comparison));
  });
  return comparison!;
}

/** @throws InputError where something is in the way that a run would replace */
function refuseFull(out: string): void {
  if (!existsSync(out)) return;
  try {
    if (readdirSync(out).length === 0) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error;
  }
  throw new InputError('--out', '', 'a directory that is new or empty', `${out}, which is not`);
}

function policiesOf(scenarios: readonly ResolvedScenario[]): string[] {
  const named = distinct(scenarios.flatMap((scenario) => scenario.policies));
  return named.length === 0 ? [...DEFAULT_POLICIES] : named;
}

function documentOf(comparison: Comparison): string {
  return `${JSON.stringify(comparison, null, 1)}\n`;
}
