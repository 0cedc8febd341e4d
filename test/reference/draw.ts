import { Stream } from '../../src/sim/engine/rng.js';

const TWO_32 = 2 ** 32;

/** Random inputs that look for trouble: all magnitudes are equally likely, next to powers of two more so. */
export class Draw {
  private readonly stream: Stream;

  constructor(seed: number) {
    this.stream = new Stream(seed, 'reference');
  }

  /** An integer 0…n−1. */
  below(n: number): number {
    return this.stream.below(n);
  }

  /** True `percent` times in 100. */
  chance(percent: number): boolean {
    return this.stream.below(100) < percent;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.stream.below(from.length)]!;
  }

  /** An integer 0…2^bits−1, bits ≤ 53. */
  bits(bits: number): number {
    const width = this.stream.below(bits + 1);
    const power = 2 ** width;
    if (this.stream.below(8) === 0) return Math.min(power - (this.stream.below(2)), 2 ** bits - 1);
    const whole = this.stream.below(2 ** 21) * TWO_32 + this.stream.uint32();
    return whole % power;
  }

  /** The same with a sign. */
  signed(bits: number): number {
    const value = this.bits(bits);
    return value !== 0 && this.stream.below(2) === 0 ? -value : value;
  }
}

/** Runs `body` on `n` inputs; a failure names the seed and the number of the input, which replay it. */
export function repeat(n: number, seed: number, body: (draw: Draw, index: number) => void): void {
  const draw = new Draw(seed);
  for (let index = 0; index < n; index++) {
    try {
      body(draw, index);
    } catch (error) {
      throw new Error(`seed ${seed}, input ${index}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Throws unless the model's number is the reference's. Kept lean: it runs millions of times. */
export function same(what: string, model: number, reference: bigint, ...context: ReadonlyArray<number | bigint>): void {
  if (model === Number(reference) && Number.isSafeInteger(model)) return;
  throw new Error(`${what}: model ${model}, reference ${reference} (${context.join(', ')})`);
}
