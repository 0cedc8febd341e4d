import { Stream } from '../../../sim/engine/rng.js';
import { DIRECTIONS } from './direction-numbers.js';

/** Dimensions that there are direction numbers for. */
export const SOBOL_DIMENSIONS = DIRECTIONS.length + 1;

const BITS = 32;

/** v[k] is XORed into a coordinate where bit k of the point's number is set; the top bit of 32 stands for ½. */
const VECTORS: ReadonlyArray<readonly number[]> = [vanDerCorput(), ...DIRECTIONS.map(directionVectors)];

/** One 32-bit key for each dimension. @param seed 0…2^32−1 */
export function sobolScrambles(dimensions: number, seed: number): number[] {
  if (dimensions > SOBOL_DIMENSIONS) throw new RangeError(`a Sobol sequence of ${dimensions} dimensions`);
  return Array.from({ length: dimensions }, (_, dimension) => new Stream(seed, `sobol ${dimension}`).uint32());
}

/** Point i of the scrambled sequence: each coordinate in [0, 1). @param scrambles a key for each dimension */
export function sobolPoint(i: number, scrambles: readonly number[]): number[] {
  return scrambles.map((key, dimension) => scramble(sobolBits(i, dimension), key) / 2 ** BITS);
}

/** Coordinate of point i before it is scrambled, as 32 bits. */
export function sobolBits(i: number, dimension: number): number {
  const vectors = VECTORS[dimension]!;
  let bits = 0;
  for (let k = 0, rest = i; rest > 0; k++, rest = Math.floor(rest / 2)) if (rest % 2 === 1) bits ^= vectors[k]!;
  return bits >>> 0;
}

/**
 * Owen's nested scrambling: whether a bit is turned round depends on the bits above it and on the key, so that every interval of
 * a binary grid keeps its number of points. Done by a hash in which bits influence only those above them, on the bits in reverse
 * (S. Laine and T. Karras 2011; B. Burley, Practical Hash-based Owen Scrambling, JCGT 9 (2020)).
 */
function scramble(bits: number, key: number): number {
  let x = reverse(bits);
  x = (x + key) >>> 0;
  x = (x ^ Math.imul(x, 0x6c50b47c)) >>> 0;
  x = (x ^ Math.imul(x, 0xb82f1e52)) >>> 0;
  x = (x ^ Math.imul(x, 0xc7afe638)) >>> 0;
  x = (x ^ Math.imul(x, 0x8d22f6e6)) >>> 0;
  return reverse(x);
}

function reverse(bits: number): number {
  let out = 0;
  for (let i = 0, rest = bits; i < BITS; i++, rest >>>= 1) out = (out << 1) | (rest & 1);
  return out >>> 0;
}

function vanDerCorput(): number[] {
  return Array.from({ length: BITS }, (_, k) => (1 << (BITS - 1 - k)) >>> 0);
}

/** v_k = a_1 v_(k−1) ⊕ … ⊕ a_(s−1) v_(k−s+1) ⊕ v_(k−s) ⊕ (v_(k−s) >> s) */
function directionVectors({ s, a, m }: (typeof DIRECTIONS)[number]): number[] {
  const v = m.map((number, k) => (number << (BITS - 1 - k)) >>> 0);
  for (let k = s; k < BITS; k++) {
    let next = v[k - s]! ^ (v[k - s]! >>> s);
    for (let j = 1; j < s; j++) if (((a >>> (s - 1 - j)) & 1) === 1) next ^= v[k - j]!;
    v.push(next >>> 0);
  }
  return v;
}
