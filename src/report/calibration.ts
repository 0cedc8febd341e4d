import type { CalibrationDocument, Verdict } from '../calibration/types.js';
import { answer } from './calibration/answer.js';
import { distributionPanels } from './calibration/distribution-panels.js';
import { fitsSection } from './calibration/fits.js';
import { heatTable } from './calibration/heat-table.js';
import { inputsTable } from './calibration/inputs.js';
import { metricPanels } from './calibration/metric-panels.js';
import { verdictTable } from './calibration/verdict-table.js';
import { countOf } from './format.js';
import { html, type Html } from './html.js';
import { page, type Section } from './page.js';
import { VERDICTS } from './verdict-marks.js';

/**
 * The report of a calibration: a page in one file that shows what fails first. The same document makes the same bytes.
 */
export function calibrationReport(doc: CalibrationDocument): string {
  const { residuals, distributions, fits, inputs } = doc;
  return page({
    kicker: 'cfslab · the simulator beside the kernel',
    title: `Calibration of ${doc.profile}`,
    lead: answer(doc),
    sections: [
      ...VERDICTS.map((verdict) => verdictSection(doc, verdict)),
      { id: 'overview', title: 'At a glance', body: heatTable(residuals) },
      { id: 'metrics', title: 'Metric by metric', body: metricPanels(residuals) },
      { id: 'distributions', title: 'Distributions', count: distributions.length, body: distributionPanels(distributions) },
      { id: 'fits', title: 'What was fitted', count: fits.length, body: fitsSection(fits) },
      { id: 'inputs', title: 'Recordings', count: inputs.length, body: inputsTable(inputs) },
      { id: 'notes', title: 'Notes', count: doc.notes.length, body: notes(doc.notes) },
    ],
    footer: html`<p>Free runs of the simulator: ${countOf(doc.seeds, 'seed')} for each recording; the simulator’s
figures are means with 95&nbsp;% intervals. The page is one file: it fetches nothing and runs no script.</p>`,
  });
}

const TITLES: Readonly<Record<Verdict, { readonly id: string; readonly title: string }>> = {
  fail: { id: 'fails', title: 'What fails' },
  undecided: { id: 'undecided', title: 'Undecided' },
  'not measured': { id: 'not-measured', title: 'Not measured' },
  pass: { id: 'passes', title: 'What passes' },
};

function verdictSection(doc: CalibrationDocument, verdict: Verdict): Section {
  const { id, title } = TITLES[verdict];
  const count = doc.residuals.filter((residual) => residual.verdict === verdict).length;
  return { id, title, count, body: verdictTable(doc.residuals, verdict) };
}

function notes(texts: readonly string[]): Html {
  if (texts.length === 0) return html`<p class="muted">None.</p>`;
  return html`<ul>${texts.map((text) => html`<li>${text}</li>\n`)}</ul>`;
}
