import type { SweepDocument } from '../../experiment/sweep/report/document.js';
import type { SweepOutcome } from '../../experiment/sweep/sweep.js';
import type { RunnerOptions } from '../../experiment/runner.js';
import { writeFileAtomic } from '../../input/atomic.js';
import { InputError } from '../../input/error.js';
import type { ShownRuns } from '../../report/runs/shown.js';
import { text } from '../options.js';
import { refuseWrongPlace } from '../place.js';
import { makeShownRuns } from '../shown-runs.js';
import type { OptionSpec, VerbInput } from '../verb.js';

export const SWEEP_HTML_OPTIONS: readonly OptionSpec[] = [
  { flags: '--html <file>', doc: 'write a report: one page that needs no network' },
  { flags: '--timeline <which>', doc: 'of the report: "best" shows the run queues of the baseline and of the best where it gains most, "none" does not (best)' },
];

export interface SweepHtmlRequest {
  readonly file: string;
  readonly timeline: boolean;
}

/** What the options ask for, checked before the work; null: no report. @throws InputError */
export function sweepHtmlRequest(input: VerbInput): SweepHtmlRequest | null {
  const file = text(input, 'html');
  const timeline = text(input, 'timeline');
  if (timeline !== undefined && timeline !== 'best' && timeline !== 'none') throw new InputError('--timeline', '', 'best or none', timeline);
  if (file === undefined) {
    if (timeline !== undefined) throw new InputError('--timeline', '', '--html beside it', 'none');
    return null;
  }
  refuseWrongPlace('--html', file);
  return { file, timeline: timeline !== 'none' };
}

/** Writes the report of a sweep. */
export async function writeSweepHtml(
  { file, timeline }: SweepHtmlRequest, document: SweepDocument, outcome: SweepOutcome, options: RunnerOptions,
): Promise<void> {
  const { sweepReport } = await import('../../report/sweep.js');
  const shown = timeline ? await shownRuns(document, outcome, options) : null;
  writeFileAtomic(file, sweepReport(document, shown));
}

/** The baseline's and the best candidate's first run in the context in which that gains most; null where there is no best. */
async function shownRuns(document: SweepDocument, { cells }: SweepOutcome, options: RunnerOptions): Promise<ShownRuns | null> {
  const { best, comparisons, objectives, contexts, candidates, baseline } = document;
  if (best === null) return null;
  const gains = comparisons.filter(({ candidate, context, metric }) => candidate === best.candidate && context !== null && metric === objectives[0]!.metric);
  const most = gains.reduce<(typeof gains)[number] | null>((a, b) => (a === null || (b.gain ?? -Infinity) > (a.gain ?? -Infinity) ? b : a), null);
  const context = contexts[most?.context ?? 0]!;
  const full = cells.all().filter((cell) => cell.share === 1 && cell.context.id === context.id);
  const own = [0, best.candidate].flatMap((id) => full.filter((cell) => cell.candidate.id === id).slice(0, 1));
  if (own.length === 0) return null;
  const seed = Math.min(...own[0]!.runs.keys());
  const runs = own.map(({ candidate, variant }) => ({
    label: candidate.id === 0 ? baseline : candidates[candidate.id]!.label,
    scenario: variant.scenario,
    policy: variant.policyText,
  }));
  return makeShownRuns(context.label, seed, runs, options);
}
