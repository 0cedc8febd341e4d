import type { PrefixLexer } from './prefix.js';

const NS_PER_SECOND = 1e9;
/** What is taken for ticks a second of a clock: slower ones tell nothing of a scheduler, faster ones lose digits. */
export const SLOWEST_HZ = 2 ** 11;
export const FASTEST_HZ = 2 ** 43;
/** 2^53 ticks and more are split before they are divided. */
const SAFE = 2 ** 53;

/**
 * A lexer that makes ns of time stamps that are ticks, such as those of the clock `x86-tsc`: no trace tells how fast that
 * runs, but who recorded it can (`dmesg | grep tsc`). Time stamps in seconds pass unchanged.
 *
 * @param hertz ticks a second, an integer from SLOWEST_HZ to FASTEST_HZ
 */
export function atTickRate(lexer: PrefixLexer, hertz: number): PrefixLexer {
  return (line, p) => {
    if (!lexer(line, p)) return false;
    if (!p.rawClock) return true;
    const ticks = p.seconds * NS_PER_SECOND + p.nanoseconds;
    let seconds: number;
    let rest: number;
    if (ticks < SAFE) {
      seconds = Math.floor(ticks / hertz);
      rest = ticks - seconds * hertz;
    } else {
      const exact = BigInt(p.seconds) * 1_000_000_000n + BigInt(p.nanoseconds);
      seconds = Number(exact / BigInt(hertz));
      rest = Number(exact % BigInt(hertz));
    }
    p.seconds = seconds;
    p.nanoseconds = Math.min(Math.floor((rest / hertz) * NS_PER_SECOND), NS_PER_SECOND - 1);
    p.resolutionNs = Math.max(1, Math.ceil(NS_PER_SECOND / hertz));
    return true;
  };
}
