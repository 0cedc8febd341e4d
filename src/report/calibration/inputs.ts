import type { CalibrationInput } from '../../calibration/types.js';
import { html, type Html } from '../html.js';
import { table } from '../table.js';

/** What the calibration was made from. */
export function inputsTable(inputs: readonly CalibrationInput[]): Html {
  if (inputs.length === 0) return html`<p class="muted">None.</p>`;
  return table({
    label: 'Recordings',
    cards: true,
    caption: 'Recordings of a real kernel; the hash is over the hashes in a recording’s manifest.',
    columns: [{ head: 'Recording' }, { head: 'Workload' }, { head: 'Part' }, { head: 'SHA-256', className: 'hash' }],
    rows: inputs.map(({ name, workload, holdout, hash }) => [
      name,
      workload,
      holdout ? 'held out' : 'used for the fit',
      html`<code>${hash}</code>`,
    ]),
  });
}
