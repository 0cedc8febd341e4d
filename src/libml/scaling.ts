import { InputError } from '../input/error.js';
import { EXACT, log2Fixed, ONE, powerOfTwo, shiftRight } from './integers.js';

/**
 * How an input of a model is made of a raw counter of the kernel, in integers:
 *
 *     v = min(max(raw, lo), hi)             clamp
 *     v = log2Fixed(v)                      where kind is log2
 *     x = (((v − base) >> preShift) · multiplier + add) >> shift
 *
 * x is a fixed-point number with 16 fraction bits. A network is trained on x / 2^16, so what it learns from is what the kernel
 * computes, to the bit; this is the only definition there is. With a multiplier above 0, x is monotone in raw.
 */
export interface InputScaling {
  /** `log2` for what spans orders of magnitude, such as times: equal ratios become equal steps. */
  readonly kind: 'linear' | 'log2';
  /** Clamp of the raw value, within ±(2^53 − 1). */
  readonly lo: number;
  readonly hi: number;
  readonly base: number;
  /** 0…63 */
  readonly preShift: number;
  /** 1…2^31 − 1 */
  readonly multiplier: number;
  /** Half a step for rounding, and where the output begins. */
  readonly add: number;
  /** 0…63 */
  readonly shift: number;
}

/** An input of a model: a feature by name, and how it is scaled. */
export interface ModelInput {
  readonly name: string;
  readonly scaling: InputScaling;
}

/** Steps that (v − base) >> preShift keeps: more than any output needs. */
const KEPT_STEPS = 2 ** 22;
/** Bounds that keep product and sum far within 2^53. */
const MAX_MULTIPLIER = 2 ** 30;
const MAX_ADD = 2 ** 52;

/**
 * The scaling that maps lo…hi onto from…to.
 *
 * @param kind see InputScaling
 * @param lo smallest raw value that is told apart, an integer
 * @param hi largest, above lo
 * @param to ends of the output, −64…64; −1…1 unless given
 * @throws InputError where the ends are no integers within ±(2^53 − 1), or not apart, or further apart than 2^53 − 1
 */
export function scalingOf(
  kind: InputScaling['kind'],
  lo: number,
  hi: number,
  to: readonly [number, number] = [-1, 1],
): InputScaling {
  if (!Number.isSafeInteger(lo) || !Number.isSafeInteger(hi) || lo >= hi) {
    throw new InputError('scaling', '', 'two integers within ±(2^53 − 1), the smaller first', `${lo} and ${hi}`);
  }
  if (!(to[0] >= -64 && to[0] < to[1] && to[1] <= 64)) {
    throw new InputError('scaling', 'output', 'two numbers from −64 to 64, the smaller first', `${to[0]} and ${to[1]}`);
  }
  const base = kind === 'log2' ? log2Fixed(lo) : lo;
  const span = (kind === 'log2' ? log2Fixed(hi) : hi) - base;
  if (span > EXACT) throw new InputError('scaling', '', 'a range of at most 2^53 − 1', `${lo} to ${hi}`);
  if (span === 0) throw new InputError('scaling', '', 'ends whose logarithms differ', `${lo} and ${hi}`);
  let preShift = 0;
  while (shiftRight(span, preShift) >= KEPT_STEPS) preShift += 1;
  const steps = shiftRight(span, preShift);
  const start = Math.round(to[0] * ONE);
  const width = Math.round(to[1] * ONE) - start;
  // The finest multiplier that keeps everything within its bounds.
  let shift = 0;
  let one = 1;
  while (shift < 40) {
    const next = 2 * one;
    if ((width * next) / steps >= MAX_MULTIPLIER || Math.abs(start) * next >= MAX_ADD || width * next >= MAX_ADD) break;
    one = next;
    shift += 1;
  }
  const multiplier = Math.max(1, Math.round((width * one) / steps));
  // + 0: no negative zero, which JSON would not keep.
  return { kind, lo, hi, base, preShift, multiplier, add: start * one + Math.floor(one / 2) + 0, shift };
}

/** The input that a raw value becomes, with 16 fraction bits. @param raw a whole number */
export function scaled(s: InputScaling, raw: number): number {
  const clamped = raw < s.lo ? s.lo : raw > s.hi ? s.hi : raw;
  const v = s.kind === 'log2' ? log2Fixed(clamped) : clamped;
  return shiftRight(shiftRight(v - s.base, s.preShift) * s.multiplier + s.add, s.shift);
}

/**
 * The same scaling with fewer fraction bits: x rounded to 16 − bits. It costs nothing, the rounding is in `add`.
 *
 * @param bits 0…16
 */
export function narrowed(s: InputScaling, bits: number): InputScaling {
  if (bits === 0) return s;
  return { ...s, add: s.add + powerOfTwo(s.shift + bits - 1), shift: s.shift + bits };
}
