import type { ConfrontDocument, ConfrontVerdict, MetricConfrontation, Ranking, RunListed } from '../../kernel-validation/confront/types.js';
import { wrongFirst } from '../../kernel-validation/confront/wording.js';
import { NO_FIGURE, plusMinus, quantity, relative, titleOf } from '../format.js';
import { html, NOTHING, type Html } from '../html.js';
import { table } from '../table.js';
import { CONFRONT_MARKS, differenceText, intervalText } from './marks.js';

const CAPTIONS: Readonly<Record<ConfrontVerdict, string>> = {
  refuted: 'One side says less and the other more; or one says that there is no difference beyond the limit, and the other’s interval lies wholly beyond it.',
  undecided: 'The intervals do not tell, or there is too little to go by.',
  confirmed: 'Both sides say the same: less, more, or no difference beyond the limit.',
};

/** All figures with one verdict; the objectives, which decide, come first. */
export function confrontTable(metrics: readonly MetricConfrontation[], verdict: ConfrontVerdict): Html {
  const chosen = wrongFirst(metrics).filter((row) => row.verdict === verdict);
  if (chosen.length === 0) return html`<p class="muted">None.</p>`;
  return table({
    caption: CAPTIONS[verdict],
    label: `Figures: ${verdict}`,
    className: CONFRONT_MARKS[verdict].colour,
    cards: true,
    columns: [
      { head: 'Metric' },
      { head: 'Workload' },
      { head: 'Policy' },
      { head: 'Predicted', figures: true },
      { head: 'Measured', figures: true },
      { head: 'Limit', figures: true },
      { head: 'Error of the levels', figures: true },
      { head: 'Why', className: 'wide' },
    ],
    rows: chosen.map(cells),
  });
}

function cells(row: MetricConfrontation): Array<string | Html> {
  const { metric, unit, objective, workload, policy, predicted, measured, limit, stockError, policyError, reason } = row;
  const side = (which: typeof predicted): Html => {
    const levels = `${quantity(which.stock, unit)} → ${quantity(which.policy, unit)}`;
    const how = `${which.runs} ${which.paired ? 'pairs' : 'runs'}`;
    return html`<span class="strong">${differenceText(which, (value) => quantity(value, unit))}</span>
<span class="sub">${intervalText(which, unit)}</span><span class="sub">${levels}, ${how}</span>`;
  };
  return [
    html`${titleOf(metric)}<code class="sub">${metric}</code>${objective ? html`<span class="sub">objective: it decides</span>` : NOTHING}`,
    workload,
    policy,
    side(predicted),
    side(measured),
    plusMinus(limit),
    html`${relative(stockError)}<span class="sub">stock</span>${relative(policyError)}<span class="sub">policy</span>`,
    reason,
  ];
}

/** The policies of each workload, best first, as predicted and as measured. */
export function rankingTables(rankings: readonly Ranking[]): Html {
  if (rankings.length === 0) return html`<p class="muted">There is nothing to put in order.</p>`;
  return html`${rankings.map(({ workload, metric, better, predicted, measured }) => {
    const unit = metric === 'throughput' ? '1/s' : 'ns';
    return table({
      caption: html`${workload}, by ${titleOf(metric)}: ${better} is better.`,
      label: `Order of the policies on ${workload}`,
      columns: [{ head: 'Place' }, { head: 'Predicted' }, { head: 'Mean', figures: true }, { head: 'Measured' }, { head: 'Mean', figures: true }],
      rows: predicted.map((one, i) => [
        String(i + 1), one.policy, quantity(one.mean, unit), measured[i]!.policy, quantity(measured[i]!.mean, unit),
      ]),
    });
  })}`;
}

/** How many recorded decisions of each run are those of the integer program. */
export function decisionsTable({ runs, first }: ConfrontDocument['decisions']): Html {
  if (runs.length === 0) return html`<p class="muted">No decision of the kernel’s policy was recorded.</p>`;
  const wrong = new Map(first.map(({ run, what }) => [run, what]));
  return table({
    caption: 'Answers that the kernel’s policy gave, beside those of the same integer program evaluated here on the recorded raw counters.',
    label: 'Decisions',
    cards: true,
    columns: [{ head: 'Run' }, { head: 'Decisions', figures: true }, { head: 'Agree', figures: true }, { head: 'First that differs', className: 'wide' }],
    rows: runs.map(({ run, count, agree }) => [run, quantity(count, ''), quantity(agree, ''), wrong.get(run) ?? NO_FIGURE]),
  });
}

/** What was confronted. */
export function runsTable(runs: readonly RunListed[]): Html {
  if (runs.length === 0) return html`<p class="muted">None.</p>`;
  return table({
    caption: 'Runs of the simulator and of the kernel. What sets repetitions apart: seed, delay before the start, quantum of virtual time.',
    label: 'Runs',
    cards: true,
    columns: [
      { head: 'Run' }, { head: 'Made by' }, { head: 'Workload' }, { head: 'Policy' }, { head: 'Repetition', figures: true },
      { head: 'Completion', figures: true }, { head: 'Throughput', figures: true }, { head: 'Model', className: 'hash' },
    ],
    rows: runs.map((run) => [
      run.name,
      html`${run.side === 'sim' ? 'simulator' : 'kernel'}<span class="sub">${run.place}</span>`,
      run.workload,
      html`${run.policy}<span class="sub">${run.mode}</span>`,
      html`${run.repetition}<span class="sub">seed ${run.seed}, ${run.perturbation.delayUs} µs, ${run.perturbation.quantumNs} ns</span>`,
      quantity(run.completionNs, 'ns'),
      run.throughput === null ? NO_FIGURE : `${quantity(run.throughput.value, '')} ${run.throughput.unit}/s`,
      run.model === null ? NO_FIGURE : html`<code>${run.model}</code>`,
    ]),
  });
}
