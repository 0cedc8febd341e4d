import { RULE } from '../kernel-validation/confront/rule.js';
import type { ConfrontDocument } from '../kernel-validation/confront/types.js';
import { CONFRONT_VERDICTS, tallyOf } from '../kernel-validation/confront/wording.js';
import { confrontAnswer, tauText } from './confrontation/answer.js';
import { confrontPanels } from './confrontation/panels.js';
import { confrontTable, decisionsTable, rankingTables, runsTable } from './confrontation/tables.js';
import { html, type Html } from './html.js';
import { page } from './page.js';

const TITLES = { refuted: 'What is refuted', undecided: 'Undecided', confirmed: 'What is confirmed' } as const;

/** The report of a confrontation: a page in one file, the verdict first. The same document makes the same bytes. */
export function confrontationReport(document: ConfrontDocument): string {
  const { metrics, decisions, rankings, runs, notes, tau } = document;
  const tally = tallyOf(metrics);
  return page({
    kicker: 'cfslab · what was predicted beside what was measured',
    title: `Confrontation: ${document.verdict}`,
    lead: confrontAnswer(document),
    sections: [
      { id: 'differences', title: 'Predicted and measured', body: confrontPanels(metrics) },
      ...CONFRONT_VERDICTS.map((verdict) => ({
        id: verdict, title: TITLES[verdict], count: tally[verdict], body: confrontTable(metrics, verdict),
      })),
      { id: 'order', title: 'Order of the policies', body: html`<p>${tauText(tau)}</p>${rankingTables(rankings)}` },
      { id: 'decisions', title: 'Decisions', count: decisions.count, body: decisionsTable(decisions) },
      { id: 'runs', title: 'Runs', count: runs.length, body: runsTable(runs) },
      { id: 'rule', title: 'The rule', body: list(RULE) },
      { id: 'notes', title: 'Notes', count: notes.length, body: list(notes) },
    ],
    footer: html`<p>Runs are chaotic even where they are deterministic: one run is one sample. The page is one file: it fetches
nothing and runs no script.</p>`,
  });
}

function list(texts: readonly string[]): Html {
  if (texts.length === 0) return html`<p class="muted">None.</p>`;
  return html`<ul>${texts.map((text) => html`<li>${text}</li>\n`)}</ul>`;
}
