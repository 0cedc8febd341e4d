import type { Verdict } from '../calibration/types.js';
import type { Colour } from './colours.js';
import { html, type Html } from './html.js';

/** How a verdict looks: a colour, a character in text, a shape in charts. Each of the three tells it alone. */
export interface VerdictMark {
  readonly colour: Colour & ('pass' | 'fail' | 'undecided' | 'unmeasured');
  readonly character: string;
  /** SVG path in a square from −1 to 1. */
  readonly shape: string;
  /** Whether the shape is filled. */
  readonly filled: boolean;
}

export const VERDICT_MARKS: Readonly<Record<Verdict, VerdictMark>> = {
  fail: { colour: 'fail', character: '✕', shape: 'M0 -1.15L1.15 0L0 1.15L-1.15 0Z', filled: true },
  undecided: { colour: 'undecided', character: '?', shape: 'M0 -1.05L1.1 0.85L-1.1 0.85Z', filled: true },
  'not measured': { colour: 'unmeasured', character: '○', shape: 'M-0.8 -0.8H0.8V0.8H-0.8Z', filled: false },
  pass: { colour: 'pass', character: '✓', shape: 'M0 -0.95A0.95 0.95 0 1 1 0 0.95A0.95 0.95 0 1 1 0 -0.95Z', filled: true },
};

/** In the order in which a report shows them: what is wrong comes first. */
export const VERDICTS = Object.keys(VERDICT_MARKS) as readonly Verdict[];

/** What the marks in charts mean. */
export function verdictLegend(): Html {
  const entries = VERDICTS.map((verdict) => {
    const { colour, shape, filled } = VERDICT_MARKS[verdict];
    const style = filled ? `fill:var(--${colour})` : `fill:var(--surface);stroke:var(--${colour});stroke-width:.4`;
    const path = html`<path d="${shape}" style="${style}"/>`;
    return html`<li><svg class="key" viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true">${path}</svg> ${verdict}</li>`;
  });
  return html`<ul class="legend" aria-label="Marks">${entries}</ul>`;
}
