import { countOf, significant } from './format.js';
import { html, NOTHING, type Html } from './html.js';
import { page } from './page.js';
import { shownSections, type ShownRuns } from './runs/shown.js';
import { behaviour } from './sweep/behaviour.js';
import { candidatesTable, contextsHeat, ranking } from './sweep/candidates.js';
import { convergence } from './sweep/convergence.js';
import { interactionHeats, mainEffects } from './sweep/effects.js';
import { paretoFront } from './sweep/front.js';
import type { SweepFindings } from './sweep/types.js';
import { timelineLive } from './timeline/report.js';

/**
 * The report of a sweep: the answer, how sure it is, and what it depends on. The same document makes the same bytes.
 * @param shown runs that are looked at by themselves; null: none
 */
export function sweepReport(found: SweepFindings, shown: ShownRuns | null = null): string {
  const several = found.contexts.length > 1;
  return page({
    kicker: 'cfslab · a sweep',
    title: found.name,
    lead: lead(found),
    sections: [
      { id: 'candidates', title: 'Candidates', count: ranking(found).length, body: candidatesTable(found) },
      { id: 'effects', title: 'Effect of each axis', body: mainEffects(found) },
      { id: 'pairs', title: 'Pairs of axes', count: found.effects.interactions.length, body: interactionHeats(found) },
      ...(several ? [{ id: 'contexts', title: 'Context by context', body: contextsHeat(found) }] : []),
      ...(found.pareto.length > 0 ? [{ id: 'front', title: 'Pareto front', body: paretoFront(found) }] : []),
      ...(shown === null ? [] : shownSections(shown)),
      { id: 'behaviour', title: 'What it does', body: behaviour(found) },
      { id: 'convergence', title: 'Convergence', body: convergence(found) },
      { id: 'method', title: 'How it was found', body: method(found) },
    ],
    footer: html`<p>The page is one file: it fetches nothing${shown === null ? ' and runs no script' : ', and its one script draws the timeline'}.</p>`,
    ...(shown === null ? {} : { live: timelineLive() }),
  });
}

function lead({ description, question, answer }: SweepFindings): Html {
  const [first, ...rest] = answer;
  return html`${description === '' ? NOTHING : html`<p>${description}</p>`}<p>${question}</p>
<p class="answer">${first ?? ''}</p>
${rest.length === 0 ? NOTHING : html`<ul>${rest.map((text) => html`<li>${text}</li>\n`)}</ul>`}`;
}

const ENDINGS: Readonly<Record<SweepFindings['ended'], string>> = {
  decided: 'no verdict was open any more',
  budget: 'the runs that it might make were used up',
  seeds: 'every open cell had its most seeds',
};

function method(found: SweepFindings): Html {
  const { search, seeds, correction, runs, budgetRuns, ended, scenarios, baseline } = found;
  const notes = scenarios.flatMap(({ name, machine, notes: own }) => [`${name} on ${machine}`, ...own.map((note) => `${name}: ${note}`)]);
  return html`<ul>
<li>Search: ${search.method}; ${countOf(runs, 'run')} of at most ${significant(budgetRuns)}.</li>
<li>Each cell has ${seeds.first === seeds.most ? String(seeds.first) : `${seeds.first} to ${seeds.most}`} seeds; it ended because ${ENDINGS[ended]}.</li>
<li>Everything is compared with ${baseline} under the same seeds. ${countOf(correction.comparisons, 'comparison')}, looked at
${countOf(correction.looks, 'time')}, at a level of ${correction.alpha}. ${correction.why}</li>
${notes.map((note) => html`<li>${note}</li>\n`)}</ul>`;
}
