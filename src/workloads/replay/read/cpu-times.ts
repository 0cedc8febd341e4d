/** How much CPU time tasks have had by when: told at their switches, and even between them. */
export class CpuTimes {
  private readonly ts: number[][] = [];
  private readonly sum: number[][] = [];

  /** `task` has had `ns` by `ts`; in order of time. */
  add(task: number, ts: number, ns: number): void {
    (this.ts[task] ??= []).push(ts);
    (this.sum[task] ??= []).push(ns);
  }

  /** ns in all. */
  total(task: number): number {
    return this.sum[task]?.at(-1) ?? 0;
  }

  /** ns between two time stamps. */
  between(task: number, from: number, to: number): number {
    return this.until(task, to) - this.until(task, from);
  }

  /** Calls `visit` for each time that `task` was on a CPU for its own ends. */
  stints(task: number, visit: (from: number, to: number) => void): void {
    const ts = this.ts[task] ?? [];
    const sum = this.sum[task] ?? [];
    for (let i = 1; i < ts.length; i++) if (sum[i]! > sum[i - 1]!) visit(ts[i - 1]!, ts[i]!);
  }

  private until(task: number, at: number): number {
    const ts = this.ts[task] ?? [];
    const sum = this.sum[task] ?? [];
    let [low, high] = [-1, ts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (ts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    if (low === -1) return 0;
    if (low === ts.length - 1) return sum[low]!;
    const share = (at - ts[low]!) / (ts[low + 1]! - ts[low]!);
    return sum[low]! + share * (sum[low + 1]! - sum[low]!);
  }
}
