/*
 * Integers as bytes, so that small ones are short and the order of a column compresses well:
 *
 *     first byte   C S vvvvvv     C: more bytes follow   S: negative   v: lowest 6 bits of the size
 *     further      C vvvvvvv      7 more bits each, least first
 *
 * Exact up to ±(2^53 − 1): sizes are put together by multiplication, not by shifts of 32 bits.
 */

/** Bytes that grow as integers are put in. */
export class ByteSink {
  length = 0;
  private room = new Uint8Array(4096);

  /** @throws RangeError where the value is no safe integer */
  put(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`);
    if (this.length + 9 > this.room.length) this.grow();
    const { room } = this;
    const size = Math.abs(value);
    let rest = Math.floor(size / 64);
    room[this.length++] = (size % 64) + (value < 0 ? 64 : 0) + (rest > 0 ? 128 : 0);
    while (rest > 0) {
      const more = Math.floor(rest / 128);
      room[this.length++] = (rest % 128) + (more > 0 ? 128 : 0);
      rest = more;
    }
  }

  bytes(): Uint8Array {
    return this.room.subarray(0, this.length);
  }

  private grow(): void {
    const wider = new Uint8Array(this.room.length * 2);
    wider.set(this.room);
    this.room = wider;
  }
}

/** The integers of a column as bytes. With `delta` each is the difference from the one before, the first from 0. */
export function encodeColumn(values: ArrayLike<number>, delta: boolean): Uint8Array {
  const sink = new ByteSink();
  let previous = 0;
  for (let i = 0; i < values.length; i += 1) {
    sink.put(delta ? values[i]! - previous : values[i]!);
    previous = values[i]!;
  }
  return sink.bytes();
}

/**
 * Reads `into.length` integers.
 * @throws RangeError where the bytes end before that
 */
export function decodeColumn(bytes: Uint8Array, delta: boolean, into: Float64Array): void {
  let at = 0;
  let sum = 0;
  for (let i = 0; i < into.length; i += 1) {
    const first = bytes[at++]!;
    if (first < 64) {
      // Most are small and not negative.
      sum += first;
      into[i] = delta ? sum : first;
      continue;
    }
    let size = first & 63;
    if (first > 127) {
      let scale = 64;
      let byte: number;
      do {
        byte = bytes[at++]!;
        size += (byte & 127) * scale;
        scale *= 128;
      } while (byte > 127);
    }
    const value = (first & 64) === 0 ? size : -size;
    if (delta) sum += value;
    into[i] = delta ? sum : value;
  }
  if (at > bytes.length) throw new RangeError('a column ends before its last integer');
}
