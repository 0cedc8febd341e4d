import type { Arena } from '../kernel/state/arena.js';

const TWO_32 = 2 ** 32;
/** Records at powers of two have their hash kept. */
const CHECKPOINTS = 53;

/**
 * A running 64-bit hash over the stream of records of a run: two 32-bit lanes, each word multiplied and rotated in.
 * Two runs with the same hash had the same records in the same order; where they differ, the checkpoints at record
 * 1, 2, 4, 8… bracket the first difference. It is no cryptographic hash.
 */
export class StreamHash {
  private readonly lanes: Int32Array;
  private readonly count: Float64Array;
  private readonly marks: Int32Array;

  constructor(arena: Arena) {
    this.lanes = arena.i32(2);
    this.lanes[0] = 0x2f6b5e1d;
    this.lanes[1] = 0x7a3c91e5;
    this.count = arena.f64(2);
    this.count[1] = 1;
    this.marks = arena.i32(CHECKPOINTS * 2);
  }

  /**
   * Adds one record.
   * @param kind small integer
   * @param time ns, an integer below 2^53
   * @param a, b, c 32-bit integers
   */
  record(kind: number, time: number, a: number, b: number, c: number): void {
    const high = Math.floor(time / TWO_32);
    const low = (time - high * TWO_32) | 0;
    let x = this.lanes[0]!;
    let y = this.lanes[1]!;
    x = Math.imul(x ^ (kind + (high << 8)), 0x9e3779b1);
    x = Math.imul((x << 13) | (x >>> 19), 5) + low;
    x = Math.imul(x ^ a, 0x85ebca77);
    x = Math.imul((x << 15) | (x >>> 17), 9) + b;
    x = Math.imul(x ^ (x >>> 15) ^ c, 0xc2b2ae3d);
    y = Math.imul((y << 7) | (y >>> 25), 5) ^ x;
    y = Math.imul(y ^ (y >>> 13) ^ low, 0x27d4eb2f);
    this.lanes[0] = x;
    this.lanes[1] = y;
    const n = ++this.count[0]!;
    if (n === this.count[1]) this.mark(n);
  }

  /** Records hashed so far. */
  get records(): number {
    return this.count[0]!;
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return hex(this.lanes[0]!) + hex(this.lanes[1]!);
  }

  /** [records, digest] at every power of two reached, and at the end. */
  checkpoints(): Array<readonly [number, string]> {
    const out: Array<readonly [number, string]> = [];
    let n = 1;
    for (let i = 0; n < this.count[1]!; i++, n *= 2) out.push([n, hex(this.marks[2 * i]!) + hex(this.marks[2 * i + 1]!)]);
    out.push([this.count[0]!, this.digest()]);
    return out;
  }

  private mark(n: number): void {
    const i = n < TWO_32 ? 31 - Math.clz32(n) : 63 - Math.clz32(n / TWO_32);
    if (2 * i + 1 < this.marks.length) {
      this.marks[2 * i] = this.lanes[0]!;
      this.marks[2 * i + 1] = this.lanes[1]!;
    }
    this.count[1] = n * 2;
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
