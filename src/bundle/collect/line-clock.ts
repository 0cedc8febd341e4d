import type { DirtyLog } from '../dirty.js';
import type { LinePrefix } from '../trace/prefix.js';

/** Tells the time of each line in ns since the first one, and how it stands to those before it in its file. */
export class LineClock {
  /** The file that the line is of. */
  file = 0;
  /** Of this line. */
  ts = 0;
  /** It comes after a later one of its file. */
  late = false;
  /** Of all lines so far, until `settle`. */
  earliest = 0;
  /** Of all lines so far. */
  latest = 0;
  resolutionNs = 1;
  /** Lines whose time is before that of the line above. */
  steppedBack = 0;
  private firstSteppedBack = 0;
  /** Lines that were too late to be sorted in, and how many of them stepped back themselves. */
  tooLate = 0;
  private tooLateSteps = 0;
  private firstTooLate = 0;
  private stepped = false;
  private dropped = false;
  private started = false;
  private settled = false;
  private firstSeconds = 0;
  private firstNanoseconds = 0;
  /** What each file's last line says the time is, and the latest so far; Infinity once it has been read. */
  private readonly above: Float64Array;
  private readonly newest: Float64Array;
  /** The file's latest lines came after a later one. */
  private readonly behind: boolean[];

  constructor(
    readonly files: number,
    private readonly dirty: DirtyLog,
  ) {
    this.above = new Float64Array(files).fill(-Infinity);
    this.newest = new Float64Array(files).fill(-Infinity);
    this.behind = new Array<boolean>(files).fill(false);
  }

  /** Reads the time of a line of `file`. @returns whether it makes sense: a span of more than 104 days does not */
  read(p: LinePrefix): boolean {
    if (!this.started) {
      this.started = true;
      this.firstSeconds = p.seconds;
      this.firstNanoseconds = p.nanoseconds;
    }
    const ts = (p.seconds - this.firstSeconds) * 1e9 + p.nanoseconds - this.firstNanoseconds;
    if (!Number.isSafeInteger(ts)) return false;
    this.ts = ts;
    if (p.resolutionNs > this.resolutionNs) this.resolutionNs = p.resolutionNs;
    if (ts < this.earliest && !this.settled) this.earliest = ts;
    if (ts > this.latest) this.latest = ts;
    const { file, above, newest, behind } = this;
    this.dropped = false;
    this.stepped = ts < above[file]!;
    if (this.stepped) this.stepBack(ts);
    // The last line of a stretch that is there twice may be as late as the latest before it.
    behind[file] = ts < newest[file]! || (ts === newest[file] && behind[file]!);
    this.late = behind[file]!;
    if (ts > newest[file]!) newest[file] = ts;
    above[file] = ts;
    return true;
  }

  /** Time counts from the earliest line so far, whatever is still to come. */
  settle(): void {
    this.settled = true;
  }

  /** A row of this line is dropped, as it is too late. */
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    if (this.tooLate === 0) this.firstTooLate = this.ts;
    this.tooLate += 1;
    if (this.stepped) this.tooLateSteps += 1;
  }

  /** What no event that a file still holds is before, if each is in order. */
  horizon(): number {
    let horizon = Infinity;
    for (const newest of this.newest) if (newest < horizon) horizon = newest;
    return horizon;
  }

  /** How far a file has been read, in the time of its events: −Infinity before the first, Infinity after the last. */
  reached(file: number): number {
    return this.newest[file]!;
  }

  /** A file has been read to its end. */
  ended(file: number): void {
    this.newest[file] = Infinity;
  }

  /** The earliest time stamp, ns, as digits: it may pass 2^53. */
  firstTimestampNs(): string {
    return String(BigInt(this.firstSeconds) * 1_000_000_000n + BigInt(this.firstNanoseconds) + BigInt(this.earliest));
  }

  /** Tells the log what was late. */
  report(): void {
    if (this.dirty.mode === 'fail') return;
    const sorted = this.steppedBack - this.tooLateSteps;
    this.dirty.add('clock-back', 'sorted', '', { ts: this.firstSteppedBack - this.earliest }, sorted);
    this.dirty.add('clock-back', 'dropped', '', { ts: this.firstTooLate - this.earliest }, this.tooLate);
  }

  private stepBack(ts: number): void {
    if (this.steppedBack === 0) this.firstSteppedBack = ts;
    this.steppedBack += 1;
    if (this.dirty.mode !== 'fail') return;
    this.dirty.add('clock-back', 'sorted', 'an event before the one above', { ts: ts - this.earliest });
  }
}
