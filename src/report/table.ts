import { html, NOTHING, type Html } from './html.js';

export interface Column {
  readonly head: string | Html;
  /** Figures: to the right, digits of equal width. */
  readonly figures?: boolean;
  /** A class for the cells. */
  readonly className?: string;
}

export interface TableParts {
  /** What the table holds: read out before it, and shown above it. */
  readonly caption: string | Html;
  readonly columns: readonly Column[];
  /** Cells row by row; the first of each is the head of its row. */
  readonly rows: ReadonlyArray<ReadonlyArray<string | Html>>;
  readonly className?: string;
  /** On a narrow screen a row is a card, with the heads beside the cells; else the table scrolls sideways. */
  readonly cards?: boolean;
  /** The name of the region that scrolls sideways where the screen is narrow. */
  readonly label: string;
}

/** A table for people and for screen readers, that scrolls by itself where it is wider than the page. */
export function table({ caption, columns, rows, className = '', cards = false, label }: TableParts): Html {
  return scrolling(
    label,
    html`<table class="${cards ? `cards ${className}` : className}"><caption><span>${caption}</span></caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${classOf(column)}>${column.head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell, i) => cellOf(cell, columns[i]!, i === 0, cards))}</tr>\n`)}</tbody></table>`,
  );
}

/** What may be wider than the page: it scrolls by itself, with the keyboard too. */
export function scrolling(label: string, content: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}

function cellOf(cell: string | Html, column: Column, first: boolean, cards: boolean): Html {
  const beside = cards && typeof column.head === 'string' ? html` data-head="${column.head}"` : NOTHING;
  const attributes = html`${classOf(column)}${beside}`;
  return first ? html`<th scope="row"${attributes}>${cell}</th>` : html`<td${attributes}>${cell}</td>`;
}

function classOf({ figures, className }: Column): Html {
  const classes = [...(figures === true ? ['figures'] : []), ...(className === undefined ? [] : [className])];
  return classes.length === 0 ? NOTHING : html` class="${classes.join(' ')}"`;
}
