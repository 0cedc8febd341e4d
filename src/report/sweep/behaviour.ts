import { interval, quantity } from '../format.js';
import { html, type Html } from '../html.js';
import { migrationCauses } from '../runs/causes.js';
import { table } from '../table.js';
import { candidateLabel } from './gains.js';
import type { SweepFindings } from './types.js';

const LATENCIES = [['wakeup_latency_p50_ns', 'median'], ['wakeup_latency_p99_ns', 'p99']] as const;
const CAUSES = ['wakeup', 'balance', 'active', 'fork'] as const;

/** What the baseline and the best do in each context: how long tasks wait after a wake-up, and what moves them. */
export function behaviour(found: SweepFindings): Html {
  const ids = [0, ...(found.best === null || found.best.candidate === 0 ? [] : [found.best.candidate])];
  const cells = found.contexts.flatMap((context) =>
    ids.flatMap((candidate) => {
      const cell = found.cells.find((one) => one.candidate === candidate && one.context === context.id);
      return cell === undefined ? [] : [{ ...cell, label: `${candidateLabel(found, candidate)} · ${context.label}` }];
    }),
  );
  if (cells.length === 0) return html`<p class="muted">Nothing was run for the full duration.</p>`;
  const runs = cells.map(({ label, metrics }) => ({
    label,
    migrations: Object.fromEntries(CAUSES.map((cause) => [cause, metrics[`migrations_${cause}`]?.mean ?? 0])) as Record<(typeof CAUSES)[number], number>,
  }));
  return html`<h3>Wake-up latency</h3>
${table({
    caption: 'Means over the seeds with 95 % intervals.',
    label: 'Wake-up latency',
    columns: [{ head: 'candidate and context' }, ...LATENCIES.flatMap(([, name]) => [{ head: name, figures: true }, { head: '95 % interval', figures: true }])],
    rows: cells.map(({ label, metrics }) => [
      label,
      ...LATENCIES.flatMap(([metric]) => {
        const estimate = metrics[metric] ?? null;
        return [quantity(estimate?.mean ?? null, 'ns'), interval(estimate?.lo ?? null, estimate?.hi ?? null, 'ns')];
      }),
    ]),
  })}
<h3>Migrations by cause</h3>
${migrationCauses(runs, 'sweep-causes')}`;
}
