import { InputError } from '../../input/error.js';
import { describe, type Json } from './json.js';

/** A value of a file, with the way to it, and how to read it as what it should be. Every error names the way. */
export class Field {
  constructor(
    readonly file: string,
    readonly path: string,
    readonly json: Json,
  ) {}

  fail(expected: string, found = describe(this.json)): never {
    throw new InputError(this.file, this.path, expected, found);
  }

  /** The fields of an object, in order. */
  fields(): readonly (readonly [string, Field])[] {
    const { json } = this;
    if (json.kind !== 'object') return this.fail('an object');
    return json.entries.map(([key, value]) => {
      return [key, new Field(this.file, this.path === '' ? key : `${this.path}.${key}`, value)] as const;
    });
  }

  integer(min: number, max: number, expected = `a whole number within ${min}…${max}`): number {
    const { json } = this;
    if (json.kind === 'number' && Number.isInteger(json.value) && json.value >= min && json.value <= max) return json.value;
    return this.fail(expected);
  }

  /** A time in µs, as ns. rt-app keeps it in an int. */
  microseconds(min = 0): number {
    return this.integer(min, 2 ** 31 - 1, `a time in µs within ${min}…2147483647`) * 1000;
  }

  /** A number of rounds, or null for −1: without end. */
  rounds(): number | null {
    const { json } = this;
    if (json.kind === 'number' && json.value === -1) return null;
    return this.integer(1, 2 ** 31 - 1, 'a number of rounds of 1 or more, or −1 for no end');
  }

  string(): string {
    return this.json.kind === 'string' ? this.json.value : this.fail('a string');
  }

  /** A name, which must not be empty. */
  name(): string {
    return this.string() === '' ? this.fail('a name', 'an empty string') : this.string();
  }

  items(): readonly Field[] {
    const { json } = this;
    if (json.kind !== 'array') return this.fail('an array');
    return json.items.map((item, i) => new Field(this.file, `${this.path}[${i}]`, item));
  }
}
