/** A column of a text table. */
export interface Column {
  /** Lines of its head, from above. */
  readonly head: readonly string[];
  readonly left?: boolean;
}

/** Lines are no longer than this. */
export const MAX_WIDTH = 120;

/**
 * Lays a table out as text: columns as wide as their widest cell, two spaces between them, numbers to the right. Cells of
 * left columns are shortened where the lines would be longer than `MAX_WIDTH`.
 */
export function table(columns: readonly Column[], rows: ReadonlyArray<readonly string[]>): string {
  const heads = Math.max(...columns.map((column) => column.head.length));
  const headRows = Array.from({ length: heads }, (_, line) =>
    columns.map((column) => column.head[line - (heads - column.head.length)] ?? ''),
  );
  const all = [...headRows, ...rows];
  const widths = columns.map((_, i) => Math.max(...all.map((row) => width(row[i]!))));
  shrink(widths, columns);
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => pad(cut(cell, widths[i]!), widths[i]!, columns[i]!.left === true)).join('  ').trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, w) => sum + w, 2 * (widths.length - 1)));
  return [...headRows.map(line), rule, ...rows.map(line)].join('\n');
}

function shrink(widths: number[], columns: readonly Column[]): void {
  let over = widths.reduce((sum, w) => sum + w, 2 * (widths.length - 1)) - MAX_WIDTH;
  columns.forEach((column, i) => {
    if (over <= 0 || column.left !== true) return;
    const less = Math.min(over, Math.max(0, widths[i]! - 10));
    widths[i]! -= less;
    over -= less;
  });
}

function width(cell: string): number {
  return [...cell].length;
}

function cut(cell: string, to: number): string {
  return width(cell) <= to ? cell : `${[...cell].slice(0, to - 1).join('')}…`;
}

function pad(cell: string, to: number, left: boolean): string {
  const space = ' '.repeat(to - width(cell));
  return left ? cell + space : space + cell;
}

/** Breaks text into lines of at most `most` characters, further ones indented by two spaces. */
export function wrap(text: string, most = MAX_WIDTH): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && width(line) + 1 + width(word) > most) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
