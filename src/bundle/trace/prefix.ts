import {
  COLON, DASH, DOT, SPACE, isDigit, isNameByte, numberRead, parseDigits, readNumber, skipDigitsBack, skipSpaces,
  skipSpacesBack,
} from './characters.js';

/**
 * What stands before an event's own text on a line, whichever tool printed it. One object is reused for all lines; comm
 * and event name are offsets into the line, as most lines need neither as a string of its own.
 */
export class LinePrefix {
  /** The CPU that the event happened on. */
  cpu = 0;
  /** The task that ran there, 0 for idle, −1 where the tool does not know it (perf prints `:-1`). */
  pid = 0;
  commStart = 0;
  commEnd = 0;
  /** The time stamp in two parts, as their sum in ns may pass 2^53. */
  seconds = 0;
  /** 0…999 999 999 */
  nanoseconds = 0;
  /** Finest step that the time stamp can show: 1 or 1000 ns. */
  resolutionNs = 1;
  /**
   * The time stamp was an integer: ticks of a clock whose rate the trace does not tell (`x86-tsc`, `counter`). They are
   * taken for ns; `atTickRate` makes ns of them where the rate is known.
   */
  rawClock = false;
  /** The line has flags, so that `inInterrupt` is known. */
  hasFlags = false;
  /** In hard or soft interrupt context, as far as the line has flags. */
  inInterrupt = false;
  eventStart = 0;
  eventEnd = 0;
  /** Where the event's own text begins. */
  bodyStart = 0;
}

/** Fills the prefix from a line; false where the line has another form. */
export type PrefixLexer = (line: string, prefix: LinePrefix) => boolean;

/** Nothing that a prefix holds is longer: it keeps a line of a megabyte from being searched again and again. */
const MAX_PREFIX = 256;

/**
 * The prefix of /sys/kernel/tracing/trace and of trace-cmd report: `   comm-pid   [cpu] flags time: event: `, with the time
 * in seconds and microseconds (or nanoseconds) or as a plain integer, with or without `(tgid)` and flags.
 *
 * A comm may hold spaces, dashes and brackets, even `x-1 [000]`, but with its 15 bytes not a whole prefix up to the time;
 * so the first `[` around which all parts fit is the right one.
 */
export const lexFtracePrefix: PrefixLexer = (line, p) => lexAround(line, p, fitsAround);

/** Fills the prefix at the first `[` around which all parts fit; false where there is none. */
export function lexAround(line: string, p: LinePrefix, fits: (line: string, bracket: number, p: LinePrefix) => boolean): boolean {
  let bracket = line.indexOf('[');
  while (bracket >= 0 && bracket < MAX_PREFIX) {
    if (fits(line, bracket, p)) return true;
    bracket = line.indexOf('[', bracket + 1);
  }
  return false;
}

function fitsAround(line: string, bracket: number, p: LinePrefix): boolean {
  let at = lexCpu(line, bracket, p);
  if (at < 0 || !lexTask(line, bracket, p)) return false;
  at = skipSpaces(line, at);
  p.inInterrupt = false;
  p.hasFlags = false;
  // A time is digits up to a dot or a colon; what is not, is the flags. `1....` (irqs-off on some kernels) is told apart
  // by the space that follows it.
  let flagsEnd = at;
  for (let code = line.charCodeAt(flagsEnd); code !== SPACE && code !== COLON; code = line.charCodeAt(++flagsEnd)) {
    if (flagsEnd - at > 20) return false;
  }
  if (line.charCodeAt(flagsEnd) === SPACE) {
    p.hasFlags = true;
    p.inInterrupt = isInterrupt(line.charCodeAt(at + 2));
    at = skipSpaces(line, flagsEnd);
  }
  at = lexTime(line, at, p);
  return at > 0 && lexEventName(line, at, p);
}

/** `[cpu] `: where it ends, or −1. */
export function lexCpu(line: string, bracket: number, p: LinePrefix): number {
  const at = readNumber(line, bracket + 1);
  if (at < 0 || line.charCodeAt(at) !== 0x5d || line.charCodeAt(at + 1) !== SPACE || numberRead > 0x7fff) return -1;
  p.cpu = numberRead;
  return at + 1;
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
  const start = skipDigitsBack(line, end);
  if (start === end || end - start > 9 || start === 0 || line.charCodeAt(start - 1) !== DASH) return false;
  p.pid = parseDigits(line, start, end);
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
  p.rawClock = line.charCodeAt(at) !== DOT;
  if (p.rawClock) {
    const split = Math.max(start, at - 9);
    p.seconds = parseDigits(line, start, split);
    p.nanoseconds = parseDigits(line, split, at);
    p.resolutionNs = 1;
  } else {
    if (at - start > 15) return -1;
    p.seconds = parseDigits(line, start, at);
    const fraction = at + 1;
    at = fraction;
    while (isDigit(line.charCodeAt(at))) at += 1;
    const length = at - fraction;
    if (length !== 6 && length !== 9) return -1;
    p.resolutionNs = length === 6 ? 1000 : 1;
    p.nanoseconds = parseDigits(line, fraction, at) * p.resolutionNs;
  }
  return line.charCodeAt(at) === COLON ? at + 1 : -1;
}

/** ` event: ` or ` event:` at the end: sets where it and the body are. */
export function lexEventName(line: string, from: number, p: LinePrefix): boolean {
  const start = skipSpaces(line, from);
  let colon = start;
  while (isNameByte(line.charCodeAt(colon))) colon += 1;
  if (colon === start || line.charCodeAt(colon) !== COLON) return false;
  p.eventStart = start;
  p.eventEnd = colon;
  p.bodyStart = skipSpaces(line, colon + 1);
  return true;
}

/** ftrace's third flag: h hard, s soft, H hard within soft, Z and z for NMIs. */
function isInterrupt(code: number): boolean {
  return code === 0x68 || code === 0x73 || code === 0x48 || code === 0x5a || code === 0x7a;
}
