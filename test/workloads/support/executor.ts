import { Op, RING, type Workload } from '../../../src/sim/programs/program.js';
import { Stream } from '../../../src/sim/engine/rng.js';

interface Task {
  pc: number;
  parent: Task | null;
  children: number;
  readonly registers: number[];
  /** What it waits for: `semaphore 3`; empty where it is ready. */
  waitsFor: string;
}

function inRing({ registers }: Task, first: number, ring: number): number {
  return first + ((registers[RING.register(ring)]! + RING.next(ring)) % RING.size(ring));
}

/** How an untimed execution ended. */
export interface Execution {
  readonly marks: number;
  /** Most tasks alive at once. */
  readonly peak: number;
  /** Every task has exited. */
  readonly finished: boolean;
  /** Tasks remain, and none can go on. */
  readonly stuck: boolean;
}

/**
 * Runs a workload without time: tasks take turns in an order drawn from a seed, running and sleeping take nothing. It
 * shows whether tasks can block each other for ever, whatever the order, and what they count.
 */
export function execute(workload: Workload, seed: number, stepsMax: number): Execution {
  const { code, a, b } = workload.program;
  const random = new Stream(seed, 'executor');
  const semaphores = [...workload.semaphores];
  const owners = new Array<Task | null>(workload.mutexes).fill(null);
  const arrived = workload.barriers.map(() => 0);
  const queues = new Map<string, Task[]>();
  const ready: Task[] = [];
  let [alive, peak, marks] = [0, 0, 0];

  const born = (pc: number, parent: Task | null): void => {
    ready.push({ pc, parent, children: 0, registers: [0, 0, 0, 0], waitsFor: '' });
    peak = Math.max(peak, ++alive);
  };
  const block = (task: Task, on: string): void => {
    task.waitsFor = on;
    const queue = queues.get(on) ?? [];
    queue.push(task);
    queues.set(on, queue);
  };
  const wake = (on: string, count: number): number => {
    const woken = (queues.get(on) ?? []).splice(0, count);
    for (const task of woken) {
      task.waitsFor = '';
      ready.push(task);
    }
    return woken.length;
  };
  const unlock = (mutex: number, task: Task): void => {
    if (owners[mutex] !== task) throw new Error(`mutex ${mutex} is not held`);
    owners[mutex] = null;
    wake(`mutex ${mutex}`, 1);
  };
  for (const task of workload.initial) born(workload.templates[task.template]!.entry, null);

  let steps = 0;
  while (ready.length > 0 && steps < stepsMax) {
    const [task] = ready.splice(random.below(ready.length), 1) as [Task];
    let turn = 1 + random.below(40);
    let gone = false;
    while (task.waitsFor === '' && !gone && turn-- > 0) {
      steps++;
      const pc = task.pc++;
      const [x, y] = [a[pc]!, b[pc]!];
      switch (code[pc]) {
        case Op.WAIT:
          if (semaphores[x]! > 0) semaphores[x]!--;
          else block(task, `semaphore ${x}`);
          break;
        case Op.POST:
        case Op.POST_SYNC:
          semaphores[x]! += y - wake(`semaphore ${x}`, y);
          break;
        case Op.WAIT_DRAW:
          // Time that passes for one task passes for all: whoever waits with an end may be through with it at once.
          if (semaphores[x]! > 0) semaphores[x]!--;
          else turn = 0;
          break;
        case Op.POST_DRAW: {
          const semaphore = x + random.below(y);
          semaphores[semaphore]! += 1 - wake(`semaphore ${semaphore}`, 1);
          break;
        }
        case Op.JUMP_DRAW:
          if (random.below(x) === 0) task.pc = y;
          break;
        case Op.TRY:
          if (semaphores[x]! > 0) semaphores[x]!--;
          else task.pc = y;
          break;
        case Op.JUMP_EMPTY:
          if (semaphores[x] === 0) task.pc = y;
          break;
        case Op.NUMBER:
          task.registers[x] = semaphores[y]!++;
          break;
        case Op.WAIT_AT: {
          const semaphore = inRing(task, x, y);
          if (semaphores[semaphore]! > 0) semaphores[semaphore]!--;
          else block(task, `semaphore ${semaphore}`);
          break;
        }
        case Op.POST_AT: {
          const semaphore = inRing(task, x, y);
          semaphores[semaphore]! += 1 - wake(`semaphore ${semaphore}`, 1);
          break;
        }
        case Op.LOCK:
          if (owners[x] === null) owners[x] = task;
          else {
            task.pc = pc;
            block(task, `mutex ${x}`);
          }
          break;
        case Op.UNLOCK:
          unlock(x, task);
          break;
        case Op.COND_WAIT:
        case Op.COND_WAIT_OWN:
          if (y >= 0) unlock(y, task);
          block(task, `condition ${x}`);
          break;
        case Op.WAIT_EVENT:
          if (semaphores[y] === 0) block(task, `condition ${x}`);
          break;
        case Op.SIGNAL:
        case Op.SIGNAL_SYNC:
          wake(`condition ${x}`, 1);
          break;
        case Op.BROADCAST:
          wake(`condition ${x}`, Infinity);
          break;
        case Op.BARRIER:
          if (++arrived[x]! < workload.barriers[x]!) block(task, `barrier ${x}`);
          else {
            arrived[x] = 0;
            wake(`barrier ${x}`, Infinity);
          }
          break;
        case Op.FORK:
          task.children++;
          born(x, task);
          break;
        case Op.JOIN:
          if (task.children > 0) {
            task.pc = pc;
            turn = 0;
          }
          break;
        case Op.EXIT:
          gone = true;
          alive--;
          if (task.parent !== null) task.parent.children--;
          if (owners.includes(task)) throw new Error('a task exits with a mutex');
          break;
        case Op.LOOP_SET:
          task.registers[x] = y;
          break;
        case Op.LOOP_NEXT:
          task.registers[x]!--;
          if (task.registers[x]! > 0) task.pc = y;
          break;
        case Op.JUMP:
          task.pc = x;
          break;
        case Op.MARK:
          marks += x;
          break;
      }
    }
    if (!gone && task.waitsFor === '') ready.push(task);
    // A joining parent alone cannot go on.
    if (ready.length > 0 && ready.every((other) => code[other.pc] === Op.JOIN && other.children > 0)) break;
  }
  const finished = alive === 0;
  return { marks, peak, finished, stuck: !finished && steps < stepsMax };
}
