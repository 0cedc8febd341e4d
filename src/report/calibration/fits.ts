import type { FitRow } from '../../calibration/types.js';
import { change, interval, quantity, relative, relativeTick, significant } from '../format.js';
import { html, NOTHING, type Html } from '../html.js';
import { intervalChart, type IntervalRow } from '../interval-chart.js';
import { table } from '../table.js';
import { VERDICT_MARKS } from '../verdict-marks.js';

/** The parameters of the machine that were fitted: how sure they are, and how they changed. */
export function fitsSection(fits: readonly FitRow[]): Html {
  if (fits.length === 0) return html`<p class="muted">Nothing was fitted: the profile is as it was.</p>`;
  return html`${forest(fits)}
${table({
    label: 'Fitted parameters',
    cards: true,
    caption: 'Parameters of the machine profile with 95 % intervals.',
    columns: [
      { head: 'Parameter' },
      { head: 'Value', figures: true },
      { head: '95 % interval', figures: true },
      { head: 'Before', figures: true },
      { head: 'Change', figures: true },
      { head: 'Observations', figures: true },
      { head: 'Method', className: 'wide' },
    ],
    rows: fits.map((fit) => [
      html`<code>${fit.parameter}</code>`,
      quantity(fit.value, fit.unit),
      interval(fit.lo, fit.hi, fit.unit),
      quantity(fit.previous, fit.unit),
      fit.previous === 0 ? '–' : relative((fit.value - fit.previous) / Math.abs(fit.previous)),
      significant(fit.n),
      fit.method,
    ]),
  })}`;
}

/** Intervals relative to the value, so that parameters of all units stand in one picture. */
function forest(fits: readonly FitRow[]): Html {
  const shown = fits.filter(({ value, lo, hi }) => value !== 0 && [value, lo, hi].every(Number.isFinite));
  if (shown.length === 0) return NOTHING;
  const chart = intervalChart({
    id: 'fits-chart',
    title: 'Fitted parameters with their 95 % intervals, relative to the value',
    description: shown.map(inWords).join(' '),
    figuresHead: 'before → fitted',
    rows: shown.map(rowOf),
    axis: relativeTick,
    dumbbell: false,
    width: 420,
    labelWidth: 170,
  });
  return html`<figure class="full"><figcaption><h3>How sure the values are</h3>
<span class="note">The dot is the fitted value, the line its 95&nbsp;% interval relative to it, the ring the value before; an
arrow where that lies beyond the edge.</span></figcaption>${chart}</figure>`;
}

function inWords({ parameter, unit, value, lo, hi }: FitRow): string {
  return `${parameter}: ${quantity(value, unit)}, ${interval(lo, hi, unit)}.`;
}

function rowOf({ parameter, unit, value, previous, lo, hi }: FitRow): IntervalRow {
  const toShare = (other: number): number => (other - value) / Math.abs(value);
  const { shape } = VERDICT_MARKS.pass;
  return {
    label: parameter,
    figures: change(previous, value, unit),
    value: 0,
    lo: lo === null ? null : toShare(lo),
    hi: hi === null ? null : toShare(hi),
    band: 0,
    colour: 'ink',
    shape,
    filled: true,
    before: toShare(previous),
  };
}
