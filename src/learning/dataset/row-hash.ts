import { createHash } from 'node:crypto';
import type { Dataset } from './dataset.js';

const CHUNK_ROWS = 2048;

/**
 * The hash of a data set's rows, whatever file holds them: sha256 of the columns' names as JSON, then of each row its
 * inputs, label, source, part, series and time as little-endian doubles.
 */
export class RowHash {
  private readonly hash = createHash('sha256');
  private readonly width: number;
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(columns: readonly string[]) {
    this.width = columns.length;
    this.bytes = new Uint8Array(CHUNK_ROWS * (columns.length + 5) * 8);
    this.view = new DataView(this.bytes.buffer);
    this.hash.update(JSON.stringify(columns));
  }

  /** Adds a row of a data set. */
  add({ inputs, labels, origin }: Omit<Dataset, 'manifest'>, row: number): void {
    const { width } = this;
    for (let i = 0; i < width; i += 1) this.put(inputs.values[row * width + i]!);
    this.put(labels[row]!);
    this.put(origin.source[row]!);
    this.put(origin.part[row]!);
    this.put(origin.series[row]!);
    this.put(origin.ts[row]!);
    if (this.at === this.bytes.length) this.flush();
  }

  /** @returns the hash in hex; no row may follow */
  finish(): string {
    this.flush();
    return this.hash.digest('hex');
  }

  private put(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  private flush(): void {
    this.hash.update(this.bytes.subarray(0, this.at));
    this.at = 0;
  }
}
