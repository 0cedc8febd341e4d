import { join } from 'node:path';
import type { Comparison } from '../experiment/compare.js';
import type { ResolvedScenario } from '../experiment/resolved.js';
import { bundlePath, type RunnerOptions } from '../experiment/runner.js';
import { writeFileAtomic } from '../input/atomic.js';
import { InputError } from '../input/error.js';
import type { ShownRuns } from '../report/runs/shown.js';
import { list, text } from './options.js';
import { refuseWrongPlace } from './place.js';
import { makeShownRuns, readShownRuns } from './shown-runs.js';
import type { OptionSpec, VerbInput } from './verb.js';

/** Runs that can be looked at together. */
const MOST_RUNS = 4;

export const HTML_OPTIONS: readonly OptionSpec[] = [
  { flags: '--html <file>', doc: 'write a report: one page that needs no network' },
  {
    flags: '--timeline <list>',
    doc: `of the report: policies whose runs are shown on a timeline, those of the first workload's first seed; "none" for none (default: the baseline and the best)`,
  },
];

/** What the options ask for, checked before the work. @throws InputError */
export interface HtmlRequest {
  readonly file: string;
  /** null: the baseline and the best. */
  readonly policies: readonly string[] | null;
}

export function htmlRequest(input: VerbInput, policies: readonly string[]): HtmlRequest | null {
  const file = text(input, 'html');
  const asked = list(input, 'timeline');
  if (file === undefined) {
    if (asked !== undefined) throw new InputError('--timeline', '', '--html beside it', 'none');
    return null;
  }
  refuseWrongPlace('--html', file);
  if (asked?.length === 1 && asked[0] === 'none') return { file, policies: [] };
  const stranger = asked?.find((policy) => !policies.includes(policy));
  if (stranger !== undefined) throw new InputError('--timeline', '', `policies that are compared: ${policies.join(', ')}`, stranger);
  if (asked !== undefined && asked.length > MOST_RUNS) throw new InputError('--timeline', '', `at most ${MOST_RUNS} policies`, String(asked.length));
  return { file, policies: asked ?? null };
}

/**
 * Writes the report of a comparison. The runs that it shows are made again, which gives the same bits, unless their bundles
 * are in `kept`.
 */
export async function writeHtml(
  request: HtmlRequest, comparison: Comparison, scenarios: readonly ResolvedScenario[], options: RunnerOptions, kept: string | undefined,
): Promise<void> {
  const { comparisonReport } = await import('../report/comparison.js');
  const { bestPolicy } = await import('../report/comparison/differences.js');
  const scenario = scenarios[0]!;
  const best = bestPolicy(comparison, scenario.name);
  const policies = request.policies ?? [comparison.baseline, ...(best === null ? [] : [best])];
  const shown = policies.length === 0 ? null : await shownRuns(scenario, policies, options, kept);
  writeFileAtomic(request.file, comparisonReport(comparison, shown));
}

async function shownRuns(
  scenario: ResolvedScenario, policies: readonly string[], options: RunnerOptions, kept: string | undefined,
): Promise<ShownRuns> {
  const seed = scenario.seeds[0]!;
  if (kept === undefined) return makeShownRuns(scenario.name, seed, policies.map((policy) => ({ label: policy, scenario, policy })), options);
  const bundles = policies.map((policy) => ({ label: policy, place: join(kept, bundlePath(policy, scenario.name, seed)) }));
  return readShownRuns(scenario.name, seed, bundles);
}
