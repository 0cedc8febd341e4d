/**
 * What stands before an event's own text on a line, whichever tool printed it. One object is reused for all lines; comm
 * and event name are offsets into the line, as most lines need neither as a string of its own.
 */
export class LinePrefix {
  /** The CPU that the event happened on. */
  cpu = 0;
  /** The task that ran there, 0 for idle. */
  pid = 0;
  commStart = 0;
  commEnd = 0;
  /** The time stamp in two parts, as their sum in ns may pass 2^53. */
  seconds = 0;
  /** 0…999 999 999 */
  nanoseconds = 0;
  /** Finest step that the time stamp can show: 1 or 1000 ns. */
  resolutionNs = 1;
  /** In hard or soft interrupt context, as far as the line has flags. */
  inInterrupt = false;
  eventStart = 0;
  eventEnd = 0;
  /** Where the event's own text begins. */
  bodyStart = 0;
}

/** Fills the prefix from a line; false where the line has another form. */
export type PrefixLexer = (line: string, prefix: LinePrefix) => boolean;

const SPACE = 0x20;
const COLON = 0x3a;
const DOT = 0x2e;

/**
 * The prefix of /sys/kernel/tracing/trace: `   comm-pid   [cpu] flags time: event: `, with the time in seconds and
 * microseconds or as a plain integer of ns, with or without `(tgid)` and flags.
 *
 * A comm may hold spaces, dashes and brackets, even `x-1 [000]`, but with its 15 bytes not a whole prefix up to the time;
 * so the first `[` around which all parts fit is the right one.
 */
export const lexFtracePrefix: PrefixLexer = (line, p) => {
  let bracket = line.indexOf('[');
  while (bracket >= 0) {
    if (fitsAround(line, bracket, p)) return true;
    bracket = line.indexOf('[', bracket + 1);
  }
  return false;
};

function fitsAround(line: string, bracket: number, p: LinePrefix): boolean {
  let at = readNumber(line, bracket + 1);
  if (at < 0 || line.charCodeAt(at) !== 0x5d || line.charCodeAt(at + 1) !== SPACE || numberRead > 0x7fff) return false;
  p.cpu = numberRead;
  if (!lexTask(line, bracket, p)) return false;
  at = skipSpaces(line, at + 1);
  p.inInterrupt = false;
  // A time is digits up to a dot or a colon; what is not, is the flags. `1....` (irqs-off on some kernels) is told apart
  // by the space that follows it.
  const flagsEnd = line.indexOf(' ', at);
  const colon = line.indexOf(':', at);
  if (colon < 0) return false;
  if (flagsEnd > 0 && flagsEnd < colon) {
    p.inInterrupt = isInterrupt(line.charCodeAt(at + 2));
    at = skipSpaces(line, flagsEnd);
  }
  at = lexTime(line, at, p);
  return at > 0 && lexEventName(line, at, p);
}

/** `  comm-pid   (tgid) ` up to the bracket. */
function lexTask(line: string, bracket: number, p: LinePrefix): boolean {
  let end = skipSpacesBack(line, bracket);
  if (end === bracket) return false;
  if (line.charCodeAt(end - 1) === 0x29) {
    const open = line.lastIndexOf('(', end);
    if (open < 1) return false;
    end = skipSpacesBack(line, open);
  }
  let start = end;
  while (start > 0 && isDigit(line.charCodeAt(start - 1))) start -= 1;
  if (start === end || end - start > 9 || start === 0 || line.charCodeAt(start - 1) !== 0x2d) return false;
  readNumber(line, start);
  p.pid = numberRead;
  p.commEnd = start - 1;
  // The name is padded on the left; where it begins with spaces itself, those are lost.
  p.commStart = Math.min(skipSpaces(line, 0), p.commEnd);
  return true;
}

/** The time with the colon after it: where it ends, or −1. */
export function lexTime(line: string, start: number, p: LinePrefix): number {
  let at = start;
  while (isDigit(line.charCodeAt(at))) at += 1;
  if (at === start || at - start > 20) return -1;
  if (line.charCodeAt(at) === DOT) {
    if (at - start > 15) return -1;
    p.seconds = parseDigits(line, start, at);
    const fraction = at + 1;
    at = fraction;
    while (isDigit(line.charCodeAt(at))) at += 1;
    const length = at - fraction;
    if (length !== 6 && length !== 9) return -1;
    p.resolutionNs = length === 6 ? 1000 : 1;
    p.nanoseconds = parseDigits(line, fraction, at) * p.resolutionNs;
  } else {
    const split = Math.max(start, at - 9);
    p.seconds = parseDigits(line, start, split);
    p.nanoseconds = parseDigits(line, split, at);
    p.resolutionNs = 1;
  }
  return line.charCodeAt(at) === COLON ? at + 1 : -1;
}

/** ` event: ` or ` event:` at the end: sets where it and the body are. */
export function lexEventName(line: string, from: number, p: LinePrefix): boolean {
  const start = skipSpaces(line, from);
  const colon = line.indexOf(':', start);
  if (colon <= start) return false;
  for (let i = start; i < colon; i += 1) if (!isNameByte(line.charCodeAt(i))) return false;
  p.eventStart = start;
  p.eventEnd = colon;
  p.bodyStart = skipSpaces(line, colon + 1);
  return true;
}

/** ftrace's third flag: h hard, s soft, H hard within soft, Z and z for NMIs. */
function isInterrupt(code: number): boolean {
  return code === 0x68 || code === 0x73 || code === 0x48 || code === 0x5a || code === 0x7a;
}

function isNameByte(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || code === 0x5f || isDigit(code) || (code >= 0x41 && code <= 0x5a);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function skipSpaces(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === SPACE) at += 1;
  return at;
}

function skipSpacesBack(line: string, from: number): number {
  let at = from;
  while (at > 0 && line.charCodeAt(at - 1) === SPACE) at -= 1;
  return at;
}

function parseDigits(line: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i += 1) value = value * 10 + line.charCodeAt(i) - 0x30;
  return value;
}

/** What `readNumber` read last; a second result without an object. */
let numberRead = 0;

/** Reads up to nine digits: where they end, or −1. */
function readNumber(line: string, start: number): number {
  let at = start;
  let value = 0;
  while (isDigit(line.charCodeAt(at))) {
    value = value * 10 + line.charCodeAt(at) - 0x30;
    at += 1;
  }
  numberRead = value;
  return at === start || at - start > 9 ? -1 : at;
}
