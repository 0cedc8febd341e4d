import type { Verdict } from '../experiment/stats/verdict.js';
import type { Colour } from './colours.js';
import { html, type Html } from './html.js';
import { VERDICT_MARKS, type VerdictMark } from './verdict-marks.js';

/** How the verdict on a difference looks: as that on a figure of the same weight does. */
export const GAIN_MARKS: Readonly<Record<Verdict, VerdictMark>> = {
  better: VERDICT_MARKS.pass,
  worse: VERDICT_MARKS.fail,
  undecided: VERDICT_MARKS.undecided,
  same: { ...VERDICT_MARKS['not measured'], character: '=' },
};

/** The verdict in a table, with why where it is undecided. */
export function verdictBadge(verdict: Verdict, reason: string): Html {
  const { colour, character } = GAIN_MARKS[verdict];
  const why = reason === '' ? html`` : html`<span class="sub">${reason}</span>`;
  return html`<span class="badge ${colour}"><span aria-hidden="true">${character}</span> ${verdict}</span>${why}`;
}

/** What the marks in charts mean. */
export function gainLegend(): Html {
  const entries = (Object.keys(GAIN_MARKS) as Verdict[]).map((verdict) => {
    const { colour, shape, filled } = GAIN_MARKS[verdict];
    return html`<li>${markOf(colour, shape, filled)} ${verdict}</li>`;
  });
  return html`<ul class="legend" aria-label="Verdicts">${entries}</ul>`;
}

/** A mark of a chart beside words. */
export function markOf(colour: Colour, shape: string, filled: boolean): Html {
  const style = filled ? `fill:var(--${colour})` : `fill:var(--surface);stroke:var(--${colour});stroke-width:.4`;
  return html`<svg class="key" viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true"><path d="${shape}" style="${style}"/></svg>`;
}
