import { InputError } from '../../input/error.js';

/**
 * JSON as rt-app's files have it: with comments and with a comma after the last entry, both of which rt-app's own parser
 * lets pass. Keys keep their order, since the order of events is the order of keys; a key that comes twice is refused.
 */
export type Json =
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Json])[] }
  | { readonly kind: 'array'; readonly items: readonly Json[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

export const JSON_BYTES_MAX = 4 * 1024 * 1024;
const DEPTH_MAX = 32;

/**
 * @param file named in errors
 * @throws InputError with line and column
 */
export function parseJson(text: string, file: string): Json {
  if (text.length > JSON_BYTES_MAX) throw new InputError(file, '', `at most ${JSON_BYTES_MAX} characters`, `${text.length}`);
  return new Parser(text, file).parse();
}

/** How an error speaks of a value. */
export function describe(json: Json): string {
  switch (json.kind) {
    case 'object':
      return 'an object';
    case 'array':
      return 'an array';
    case 'null':
      return 'null';
    case 'string':
      return JSON.stringify(json.value);
    default:
      return String(json.value);
  }
}

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {}

  parse(): Json {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    const value = this.value('', 0);
    this.skip();
    if (this.at < this.text.length) this.fail('the end of the file');
    return value;
  }

  private value(path: string, depth: number): Json {
    this.skip();
    if (depth > DEPTH_MAX) this.fail(`at most ${DEPTH_MAX} levels`);
    const first = this.text[this.at];
    if (first === '{') return this.object(path, depth);
    if (first === '[') return this.array(path, depth);
    if (first === '"') return { kind: 'string', value: this.string() };
    const word = /[-+.\w]+/y;
    word.lastIndex = this.at;
    const found = word.exec(this.text)?.[0] ?? '';
    const value = literal(found);
    if (value === undefined) return this.fail('a value');
    this.at += found.length;
    return value;
  }

  private object(path: string, depth: number): Json {
    const entries: (readonly [string, Json])[] = [];
    const keys = new Set<string>();
    this.at++;
    while (!this.closes('}')) {
      if (this.text[this.at] !== '"') this.fail('a key in quotes');
      const start = this.at;
      const key = this.string();
      const inside = path === '' ? key : `${path}.${key}`;
      if (keys.has(key)) {
        const expected = `each key once, numbered as in ${key}1, ${key}2`;
        throw new InputError(this.file, `${inside} (${this.place(start)})`, expected, `"${key}" again`);
      }
      keys.add(key);
      this.skip();
      if (this.text[this.at] !== ':') this.fail('a colon');
      this.at++;
      entries.push([key, this.value(inside, depth + 1)]);
      this.comma('}');
    }
    return { kind: 'object', entries };
  }

  private array(path: string, depth: number): Json {
    const items: Json[] = [];
    this.at++;
    while (!this.closes(']')) {
      items.push(this.value(`${path}[${items.length}]`, depth + 1));
      this.comma(']');
    }
    return { kind: 'array', items };
  }

  /** Steps over a closing bracket, if it is there. */
  private closes(bracket: string): boolean {
    this.skip();
    if (this.text[this.at] !== bracket) return false;
    this.at++;
    return true;
  }

  /** Steps over a comma, which may be missing before the closing bracket only. */
  private comma(bracket: string): void {
    this.skip();
    if (this.text[this.at] === ',') this.at++;
    else if (this.text[this.at] !== bracket) this.fail(`a comma or ${bracket}`);
  }

  private string(): string {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"' && this.text.charCodeAt(end) >= 0x20) {
      end += this.text[end] === '\\' ? 2 : 1;
    }
    const found = this.text[end] === '"' ? this.text.slice(this.at, end + 1) : undefined;
    if (found === undefined) return this.fail('a string that is closed on its line');
    try {
      const value = JSON.parse(found) as string;
      this.at += found.length;
      return value;
    } catch {
      return this.fail('a string with the escapes of JSON');
    }
  }

  /** Steps over white space and comments. */
  private skip(): void {
    for (;;) {
      const blank = /[ \t\r\n]*/y;
      blank.lastIndex = this.at;
      blank.exec(this.text);
      this.at = blank.lastIndex;
      const two = this.text.slice(this.at, this.at + 2);
      if (two === '//') {
        const end = this.text.indexOf('\n', this.at);
        this.at = end < 0 ? this.text.length : end;
      } else if (two === '/*') {
        const end = this.text.indexOf('*/', this.at + 2);
        if (end < 0) this.fail('the end of this comment');
        this.at = end + 2;
      } else return;
    }
  }

  private place(at: number): string {
    const before = this.text.slice(0, at);
    return `line ${before.split('\n').length}, column ${at - before.lastIndexOf('\n')}`;
  }

  private fail(expected: string): never {
    const rest = this.text.slice(this.at, this.at + 20);
    throw new InputError(this.file, this.place(this.at), expected, rest === '' ? 'the end of the file' : rest);
  }
}

function literal(word: string): Json | undefined {
  // rt-app's parser takes the three words in any case.
  const lower = word.toLowerCase();
  if (lower === 'true' || lower === 'false') return { kind: 'boolean', value: lower === 'true' };
  if (lower === 'null') return { kind: 'null' };
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word)) return { kind: 'number', value: Number(word) };
  return undefined;
}
