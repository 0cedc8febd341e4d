/**
 * Emulated machines whose CPUs take turns: each runs a quantum of virtual time, one after the other in the order of their
 * numbers, before time moves on. What a CPU does in a quantum, those above it see from their quantum's beginning, and those
 * below it in the next one. Of machines that are not of this kind nothing is assumed.
 */
export class Quanta {
  /** Rounds before each start. */
  private readonly before: Float64Array;
  /** The start that was found last: most are asked for in order of time. */
  private last = 0;

  /**
   * @param quantum ns; 0: the machine is not known to take turns
   * @param starts times at which a round begins that is not a quantum after the one before, ascending, ns (`roundsOf`)
   */
  constructor(private readonly quantum: number, private readonly starts: ArrayLike<number> = [0]) {
    this.before = new Float64Array(starts.length);
    for (let i = 1; i < starts.length; i++) {
      this.before[i] = this.before[i - 1]! + Math.ceil((starts[i]! - starts[i - 1]!) / quantum);
    }
  }

  get known(): boolean {
    return this.quantum > 0;
  }

  /** Number of the quantum at `ts`; 0 where the machine is not known to take turns. */
  turn(ts: number): number {
    if (!this.known) return 0;
    const at = this.startBefore(ts);
    return this.before[at]! + Math.floor((ts - this.starts[at]!) / this.quantum);
  }

  /**
   * From when on CPU `by` sees what CPU `from` does at `ts`, ns since the first event; `ts` itself where the machine is not
   * known to take turns.
   */
  seenAt(ts: number, from: number, by: number): number {
    if (!this.known || from === by) return ts;
    return from > by ? this.nextRound(ts) : this.begun(ts);
  }

  /** When the round after that of `ts` begins, ns; only where the machine is known to take turns. */
  nextRound(ts: number): number {
    return Math.min(this.begun(ts) + this.quantum, this.starts[this.startBefore(ts) + 1] ?? Infinity);
  }

  /** When the round of `ts` began, ns; only where the machine is known to take turns. */
  begun(ts: number): number {
    const start = this.starts[this.startBefore(ts)]!;
    return start + Math.floor((ts - start) / this.quantum) * this.quantum;
  }

  /** The last start not after `ts`; the first where all are. */
  private startBefore(ts: number): number {
    const { starts } = this;
    if (starts[this.last]! <= ts && ts < (starts[this.last + 1] ?? Infinity)) return this.last;
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle]! <= ts) low = middle;
      else high = middle - 1;
    }
    this.last = low;
    return low;
  }
}
