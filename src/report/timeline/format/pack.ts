import type { ColumnEntry, ColumnName, RunHeader } from './run.js';
import { decodeColumn, encodeColumn } from './varint.js';

/*
 * A run as bytes:
 *
 *     length of the JSON, 4 bytes, least first │ JSON: header and list of columns │ the columns, one after the other
 */

/** A column to be packed; `delta` where values follow each other closely. */
export interface ColumnData {
  readonly name: ColumnName;
  readonly values: ArrayLike<number>;
  readonly delta: boolean;
}

interface Directory {
  readonly header: RunHeader;
  readonly columns: readonly ColumnEntry[];
}

export function packRun(header: RunHeader, columns: readonly ColumnData[]): Uint8Array {
  const parts = columns.map(({ values, delta }) => encodeColumn(values, delta));
  const entries = columns.map(({ name, values, delta }, i): ColumnEntry => {
    return { name, rows: values.length, bytes: parts[i]!.length, delta };
  });
  const directory: Directory = { header, columns: entries };
  const json = new TextEncoder().encode(JSON.stringify(directory));
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, json.length, true);
  const all = [size, json, ...parts];
  const packed = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    packed.set(part, at);
    at += part.length;
  }
  return packed;
}

/** A packed run, whose columns are read when they are first asked for. */
export class PackedRun {
  readonly header: RunHeader;
  private readonly places = new Map<string, { readonly entry: ColumnEntry; readonly at: number }>();
  private readonly decoded = new Map<string, Float64Array>();

  /** @throws Error where the bytes are not what `packRun` makes */
  constructor(private readonly bytes: Uint8Array) {
    const size = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
    const directory = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size))) as Directory;
    this.header = directory.header;
    let at = 4 + size;
    for (const entry of directory.columns) {
      this.places.set(entry.name, { entry, at });
      at += entry.bytes;
    }
    if (at !== bytes.length) throw new Error(`a run of ${bytes.length} bytes has columns up to ${at}`);
  }

  has(name: ColumnName): boolean {
    return this.places.has(name);
  }

  /** @throws Error where there is none of that name */
  column(name: ColumnName): Float64Array {
    const known = this.decoded.get(name);
    if (known !== undefined) return known;
    const place = this.places.get(name);
    if (place === undefined) throw new Error(`the run has no column ${name}`);
    const values = new Float64Array(place.entry.rows);
    decodeColumn(this.bytes.subarray(place.at, place.at + place.entry.bytes), place.entry.delta, values);
    this.decoded.set(name, values);
    return values;
  }
}
