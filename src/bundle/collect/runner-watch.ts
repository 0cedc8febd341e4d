/** Nobody knows who runs there. */
const UNKNOWN = -2;

/**
 * Compares who a line says it is of with who was switched to on its CPU, to find switches that are not in the trace. It
 * looks at lines as they come; whether there was a gap is decided once they are in order.
 *
 * Some tools print other pids before a line than in it (perf in a container's pid namespace), so lines are believed only as
 * long as those of switches name the task that leaves; and only as long as those of each CPU come in order, which they do
 * where it is only CPUs that were merged badly.
 */
export class RunnerWatch {
  /** This line is of another task than was expected. */
  surprise = false;
  private agreed = false;
  private disagreed = false;
  private readonly expected: number[] = [];
  /** When what is expected on a CPU began. */
  private readonly since: number[] = [];
  /** Whose all lines of a CPU are, by CPU: UNKNOWN as soon as two differ or one is of nobody, and where it switches. */
  private readonly only: number[] = [];
  /** Time of each CPU's last line. */
  private readonly above: number[] = [];

  /** A line of `pid`, −1 where the tool does not know it. */
  look(cpu: number, pid: number, ts: number): void {
    if (ts < (this.above[cpu] ?? ts)) this.disagreed = true;
    this.above[cpu] = ts;
    if ((this.only[cpu] ?? pid) !== pid || pid < 0) this.only[cpu] = UNKNOWN;
    else this.only[cpu] = pid;
    const expected = this.expected[cpu] ?? UNKNOWN;
    this.surprise = expected !== pid && expected !== UNKNOWN && pid >= 0 && this.agreed && !this.disagreed;
  }

  /** The line is that of a switch. */
  checkSwitch(linePid: number, prev: number): void {
    if (linePid === prev) this.agreed ||= prev > 0;
    else if (linePid >= 0) this.disagreed = true;
    if (this.disagreed) this.surprise = false;
  }

  switched(cpu: number, next: number, ts: number): void {
    this.only[cpu] = UNKNOWN;
    this.expected[cpu] = next;
    this.since[cpu] = ts;
  }

  /** The tasks, not idle ones, that all lines of a CPU are of on which nothing switches, where lines can be believed: [cpu, pid], by CPU. */
  throughout(): (readonly [number, number])[] {
    if (!this.agreed || this.disagreed) return [];
    return [...this.only.entries()].filter(([, pid]) => pid !== undefined && pid > 0);
  }

  /** A task's pid has changed. */
  renamed(cpu: number, from: number, to: number): void {
    if (this.expected[cpu] === from) this.expected[cpu] = to;
    this.surprise = false;
  }

  /**
   * Takes it that `pid` runs on the CPU. @returns since when: as far as it is known to have run, or since it was woken where
   * the CPU was idle; not before what is known of the CPU
   *
   * @param wokenAt when it was woken last
   * @param ranSince from when on it ran, as far as this line tells
   */
  accept(cpu: number, pid: number, wokenAt: number, ranSince: number): number {
    const before = this.since[cpu] ?? ranSince;
    const since = this.expected[cpu] === 0 && wokenAt > before ? Math.min(wokenAt, ranSince) : ranSince;
    this.expected[cpu] = pid;
    this.since[cpu] = Math.max(since, before);
    this.surprise = false;
    return this.since[cpu];
  }
}
