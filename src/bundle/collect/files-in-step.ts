import { statSync } from 'node:fs';
import type { ChunkGate } from '../trace/source.js';

export interface StepOptions {
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Lets files be read piece by piece so that they stay together in time: the next piece is always that of the file which has
 * got least far, so no file's events have to be kept for long until the others have come to their time.
 *
 * All files ask before each piece; when all that are not at their end are waiting, one is let through.
 */
export class FilesInStep {
  private readonly waiting: (((error?: Error) => void) | null)[];
  private readonly atEnd: boolean[];
  private readonly readBytes: number[];
  private readonly totalBytes: number;
  private failure: Error | null = null;

  /** @param reached how far a file has been read, in the time of its events */
  constructor(
    paths: readonly string[],
    private readonly reached: (file: number) => number,
    private readonly options: StepOptions,
  ) {
    this.waiting = paths.map(() => null);
    this.atEnd = paths.map(() => false);
    this.readBytes = paths.map(() => 0);
    this.totalBytes = paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  gateOf(file: number): ChunkGate {
    return (readBytes) => {
      this.options.signal?.throwIfAborted();
      this.readBytes[file] = readBytes;
      this.options.onProgress?.(this.readBytes.reduce((sum, bytes) => sum + bytes, 0), this.totalBytes);
      if (this.waiting.length === 1) return undefined;
      return new Promise<void>((resolve, reject) => {
        this.waiting[file] = (error) => (error === undefined ? resolve() : reject(error));
        this.letThrough();
      });
    };
  }

  /** A file has been read to its end, or reading it failed: then the others stop too. */
  done(file: number, failure: unknown = null): void {
    this.atEnd[file] = true;
    if (failure !== null) this.failure ??= failure instanceof Error ? failure : new Error('a file could not be read', { cause: failure });
    this.letThrough();
  }

  private letThrough(): void {
    let slowest = -1;
    for (let file = 0; file < this.waiting.length; file += 1) {
      if (this.atEnd[file]) continue;
      if (this.waiting[file] === null) return;
      if (slowest < 0 || this.reached(file) < this.reached(slowest)) slowest = file;
    }
    if (slowest < 0) return;
    const go = this.waiting[slowest]!;
    this.waiting[slowest] = null;
    go(this.failure ?? undefined);
  }
}
