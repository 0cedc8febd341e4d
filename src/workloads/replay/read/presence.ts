/** How much of a recording each task was runnable: on a queue or on a CPU. */
export class Presence {
  /** Since when, by task; −1: it is blocked. */
  private readonly since: number[] = [];
  private readonly sum: number[] = [];

  /** `task` is runnable from `ts` on, or has been so already. */
  comes(task: number, ts: number): void {
    if ((this.since[task] ?? -1) === -1) this.since[task] = ts;
  }

  /** `task` blocks at `ts`. */
  goes(task: number, ts: number): void {
    const since = this.since[task] ?? -1;
    if (since === -1) return;
    this.sum[task] = (this.sum[task] ?? 0) + Math.max(0, ts - since);
    this.since[task] = -1;
  }

  /** How long `task` has been runnable until `ts`, ns. */
  of(task: number, ts: number): number {
    const since = this.since[task] ?? -1;
    return (this.sum[task] ?? 0) + (since === -1 ? 0 : ts - since);
  }
}
