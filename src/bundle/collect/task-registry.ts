import type { TaskInfo } from '../tables/contents.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What is known of a task so far; the first of each but the name is kept for TaskInfo, the last tells when something changes. */
export class KnownTask {
  /** Last seen; null before that, as −1 is what deadline tasks have. */
  prio: number | null = null;
  /** Last seen; −1 before that. */
  allowed = -1;
  group = -1;
  exited = false;
  /** It was seen on a CPU since it was born. */
  ran = false;
  /** The same as the lines come, which need not be in order of time. */
  lastPrio: number | null = null;
  lastAllowed = -1;
  lastGroup = -1;
  /** Number of the record of its last waking, until its select_rq has told whether that was synchronous. */
  waking = -1;
  /** When it was woken last, as the lines come. */
  wokenAt = -Infinity;
  readonly info: Mutable<TaskInfo>;
  /** What events call it, latin1: the name changes when it executes a program, or names itself. */
  lastComm = '';
  /** It has exited: whoever has its pid afterwards has a name of its own. */
  keepsComm = false;

  constructor(pid: number) {
    this.info = { pid, comm: '', parent: -1, prio: -1, allowed: -1, group: -1, preexisting: true };
  }
}

/** Every task that a trace speaks of, in order of appearance, and the affinity masks that they had. */
export class TaskRegistry {
  private readonly tasks = new Map<number, KnownTask>();
  private readonly maskRows = new Map<string, number>();
  private readonly masks: number[][] = [];

  /** The task of a pid. `comm` (latin1) is what an event calls it. Never for pid 0, which is every CPU's idle task. */
  named(pid: number, comm: string): KnownTask {
    const task = this.get(pid);
    if (task.lastComm !== comm && !task.keepsComm) {
      task.info.comm = decode(comm);
      task.lastComm = comm;
    }
    return task;
  }

  /** The task of a pid of which nothing else is told. */
  get(pid: number): KnownTask {
    let task = this.tasks.get(pid);
    if (task === undefined) {
      task = new KnownTask(pid);
      this.tasks.set(pid, task);
    }
    return task;
  }

  has(pid: number): boolean {
    return this.tasks.has(pid);
  }

  /** The task that a line's prefix names. `<...>` is what ftrace prints where it has forgotten the name. */
  fromPrefix(pid: number, comm: string): void {
    const task = this.get(pid);
    if (comm !== '<...>') task.info.comm = decode(comm);
  }

  /** A fork: the child is new. The bundle has one TaskInfo for a pid: it stays that of the first task. */
  born(parent: number, pid: number): void {
    const child = this.get(pid);
    const isFirst = !child.exited && !child.ran;
    child.exited = false;
    child.ran = false;
    if (!isFirst) return;
    child.info.parent = parent;
    child.info.preexisting = false;
  }

  /** The row of a mask given as hexadecimal digits. */
  maskRow(digits: string): number {
    let row = this.maskRows.get(digits);
    if (row === undefined) {
      row = this.masks.length;
      this.maskRows.set(digits, row);
      this.masks.push(cpusOfMask(digits));
    }
    return row;
  }

  /** Tasks whose birth was not seen. */
  get unborn(): number {
    let count = 0;
    for (const { info } of this.tasks.values()) if (info.preexisting) count += 1;
    return count;
  }

  finish(): { readonly tasks: TaskInfo[]; readonly masks: number[][] } {
    return { tasks: [...this.tasks.values()].map((task) => task.info), masks: this.masks };
  }
}

/** The CPUs of a mask in hexadecimal digits, with or without commas between groups, in increasing order. */
export function cpusOfMask(digits: string): number[] {
  const plain = digits.replaceAll(',', '');
  const cpus: number[] = [];
  for (let i = plain.length - 1; i >= 0; i -= 1) {
    const nibble = Number.parseInt(plain[i]!, 16);
    for (let bit = 0; bit < 4; bit += 1) if ((nibble >> bit) & 1) cpus.push((plain.length - 1 - i) * 4 + bit);
  }
  return cpus;
}

/** One character per byte into text; bytes that are no UTF-8 become U+FFFD. A copy, so that the line is not kept alive. */
function decode(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
