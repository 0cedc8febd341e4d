import { Op } from '../../../../src/sim/programs/program.js';
import type { Workload } from '../../../../src/sim/programs/program.js';

export interface Execution {
  /** ns after which the last task exited. */
  readonly endNs: number;
  /** Tasks born, and those of them that have exited. */
  readonly born: number;
  readonly exited: number;
  /** Tokens that nobody took. */
  readonly left: number;
  /** CPU time of all tasks, ns. */
  readonly runNs: number;
}

/** Runs a replay workload as if there were a CPU for every task: the simplest machine that the programs must end on. */
export function execute(workload: Workload): Execution {
  const { code, a, b } = workload.program;
  const tokens = [...workload.semaphores];
  const waiting: number[] = tokens.map(() => -1);
  const pc: number[] = [];
  const queue = new TimeQueue();
  let now = 0;
  let exited = 0;
  let runNs = 0;
  const birth = (entry: number, at: number): void => queue.push(at, pc.push(entry) - 1);
  for (const { template, startNs } of workload.initial) birth(workload.templates[template]!.entry, startNs);

  const step = (task: number): void => {
    for (;;) {
      const at = pc[task]!++;
      const arg = a[at]!;
      switch (code[at]) {
        case Op.RUN:
          runNs += arg;
          return queue.push(now + arg, task);
        case Op.SLEEP:
          return queue.push(now + arg, task);
        case Op.WAIT:
          if (tokens[arg]! === 0) {
            if (waiting[arg] !== -1) throw new Error(`two tasks wait on semaphore ${arg}`);
            waiting[arg] = task;
            return;
          }
          tokens[arg]! -= 1;
          break;
        case Op.POST:
        case Op.POST_SYNC:
          tokens[arg]! += b[at]!;
          if (waiting[arg] !== -1) {
            tokens[arg]! -= 1;
            queue.push(now, waiting[arg]!);
            waiting[arg] = -1;
          }
          break;
        case Op.FORK:
          birth(arg, now);
          break;
        case Op.EXIT:
          exited++;
          return;
        case Op.EXEC:
        case Op.NICE:
        case Op.AFFINITY:
        case Op.GROUP:
        case Op.ENTER_KERNEL:
          break;
        default:
          throw new Error(`operation ${at} has opcode ${code[at]}, which no replay writes`);
      }
    }
  };
  for (let task = queue.pop(); task !== -1; task = queue.pop()) {
    now = queue.time;
    step(task);
  }
  return { endNs: now, born: pc.length, exited, left: tokens.reduce((sum, n) => sum + n, 0), runNs };
}

/** A binary heap of tasks by time, and by age among equals. */
class TimeQueue {
  time = 0;
  private sequence = 0;
  private readonly heap: Array<readonly [time: number, sequence: number, task: number]> = [];

  push(time: number, task: number): void {
    const { heap } = this;
    let at = heap.push([time, this.sequence++, task]) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.before(at, up)) break;
      this.swap(at, up);
      at = up;
    }
  }

  pop(): number {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return -1;
    if (heap.length > 0) {
      heap[0] = last;
      for (let at = 0; ; ) {
        let low = at;
        for (const down of [2 * at + 1, 2 * at + 2]) if (down < heap.length && this.before(down, low)) low = down;
        if (low === at) break;
        this.swap(at, low);
        at = low;
      }
    }
    this.time = top[0];
    return top[2];
  }

  private before(x: number, y: number): boolean {
    const [tx, sx] = this.heap[x]!;
    const [ty, sy] = this.heap[y]!;
    return tx < ty || (tx === ty && sx < sy);
  }

  private swap(x: number, y: number): void {
    const kept = this.heap[x]!;
    this.heap[x] = this.heap[y]!;
    this.heap[y] = kept;
  }
}
