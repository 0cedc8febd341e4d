import { html, Html } from '../html.js';

/** How the marks of the timeline look, in a square from −1 to 1; colours are CSS variables of the page. */
const MARKS: ReadonlyArray<readonly [svg: string, words: string]> = [
  ['<circle r=".65" style="fill:none;stroke:var(--muted);stroke-width:.3"/>', 'decision: no'],
  ['<circle r=".75" style="fill:var(--ink)"/>', 'decision: yes'],
  ['<path d="M0-1L1 0L0 1L-1 0Z" style="fill:var(--tl-forced)"/>', 'hot, and moved all the same: forced'],
  ['<path d="M0-1L1 0L0 1L-1 0Z" style="fill:var(--tl-policy)"/>', 'the same, by the policy alone'],
  ['<rect x="-.9" y="-.9" width="1.8" height="1.8" style="fill:none;stroke:var(--tl-policy);stroke-width:.35"/>', 'otherwise than stock'],
  ['<path d="M0-1V1M-.5.3L0 1L.5.3" style="fill:none;stroke:var(--muted);stroke-width:.3"/>', 'migration (dotted: at a wake-up, fork or execve(); dashed: active balance)'],
  ['<path d="M-.6 1V-.6M0 1V.2M.6 1V.6" style="fill:none;stroke:var(--muted);stroke-width:.3"/>', 'balance: moved, tried, nothing to do'],
  ['<path d="M-1 1H-.3V0H.4V-.8H1" style="fill:none;stroke:var(--tl-failed);stroke-width:.3"/>', 'nr_balance_failed, up to 6'],
  ['<rect x="-1" y="-.5" width="2" height="1" style="fill:var(--tl-hot)"/>', 'waits, hot'],
  ['<rect x="-1" y="-.5" width="2" height="1" style="fill:var(--tl-cold)"/>', 'waits, cold'],
];

/** What the marks of the timeline mean. */
export function timelineLegend(): Html {
  const entries = MARKS.map(
    ([svg, words]) => html`<li><svg class="key" viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true">${new Html(svg)}</svg> ${words}</li>`,
  );
  return html`<ul class="legend" aria-label="Marks of the timeline">${entries}</ul>`;
}
