import { quantity, relative, titleOf, unitOfMetric } from '../format.js';
import { html, type Html } from '../html.js';
import { table } from '../table.js';
import type { ObservedRun } from './types.js';

/** The figures of runs beside each other, with how far each is from the first. */
export function figuresTable(runs: readonly ObservedRun[]): Html {
  const metrics = [...new Set(runs.flatMap(({ observation }) => Object.keys(observation.figures)))];
  if (metrics.length === 0) return html`<p class="muted">The events tell no figures.</p>`;
  return table({
    caption: runs.length === 1 ? 'Counted from the events.' : `Counted from the events; single runs, so that a difference from ${runs[0]!.label} may be chance.`,
    label: 'Figures',
    columns: [{ head: 'figure' }, ...runs.map(({ label }) => ({ head: label, figures: true }))],
    rows: metrics.map((metric) => [titleOf(metric), ...runs.map((run, i) => cell(metric, run, i === 0 ? null : runs[0]!))]),
  });
}

function cell(metric: string, { observation }: ObservedRun, first: ObservedRun | null): Html {
  const value = observation.figures[metric]?.value ?? null;
  const base = first?.observation.figures[metric]?.value ?? 0;
  const shown = quantity(value, unitOfMetric(metric));
  if (value === null || base === 0) return html`${shown}`;
  return html`${shown}<span class="sub">${relative((value - base) / base)}</span>`;
}
