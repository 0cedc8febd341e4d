import { HEAT_STEPS } from './colours.js';
import { html, NOTHING, type Html } from './html.js';
import { scrolling } from './table.js';

/** A cell of a heat map: a gain, above 0 is better; null: there is none. */
export interface HeatCell {
  readonly gain: number | null;
  readonly text: string;
  /** What is behind it, said to who points at it and to screen readers. */
  readonly title: string;
  /** A mark that tells the verdict without colour; empty: none. */
  readonly mark: string;
}

export interface GainHeat {
  /** What the rows are, and the columns. */
  readonly rowName: string;
  readonly columnName: string;
  readonly rows: ReadonlyArray<{ readonly head: string; readonly cells: readonly HeatCell[] }>;
  readonly columns: readonly string[];
  readonly caption: string;
}

/**
 * Gains as a table of coloured cells: green and purple, which people who see no red or green tell apart, the stronger the
 * larger; the numbers stand in the cells.
 */
export function gainHeat({ rowName, columnName, rows, columns, caption }: GainHeat): Html {
  const largest = rows.flatMap(({ cells }) => cells).reduce((most, { gain }) => Math.max(most, Math.abs(gain ?? 0)), 0);
  const heads = columns.map((head) => html`<th scope="col">${head}</th>`);
  const body = rows.map(({ head, cells }) => html`<tr><th scope="row">${head}</th>${cells.map((cell) => cellOf(cell, largest))}</tr>\n`);
  return scrolling(
    caption,
    html`<table class="heat"><caption><span>${caption}</span></caption><thead><tr><th scope="col">${rowName} \\ ${columnName}</th>${heads}</tr></thead>
<tbody>${body}</tbody></table>`,
  );
}

function cellOf({ gain, text, title, mark }: HeatCell, largest: number): Html {
  if (gain === null) return html`<td class="empty" title="${title}">${text}</td>`;
  const share = largest === 0 ? 0 : Math.abs(gain) / largest;
  const step = Math.min(HEAT_STEPS.length - 1, Math.floor(share * HEAT_STEPS.length));
  const side = gain === 0 ? '' : gain > 0 ? `less-${step}` : `more-${step}`;
  const shown = mark === '' ? NOTHING : html` <span class="mark" aria-hidden="true">${mark}</span>`;
  return html`<td title="${title}"><span class="heat-cell ${side}">${text}${shown}</span></td>`;
}
