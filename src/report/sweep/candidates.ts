import { titleOf } from '../format.js';
import { gainHeat } from '../gain-heat.js';
import { GAIN_MARKS, verdictBadge } from '../gain-marks.js';
import { html, NOTHING, type Html } from '../html.js';
import { table } from '../table.js';
import { candidateLabel, gainText, gainWithInterval } from './gains.js';
import type { SweepComparison, SweepFindings } from './types.js';

/** Candidates that are shown without being asked for. */
const SHOWN = 25;

/** Comparisons over all contexts in the first objective, the highest gain first. */
export function ranking({ comparisons, objectives }: SweepFindings): SweepComparison[] {
  return comparisons
    .filter(({ context, metric }) => context === null && metric === objectives[0]!.metric)
    .sort((a, b) => (b.gain ?? -Infinity) - (a.gain ?? -Infinity) || a.candidate - b.candidate);
}

/** Every candidate against the baseline over all contexts: gain, interval and verdict, for each objective. */
export function candidatesTable(found: SweepFindings): Html {
  const ranked = ranking(found);
  if (ranked.length === 0) return html`<p class="muted">No candidate was run for the full duration.</p>`;
  const rest = ranked.slice(SHOWN);
  const more = rest.length === 0 ? NOTHING : html`<details><summary>${rest.length} more</summary>${tableOf(found, rest, 'the rest')}</details>`;
  return html`<p>Gains over ${found.baseline} on the base’s knobs, paired by seed, over all contexts; above 0 is better. Intervals are of
95 % and not corrected: of many candidates the best one’s mean is too high. Verdicts are corrected.</p>
${tableOf(found, ranked.slice(0, SHOWN), rest.length === 0 ? 'all' : `the first ${SHOWN}`)}${more}`;
}

function tableOf(found: SweepFindings, ranked: readonly SweepComparison[], which: string): Html {
  const { objectives, comparisons } = found;
  return table({
    caption: `Candidates by gain, ${which}.`,
    label: `Candidates, ${which}`,
    cards: true,
    columns: [
      { head: 'candidate' },
      ...objectives.flatMap(({ metric }) => [{ head: titleOf(metric), figures: true }, { head: 'verdict' }]),
      { head: 'seeds', figures: true },
    ],
    rows: ranked.map(({ candidate, pairs }) => [
      candidateLabel(found, candidate),
      ...objectives.flatMap((objective): Html[] => {
        const one = comparisons.find((each) => each.candidate === candidate && each.context === null && each.metric === objective.metric);
        if (one === undefined || one.gain === null) return [html`–`, NOTHING];
        const corrected = one.verdict === 'same' ? '' : `p ${one.adjustedP < 0.001 ? '< 0.001' : one.adjustedP.toFixed(3)}`;
        const reason = [one.reason, corrected].filter((part) => part !== '').join(', ');
        return [html`${gainWithInterval(objective, { mean: one.gain, lo: one.lo, hi: one.hi })}`, verdictBadge(one.verdict, reason)];
      }),
      String(pairs),
    ]),
  });
}

/** Gains of the best candidates in each context. */
export function contextsHeat(found: SweepFindings): Html {
  const { contexts, comparisons, objectives } = found;
  const [objective] = objectives;
  return gainHeat({
    rowName: 'candidate',
    columnName: 'context',
    caption: `Gain in ${titleOf(objective!.metric).toLowerCase()} over ${found.baseline}. ✓ better, ✕ worse, ? undecided, = the same.`,
    columns: contexts.map(({ label }) => label),
    rows: ranking(found).slice(0, SHOWN).map(({ candidate }) => ({
      head: candidateLabel(found, candidate),
      cells: contexts.map(({ id, label }) => {
        const one = comparisons.find((each) => each.candidate === candidate && each.context === id && each.metric === objective!.metric);
        const gain = one?.gain ?? null;
        const title = one === undefined || one.gain === null ? 'not compared' : `${label}: ${gainWithInterval(objective!, { ...one, mean: one.gain })}, ${one.verdict}`;
        return { gain, text: gainText(objective!, gain), title, mark: one === undefined ? '' : GAIN_MARKS[one.verdict].character };
      }),
    })),
  });
}
