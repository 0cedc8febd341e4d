/** A small reader of HTML, strict about what a report promises: every tag closed, every attribute quoted. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of what it is in, from the outside. */
  readonly path: readonly string[];
  /** All text inside. */
  text: string;
}

export interface Parsed {
  readonly elements: readonly Element[];
  /** What is wrong with it. */
  readonly errors: readonly string[];
}

const VOID = new Set(['meta', 'link', 'br', 'img', 'input', 'hr']);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' };

export function parseHtml(source: string): Parsed {
  const elements: Element[] = [];
  const errors: string[] = [];
  const open: Element[] = [];
  const addText = (text: string): void => open.forEach((element) => (element.text += decoded(text, errors)));
  const token = /<!doctype html>|<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z][\w:-]*="[^"<>]*")*)\s*(\/?)>|<|[^<]+/g;
  for (const match of source.matchAll(token)) {
    const [whole, slash, name, attributes, closed] = match;
    if (name === undefined) {
      if (whole === '<') errors.push(`a stray < at ${match.index}: ${source.slice(match.index, match.index + 40)}`);
      else if (!whole.startsWith('<')) addText(whole);
    } else if (slash === '/') {
      const last = open.pop();
      if (last?.name !== name) errors.push(`</${name}> at ${match.index} closes ${last?.name ?? 'nothing'}`);
    } else {
      const path = open.map((element) => element.name);
      const element = { name, attributes: attributesOf(attributes!, errors), path, text: '' };
      elements.push(element);
      if (closed === '' && !VOID.has(name)) open.push(element);
    }
  }
  if (open.length > 0) errors.push(`never closed: ${open.map((element) => element.name).join(' ')}`);
  return { elements, errors };
}

/** All elements of that name. */
export function named({ elements }: Parsed, name: string): Element[] {
  return elements.filter((element) => element.name === name);
}

function attributesOf(text: string, errors: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, key, value] of text.matchAll(/([A-Za-z][\w:-]*)="([^"]*)"/g)) {
    if (found[key!] !== undefined) errors.push(`${key!} twice`);
    found[key!] = decoded(value!, errors);
  }
  return found;
}

function decoded(text: string, errors: string[]): string {
  return text.replace(/&([#\w]*;?)/g, (whole, name: string) => {
    const character = ENTITIES[name.replace(/;$/, '')];
    if (character === undefined || !name.endsWith(';')) errors.push(`a stray ${whole}`);
    return character ?? whole;
  });
}
