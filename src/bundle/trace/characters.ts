/** What the lexers of line prefixes are made of. Nothing here makes a string. */

export const SPACE = 0x20;
export const COLON = 0x3a;
export const DOT = 0x2e;
export const DASH = 0x2d;

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Letters, digits and the underscore, as names of events have them. */
export function isNameByte(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || code === 0x5f || isDigit(code) || (code >= 0x41 && code <= 0x5a);
}

export function skipSpaces(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === SPACE) at += 1;
  return at;
}

export function skipSpacesBack(line: string, from: number): number {
  let at = from;
  while (at > 0 && line.charCodeAt(at - 1) === SPACE) at -= 1;
  return at;
}

/** Where the digits that end before `end` begin; `end` where there are none. */
export function skipDigitsBack(line: string, end: number): number {
  let at = end;
  while (at > 0 && isDigit(line.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** The number between two places that hold digits only. */
export function parseDigits(line: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i += 1) value = value * 10 + line.charCodeAt(i) - 0x30;
  return value;
}

/** What `readNumber` read last; a second result without an object. */
export let numberRead = 0;

/** Reads up to nine digits into `numberRead`: where they end, or −1. */
export function readNumber(line: string, start: number): number {
  let at = start;
  let value = 0;
  while (isDigit(line.charCodeAt(at))) {
    value = value * 10 + line.charCodeAt(at) - 0x30;
    at += 1;
  }
  numberRead = value;
  return at === start || at - start > 9 ? -1 : at;
}
