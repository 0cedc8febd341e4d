import { visible } from './html.js';

/** A part of a page that is written as Markdown and as HTML alike: paragraphs and a table. */
export interface TextBlock {
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Columns after the first have figures. */
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
}

const escaped = (text: string): string => visible(text).replace(/[|\\]/g, '\\$&').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** The lines of blocks in Markdown, each with an empty one before it. */
export function markdownLines(blocks: readonly TextBlock[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return blocks.flatMap(({ title, paragraphs, columns, rows }) => [
    '', `## ${title}`, '',
    ...paragraphs.flatMap((text) => [text, '']),
    line(columns), line(columns.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line),
  ]);
}
