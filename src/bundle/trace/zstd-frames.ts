/** A piece of a zstd stream that a decoder can be handed: the header of a frame, or a block with what ends its frame. */
export interface ZstdPiece {
  readonly bytes: Uint8Array;
  readonly begins: boolean;
  readonly ends: boolean;
}

/** What is wrong with a stream, in words that follow `found`. */
export class ZstdDamage extends Error {}

/** The window that `zstd` itself unpacks without being told to; memory in bytes that a frame may ask for. */
export const MAX_WINDOW_BYTES = 2 ** 27;
const MAX_BLOCK_BYTES = 2 ** 17;
const BLOCK_HEADER_BYTES = 3;
const MAGIC = 0xfd2f_b528;
const SKIPPABLE = 0x184d_2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;

type State = 'frame' | 'block' | 'skip';

/**
 * Takes a zstd stream apart at its frames and blocks (RFC 8878, section 3.1), holding no more than one block. So a decoder
 * is given whole blocks only, it is known whether the stream ends in the middle of a frame, and what would make a decoder
 * ask for gigabytes or never come back is refused before it sees it.
 */
export class ZstdFrames {
  private readonly pending = new Pending();
  private state: State = 'frame';
  private skip = 0;
  private checksumBytes = 0;
  private maxBlockBytes = 0;

  /** Whether the stream so far ends within a frame, or within the magic number of one. */
  get withinFrame(): boolean {
    return this.state !== 'frame' || this.pending.length > 0;
  }

  /** @throws ZstdDamage */
  *push(chunk: Uint8Array): Generator<ZstdPiece> {
    this.pending.add(chunk);
    for (;;) {
      const piece = this.state === 'block' ? this.block() : this.state === 'frame' ? this.frame() : this.skipped();
      if (piece === null) return;
      if (piece !== NOTHING) yield piece;
    }
  }

  private skipped(): ZstdPiece | null {
    this.skip -= this.pending.drop(this.skip);
    if (this.skip > 0) return null;
    this.state = 'frame';
    return NOTHING;
  }

  private frame(): ZstdPiece | null {
    const { pending } = this;
    if (pending.length < 5) return null;
    const magic = pending.u32(0);
    if ((magic & 0xffff_fff0) >>> 0 === SKIPPABLE) {
      if (pending.length < 8) return null;
      this.skip = pending.u32(4) + 8;
      this.state = 'skip';
      return NOTHING;
    }
    if (magic !== MAGIC) throw new ZstdDamage('something else where a frame should begin');
    const descriptor = pending.at(4);
    const single = (descriptor & 0x20) !== 0;
    const sizeBytes = descriptor >> 6 === 0 ? (single ? 1 : 0) : 1 << (descriptor >> 6);
    const dictionaryBytes = DICTIONARY_BYTES[descriptor & 3]!;
    const dictionaryAt = single ? 5 : 6;
    const sizeAt = dictionaryAt + dictionaryBytes;
    if (pending.length < sizeAt + sizeBytes) return null;
    if ((descriptor & 8) !== 0) throw new ZstdDamage('a reserved bit in a frame header');
    if (pending.number(dictionaryAt, dictionaryBytes) !== 0) throw new ZstdDamage('one that needs a dictionary');
    const window = single ? pending.number(sizeAt, sizeBytes) + (sizeBytes === 2 ? 256 : 0) : windowOf(pending.at(5));
    if (window > MAX_WINDOW_BYTES) {
      throw new ZstdDamage(`one with a window of ${window} bytes, more than ${MAX_WINDOW_BYTES}`);
    }
    this.checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
    this.maxBlockBytes = Math.min(window, MAX_BLOCK_BYTES);
    this.state = 'block';
    return { bytes: pending.take(sizeAt + sizeBytes), begins: true, ends: false };
  }

  private block(): ZstdPiece | null {
    const { pending } = this;
    if (pending.length < BLOCK_HEADER_BYTES) return null;
    const header = pending.number(0, BLOCK_HEADER_BYTES);
    const last = (header & 1) !== 0;
    const kind = (header >> 1) & 3;
    const size = header >> 3;
    if (kind === 3) throw new ZstdDamage('a block of a reserved kind');
    if (size > this.maxBlockBytes) throw new ZstdDamage(`a block of ${size} bytes`);
    const whole = BLOCK_HEADER_BYTES + (kind === 1 ? 1 : size) + (last ? this.checksumBytes : 0);
    if (pending.length < whole) return null;
    const bytes = pending.take(whole);
    if (kind === 2 && hasEndlessWeights(bytes)) throw new ZstdDamage('a table of weights that has no end');
    if (last) this.state = 'frame';
    return { bytes, begins: false, ends: last };
  }
}

const NOTHING: ZstdPiece = { bytes: new Uint8Array(0), begins: false, ends: false };

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/**
 * Whether the Huffman weights of a compressed block (section 4.2.1) are coded by a table in which one symbol has all of
 * the probability. Its states take no bits, so a decoder that goes on until the bits are used up goes on for ever.
 */
function hasEndlessWeights(block: Uint8Array): boolean {
  const literals = block[BLOCK_HEADER_BYTES]!;
  if ((literals & 3) !== 2) return false;
  const format = (literals >> 2) & 3;
  let at = BLOCK_HEADER_BYTES + (format < 2 ? 3 : format + 2);
  if (!(block[at]! < 128)) return false;
  at += 1;
  const accuracy = (block[at]! & 15) + 5;
  // Symbols without probability may stand before the one that has it all.
  let bit = at * 8 + 4;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i += 1, bit += 1) value |= (((block[bit >> 3] ?? 0) >> (bit & 7)) & 1) << i;
    return value;
  };
  // With nothing given away yet, a value is `accuracy + 1` bits long, or one less where it is small.
  const size = 1 << accuracy;
  const small = 2 ** (accuracy + 1) - 1 - (size + 1);
  for (let symbol = 0; symbol < 256; symbol += 1) {
    let value = bits(accuracy);
    if (value >= small) {
      value |= bits(1) << accuracy;
      if (value >= size) value -= small;
    }
    const probability = value - 1;
    if (probability !== 0) return probability === size;
    for (let repeat = 3; repeat === 3; symbol += repeat) {
      repeat = bits(2);
      if (bit > block.length * 8) return false;
    }
  }
  return false;
}

/** Bytes that wait for the rest of what they belong to. */
class Pending {
  private bytes: Uint8Array = new Uint8Array(0);
  private from = 0;

  get length(): number {
    return this.bytes.length - this.from;
  }

  add(chunk: Uint8Array): void {
    if (this.length === 0) {
      this.bytes = chunk;
    } else {
      const joined = new Uint8Array(this.length + chunk.length);
      joined.set(this.bytes.subarray(this.from));
      joined.set(chunk, this.length);
      this.bytes = joined;
    }
    this.from = 0;
  }

  at(index: number): number {
    return this.bytes[this.from + index]!;
  }

  /** A little-endian number of up to eight bytes; beyond 2^53 it is rounded. */
  number(index: number, count: number): number {
    let value = 0;
    for (let i = count - 1; i >= 0; i -= 1) value = value * 256 + this.at(index + i);
    return value;
  }

  u32(index: number): number {
    return this.number(index, 4);
  }

  take(count: number): Uint8Array {
    const bytes = this.bytes.subarray(this.from, this.from + count);
    this.from += count;
    return bytes;
  }

  /** Drops up to so many bytes, and says how many. */
  drop(count: number): number {
    const dropped = Math.min(count, this.length);
    this.from += dropped;
    return dropped;
  }
}
