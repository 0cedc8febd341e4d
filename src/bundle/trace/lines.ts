const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The longest line that is read, bytes. ftrace's own lines end at some 4 KiB. */
export const MAX_LINE_BYTES = 2 ** 20;

/**
 * Cuts a stream of bytes into lines and hands each on as a string of one character per byte (latin1): no byte is invalid,
 * and offsets are bytes. A line longer than MAX_LINE_BYTES is dropped and counted; never more than that is kept.
 */
export class LineSplitter {
  /** Lines so far, with those that were dropped. */
  lines = 0;
  /** Lines dropped for their length. */
  overlong = 0;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private skipping = false;

  constructor(
    private readonly onLine: (line: string, number: number) => void,
    private readonly maxBytes = MAX_LINE_BYTES,
  ) {}

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.lines += 1;
      if (this.skipping || this.pendingBytes + end - start > this.maxBytes) {
        this.overlong += 1;
        this.skipping = false;
        this.forget();
      } else if (this.pendingBytes === 0) {
        this.emit(chunk, start, end);
      } else {
        this.pending.push(chunk.subarray(start, end));
        const whole = Buffer.concat(this.pending);
        this.forget();
        this.emit(whole, 0, whole.length);
      }
      start = end + 1;
    }
    this.keep(chunk, start);
  }

  /** Whether the stream ended within a line. Such a line is not handed on, as its numbers may be cut. */
  endsWithinLine(): boolean {
    return this.pendingBytes > 0 || this.skipping;
  }

  private keep(chunk: Buffer, start: number): void {
    const length = chunk.length - start;
    if (length === 0 || this.skipping) return;
    if (this.pendingBytes + length > this.maxBytes) {
      this.skipping = true;
      this.forget();
      return;
    }
    this.pending.push(Buffer.from(chunk.subarray(start)));
    this.pendingBytes += length;
  }

  private forget(): void {
    this.pending = [];
    this.pendingBytes = 0;
  }

  private emit(bytes: Buffer, start: number, end: number): void {
    const last = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
    this.onLine(bytes.toString('latin1', start, last), this.lines);
  }
}
