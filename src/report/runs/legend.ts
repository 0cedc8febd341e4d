import { html, type Html } from '../html.js';
import { colourOf } from './types.js';

/** Which line of a chart is which run: by colour, and dashed every second one. */
export function runLegend(labels: readonly string[]): Html {
  const entries = labels.map((label, i) => {
    const style = `stroke:var(--${colourOf(i)});stroke-width:2;${i % 2 === 1 ? 'stroke-dasharray:5 3' : ''}`;
    return html`<li><svg class="key line" viewBox="0 0 30 12" aria-hidden="true"><path d="M0 6H30" style="${style}"/></svg> ${label}</li>`;
  });
  return html`<ul class="legend" aria-label="Runs">${entries}</ul>`;
}
