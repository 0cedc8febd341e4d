/**
 * Where every column of the simulated machine lives.
 *
 * Columns are typed arrays of fixed length, handed out once at construction. The arena keeps the list of them, so that
 * a snapshot is a plain copy of the buffers, and nothing that a run depends on can hide outside it.
 */

export type Column = Float64Array | Int32Array | Uint32Array | Uint8Array;

export class Arena {
  /** The bytes of every column. */
  private readonly columns: Uint8Array[] = [];

  /** A column of doubles: times in ns, sums and every integer above 2^31. Exact for integers up to 2^53. */
  f64(length: number, fill = 0): Float64Array {
    return this.add(new Float64Array(length), fill);
  }

  /** A column of signed 32-bit integers: indices, counts, flags. */
  i32(length: number, fill = 0): Int32Array {
    return this.add(new Int32Array(length), fill);
  }

  /** A column of unsigned 32-bit integers, where the kernel has a u32 that may wrap. */
  u32(length: number, fill = 0): Uint32Array {
    return this.add(new Uint32Array(length), fill);
  }

  /** A column of bytes: booleans and CPU masks. */
  u8(length: number, fill = 0): Uint8Array {
    return this.add(new Uint8Array(length), fill);
  }

  /** Bytes held by all columns. */
  get byteLength(): number {
    return this.columns.reduce((sum, column) => sum + column.byteLength, 0);
  }

  /** A copy of every column, in order of creation. */
  save(): ArrayBuffer {
    const out = new Uint8Array(this.byteLength);
    let at = 0;
    for (const column of this.columns) {
      out.set(column, at);
      at += column.byteLength;
    }
    return out.buffer;
  }

  /**
   * Puts a copy made by `save` back.
   * @throws RangeError when the copy was made from an arena of another layout.
   */
  load(saved: ArrayBuffer): void {
    if (saved.byteLength !== this.byteLength) {
      throw new RangeError(`snapshot of ${saved.byteLength} bytes put into an arena of ${this.byteLength} bytes`);
    }
    let at = 0;
    for (const column of this.columns) {
      column.set(new Uint8Array(saved, at, column.byteLength));
      at += column.byteLength;
    }
  }

  private add<C extends Column>(column: C, fill: number): C {
    if (fill !== 0) column.fill(fill);
    this.columns.push(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    return column;
  }
}
