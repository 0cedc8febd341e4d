/** What becomes of the text of a record: its fields; `open` where a quoted field goes on in the next line; or `bad`. */
export type Parsed = readonly string[] | 'open' | 'bad';

const QUOTE = '"';

/**
 * Cuts one record into fields as RFC 4180 has it: a field that begins with a quote ends with one, may hold commas and
 * line ends, and a quote within it is written twice. White space around a field that is not quoted is taken off.
 *
 * @param text without the line end
 */
export function parseRecord(text: string): Parsed {
  // Most records are numbers: nothing to unquote.
  if (!text.includes(QUOTE)) return text.split(',').map((field) => field.trim());
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const start = skipBlanks(text, at);
    if (text[start] === QUOTE) {
      const end = endOfQuoted(text, start);
      if (end < 0) return 'open';
      fields.push(text.slice(start + 1, end).replaceAll('""', QUOTE));
      at = skipBlanks(text, end + 1);
      if (at < text.length && text[at] !== ',') return 'bad';
    } else {
      const comma = text.indexOf(',', start);
      at = comma < 0 ? text.length : comma;
      const field = text.slice(start, at).trim();
      if (field.includes(QUOTE)) return 'bad';
      fields.push(field);
    }
    if (at >= text.length) return fields;
    at += 1;
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}

/** Offset of the quote that ends a field; −1 where the text ends first. */
function endOfQuoted(text: string, start: number): number {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf(QUOTE, at);
    if (at < 0) return -1;
    if (text[at + 1] !== QUOTE) return at;
  }
}
