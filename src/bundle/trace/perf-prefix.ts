import {
  COLON, DASH, SPACE, isNameByte, parseDigits, readNumber, skipDigitsBack, skipSpaces, skipSpacesBack,
} from './characters.js';
import { lexAround, lexCpu, lexEventName, lexTime, type LinePrefix, type PrefixLexer } from './prefix.js';

/**
 * The prefix of perf script: `   comm   tid [cpu]  time: system:event: `, with pid/tid in place of tid, a sample's period
 * before the event where it was asked for (`-F +period`), and the time in seconds with six or, with --ns, nine digits.
 *
 * A comm may hold spaces and brackets; as in ftrace's lines, the first `[` around which all parts fit is the right one.
 */
export const lexPerfPrefix: PrefixLexer = (line, p) => lexAround(line, p, fitsAround);

function fitsAround(line: string, bracket: number, p: LinePrefix): boolean {
  let at = lexCpu(line, bracket, p);
  if (at < 0 || !lexTask(line, bracket, p)) return false;
  p.inInterrupt = false;
  p.hasFlags = false;
  at = lexTime(line, skipSpaces(line, at), p);
  if (at < 0 || p.rawClock) return false;
  at = skipSpaces(line, at);
  const period = readNumber(line, at);
  if (period > 0 && line.charCodeAt(period) === SPACE) at = skipSpaces(line, period);
  while (isNameByte(line.charCodeAt(at))) at += 1;
  return line.charCodeAt(at) === COLON && line.charCodeAt(at + 1) !== SPACE && lexEventName(line, at + 1, p);
}

/** `  comm  tid ` or `  comm  pid/tid ` up to the bracket; a tid of −1 is a task that perf has lost sight of. */
function lexTask(line: string, bracket: number, p: LinePrefix): boolean {
  let end = skipSpacesBack(line, bracket);
  if (end === bracket) return false;
  let start = skipDigitsBack(line, end);
  if (start === end || end - start > 9) return false;
  const known = line.charCodeAt(start - 1) !== DASH;
  p.pid = known ? parseDigits(line, start, end) : -1;
  if (!known) start -= 1;
  if (line.charCodeAt(start - 1) === 0x2f) {
    end = start - 1;
    start = skipDigitsBack(line, end);
    if (start === end) return false;
    if (line.charCodeAt(start - 1) === DASH) start -= 1;
  }
  if (start > 0 && line.charCodeAt(start - 1) !== SPACE) return false;
  p.commEnd = skipSpacesBack(line, start);
  p.commStart = Math.min(skipSpaces(line, 0), p.commEnd);
  return true;
}
