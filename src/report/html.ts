/**
 * HTML that is escaped by construction: what is interpolated into `html` is text unless it is `Html` already. Names come
 * from traces, and a task may call itself `</script><img onerror=…>`.
 */

/** A piece of HTML that is safe to put on a page. */
export class Html {
  constructor(readonly text: string) {}
}

export type HtmlValue = string | number | Html | readonly Html[];

/** Puts a page together: strings and numbers are escaped, `Html` and lists of it are taken as they are. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.reduce((text, part, i) => text + asText(values[i - 1]!) + part));
}

/** Pieces one after the other, with nothing between. */
export function join(pieces: readonly Html[]): Html {
  return new Html(pieces.map((piece) => piece.text).join(''));
}

/** Nothing. */
export const NOTHING = new Html('');

function asText(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value));
  return join(value).text;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand in an element and in a quoted attribute. */
export function escape(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * Text in which nothing hides: line ends and tabs become spaces; other control characters, marks that turn the direction
 * of writing, and halves of surrogate pairs are written as `\u{…}`.
 */
export function visible(text: string): string {
  return text
    .replace(/[\t\r\n]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The text, with its middle left out where it is longer than so many characters: names often differ at their ends. */
export function shorten(text: string, characters: number): string {
  const shown = [...visible(text)];
  if (shown.length <= characters) return shown.join('');
  const tail = Math.floor((characters - 1) / 3);
  return `${shown.slice(0, characters - 1 - tail).join('')}…${shown.slice(shown.length - tail).join('')}`;
}
