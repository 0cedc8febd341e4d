import { isDigit } from './characters.js';
import { integerOf } from './integer.js';

/**
 * Reads the `key=value` text of one event. Fields are asked for by name in the order in which the kernel prints them, so
 * that each is found where the last one ended; a field that is elsewhere is searched for. The first field that is missing
 * or malformed is kept in `problem`, and the values read from then on mean nothing: the caller drops the line.
 *
 * A comm may hold anything, ` pid=7` included. So tracepoints that begin with one call `skipCommBefore` with the key that
 * follows it, which is searched for from the right, and no later search looks to the left of that.
 */
export class Body {
  text = '';
  /** The key that was missing or malformed, '' where all is well. */
  problem = '';
  /** The tool has printed the event without what it holds, so that nothing can be read from it. */
  withheld = false;
  /** Values beyond 2^53 that had to be rounded, since the trace began. */
  rounded = 0;
  private start = 0;
  private floor = 0;
  private at = 0;

  /** @param start where the event's own text begins in the line */
  reset(text: string, start: number): void {
    this.text = text;
    this.start = start;
    this.floor = start;
    this.at = start;
    this.problem = '';
    this.withheld = false;
  }

  /** Where the event's own text begins in the line. */
  get begin(): number {
    return this.start;
  }

  /** Passes over a text that stands before the fields; false where it does not. */
  pass(text: string): boolean {
    if (!this.text.startsWith(text, this.start)) return false;
    this.start += text.length;
    this.floor = this.start;
    this.at = this.start;
    return true;
  }

  /** Whether the event's text begins so. */
  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.start);
  }

  /** The whole of the text. */
  rest(): string {
    return this.text.slice(this.start);
  }

  /** Moves to the last ` key=`, over a comm that stands before it. @returns where the comm's text ends */
  skipCommBefore(key: string, before = this.text.length): number {
    const space = before <= 0 ? -1 : this.text.lastIndexOf(` ${key}=`, before - 1);
    if (space < this.start) {
      this.fail(key);
      return this.start;
    }
    this.floor = space + 1;
    this.at = space + 1;
    return space;
  }

  /** The comm or file name with which the text begins, up to `end`. */
  leadingText(key: string, end: number): string {
    const from = this.start + key.length + 1;
    if (!this.text.startsWith(`${key}=`, this.start) || from > end) {
      this.fail(key);
      return '';
    }
    return this.text.slice(from, end);
  }

  /** The comm after the last ` key=` before `end`, up to `end`. */
  textBefore(key: string, end: number): string {
    const space = this.text.lastIndexOf(` ${key}=`, end - key.length - 2);
    if (space < this.start) {
      this.fail(key);
      return '';
    }
    return this.text.slice(space + key.length + 2, end);
  }

  /** A decimal integer from −2^31 to 2^31 − 1. */
  int(key: string): number {
    const value = this.long(key);
    if (value > 0x7fff_ffff || value < -0x8000_0000) this.fail(key);
    return value;
  }

  /** A signed byte, which some tools print as if it had no sign: 254 is −2. */
  signedByte(key: string): number {
    const value = this.int(key);
    return value >= 0x80 && value <= 0xff ? value - 0x100 : value;
  }

  /** Whether there is such a field; not every kernel prints all. */
  has(key: string): boolean {
    return this.find(key) >= 0;
  }

  /** A decimal integer of up to 64 bits, signed or unsigned, as printed. Beyond 2^53 it is rounded and counted. */
  long(key: string): number {
    const from = this.seek(key);
    if (from < 0) return 0;
    // Fifteen digits are below 2^53 and are nearly all there is.
    const text = this.text;
    const negative = text.charCodeAt(from) === 0x2d;
    let at = negative ? from + 1 : from;
    const first = at;
    let value = 0;
    for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) {
      value = value * 10 + code - 0x30;
      at += 1;
    }
    if (at === first || !this.endValue(at)) return this.fail(key);
    if (at - first <= 15) return negative ? -value : value;
    return this.wide(key, text.slice(from, at), false);
  }

  /** A u64 that stands for a signed number, as vruntimes do: 2^64 − 5 is −5. */
  wrapped(key: string): number {
    const from = this.seek(key);
    if (from < 0) return 0;
    const end = this.valueEnd(from);
    if (end - from > 15) return this.endValue(end) ? this.wide(key, this.text.slice(from, end), true) : this.fail(key);
    this.at = from - key.length - 1;
    return this.long(key);
  }

  /** `0x1f`, from 0 to 2^31 − 1. */
  hex(key: string): number {
    const digits = this.hexDigits(key);
    if (digits.length > 8) return this.fail(key);
    const value = Number.parseInt(digits, 16);
    if (value > 0x7fff_ffff) return this.fail(key);
    return value;
  }

  /** `0x1f` or `31`, from −2^31 to 2^31 − 1: not every tool prints masks alike. */
  either(key: string): number {
    const from = this.find(key);
    return from >= 0 && this.text.startsWith('0x', from) ? this.hex(key) : this.int(key);
  }

  /** The digits of `0x1f` without leading zeros, in lower case: a mask may be wider than a number. */
  hexDigits(key: string): string {
    const from = this.seek(key);
    if (from < 0) return '0';
    const end = this.valueEnd(from);
    let first = from + 2;
    let good = this.text.startsWith('0x', from) && end > first && end - first <= 16;
    for (let i = first; i < end && good; i += 1) good = isHexDigit(this.text.charCodeAt(i));
    if (!good || !this.endValue(end)) {
      this.fail(key);
      return '0';
    }
    while (first < end - 1 && this.text.charCodeAt(first) === 0x30) first += 1;
    return this.text.slice(first, end).toLowerCase();
  }

  /** A word without spaces. */
  word(key: string): string {
    const from = this.seek(key);
    if (from < 0) return '';
    const end = this.valueEnd(from);
    this.endValue(end);
    return this.text.slice(from, end);
  }

  /** `1,2,3` into `out`, which says how many there must be. */
  list(key: string, out: Float64Array): void {
    let from = this.seek(key);
    if (from < 0) return;
    const end = this.valueEnd(from);
    for (let i = 0; i < out.length; i += 1) {
      const comma = i === out.length - 1 ? end : this.text.indexOf(',', from);
      if (comma < 0 || comma > end) {
        this.fail(key);
        return;
      }
      out[i] = this.listed(key, from, comma);
      from = comma + 1;
    }
    this.endValue(end);
  }

  /** Says that a field is not as it should be. The first to say so is kept. */
  fail(key: string): 0 {
    if (this.problem === '') this.problem = key;
    return 0;
  }

  /** Where the value of a key begins, or −1 with `problem` set. */
  private seek(key: string): number {
    const from = this.find(key);
    if (from < 0) this.fail(key);
    return from;
  }

  /** Where the value of a key begins, or −1. */
  private find(key: string): number {
    const at = this.at;
    if (this.text.startsWith(key, at) && this.text.charCodeAt(at + key.length) === 0x3d) return at + key.length + 1;
    // Once a field is missing, the others are not looked for: the line is dropped anyway.
    if (this.problem !== '') return -1;
    const space = this.text.indexOf(` ${key}=`, Math.max(this.floor - 1, 0));
    return space < 0 ? -1 : space + key.length + 2;
  }

  private valueEnd(from: number): number {
    const space = this.text.indexOf(' ', from);
    return space < 0 ? this.text.length : space;
  }

  /** Moves past a value; false where something else than a space follows it. */
  private endValue(end: number): boolean {
    this.at = end + 1;
    return end >= this.text.length || this.text.charCodeAt(end) === 0x20;
  }

  /** One value of a list. Nearly all are a digit or a few. */
  private listed(key: string, from: number, end: number): number {
    let value = 0;
    if (end === from || end - from > 15) return this.wide(key, this.text.slice(from, end), false);
    for (let i = from; i < end; i += 1) {
      const code = this.text.charCodeAt(i);
      if (!isDigit(code)) return this.wide(key, this.text.slice(from, end), false);
      value = value * 10 + code - 0x30;
    }
    return value;
  }

  private wide(key: string, digits: string, wrap: boolean): number {
    const value = integerOf(digits, wrap);
    if (value === null) return this.fail(key);
    if (!Number.isSafeInteger(value)) this.rounded += 1;
    return value;
  }
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);
}
