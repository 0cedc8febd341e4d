import type { Arena } from './arena.js';

/** A set of columns of the same length. A row is an object of the kernel's; its index is its pointer. */
export abstract class Table {
  constructor(
    private readonly arena: Arena,
    /** Number of rows. */
    readonly rows: number,
  ) {}

  protected f64(fill = 0): Float64Array {
    return this.arena.f64(this.rows, fill);
  }
  protected i32(fill = 0): Int32Array {
    return this.arena.i32(this.rows, fill);
  }
  protected u32(fill = 0): Uint32Array {
    return this.arena.u32(this.rows, fill);
  }
  protected u8(fill = 0): Uint8Array {
    return this.arena.u8(this.rows, fill);
  }
}

/** The null pointer of every index column. */
export const NIL = -1;
