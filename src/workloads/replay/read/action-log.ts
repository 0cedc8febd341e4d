import { Op } from '../../../sim/programs/program.js';

/**
 * What all tasks did, in the order in which it was recorded: one row per operation with the task that it belongs to.
 * CPU time is gathered per task and becomes one RUN before the task's next operation. Columns grow by doubling.
 */
export class ActionLog {
  rows = 0;
  task = new Int32Array(1024);
  code = new Uint8Array(1024);
  a = new Float64Array(1024);
  b = new Float64Array(1024);
  /** When it was recorded. */
  ts = new Float64Array(1024);
  /** Time stamp of what is being added. */
  now = 0;
  /** ns of CPU time of a task that are not in an operation yet, by task. */
  private readonly pending: number[] = [];
  /** ns of CPU time that each task has had, by task. */
  readonly ran: number[] = [];

  /** `task` runs for `ns` more. */
  run(task: number, ns: number): void {
    this.pending[task] = (this.pending[task] ?? 0) + ns;
    this.ran[task] = (this.ran[task] ?? 0) + ns;
  }

  /** The last `ns` that `task` has run were not its own: @returns how much of that was not in an operation yet. */
  unrun(task: number, ns: number): number {
    const off = Math.min(ns, this.pending[task] ?? 0);
    if (off > 0) {
      this.pending[task]! -= off;
      this.ran[task]! -= off;
    }
    return off;
  }

  /** `task` does `code`, after the CPU time that it has had until now. */
  add(task: number, code: number, a = 0, b = 0): void {
    const ns = this.pending[task] ?? 0;
    if (ns > 0) {
      this.pending[task] = 0;
      this.push(task, Op.RUN, ns, 0);
    }
    this.push(task, code, a, b);
  }

  private push(task: number, code: number, a: number, b: number): void {
    if (this.rows === this.task.length) this.grow();
    const row = this.rows++;
    this.task[row] = task;
    this.code[row] = code;
    this.a[row] = a;
    this.b[row] = b;
    this.ts[row] = this.now;
  }

  private grow(): void {
    const length = this.task.length * 2;
    const task = new Int32Array(length);
    const code = new Uint8Array(length);
    const a = new Float64Array(length);
    const b = new Float64Array(length);
    const ts = new Float64Array(length);
    task.set(this.task);
    code.set(this.code);
    a.set(this.a);
    b.set(this.b);
    ts.set(this.ts);
    this.task = task;
    this.code = code;
    this.a = a;
    this.b = b;
    this.ts = ts;
  }
}
