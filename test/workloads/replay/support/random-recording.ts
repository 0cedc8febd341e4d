import { IDLE, IRQ, R, Recording, S, SYNC, X } from './recording.js';

/** One step of a made-up machine: what should happen where, and how much later than the step before. */
export interface Step {
  readonly what: number;
  readonly cpu: number;
  readonly whom: number;
  readonly flag: boolean;
  readonly ns: number;
}

export interface RandomRecording {
  readonly recording: Recording;
  /** ns that each pid was on a CPU. */
  readonly cpuNs: ReadonlyMap<number, number>;
  /** Wake-ups that tasks gave each other. */
  readonly taskWakes: number;
  readonly exits: number;
}

type State = 'blocked' | 'queued' | 'running' | 'dead';

interface Task {
  readonly pid: number;
  state: State;
  cpu: number;
  exiting: boolean;
  /** A wake-up came while it was on its way to sleep: its next block ends at once. */
  woken: boolean;
}

/**
 * A machine that does what it is told as far as a kernel could: tasks are put on CPUs, preempted, block, are woken by
 * tasks or interrupts, at times just before they block, fork, exec and exit. Steps that make no sense are passed over.
 */
export function randomRecording(cpus: number, initial: readonly State[], steps: readonly Step[]): RandomRecording {
  const recording = new Recording(cpus);
  const tasks: Task[] = [];
  const running: Array<Task | null> = new Array<Task | null>(cpus).fill(null);
  const since: number[] = new Array<number>(cpus).fill(0);
  const cpuNs = new Map<number, number>();
  let taskWakes = 0;
  let exits = 0;
  let now = 0;
  for (const [index, state] of initial.entries()) {
    const cpu = index % cpus;
    const task: Task = { pid: index + 1, state, cpu, exiting: false, woken: false };
    if (state === 'running') {
      if (running[cpu] === null) running[cpu] = task;
      else task.state = 'queued';
    }
    tasks.push(task);
    recording.task(task.pid);
  }
  // Something must happen first, so that the recording's start is known to be 0.
  recording.event(0, 0, 'migrate', 1, 0, 0);

  const leave = (cpu: number, state: number): void => {
    const old = running[cpu] ?? null;
    const queue = tasks.filter((task) => task.state === 'queued' && task !== old);
    const next = queue.length === 0 ? null : queue[now % queue.length]!;
    if (old === null && next === null) return;
    if (old !== null) cpuNs.set(old.pid, (cpuNs.get(old.pid) ?? 0) + now - since[cpu]!);
    recording.to(now, cpu, old?.pid ?? IDLE, old === null ? R : state, next?.pid ?? IDLE);
    if (old !== null) {
      old.state = state === R ? 'queued' : state === X ? 'dead' : old.woken ? 'queued' : 'blocked';
      old.woken = false;
    }
    running[cpu] = next;
    since[cpu] = now;
    if (next !== null) {
      next.state = 'running';
      next.cpu = cpu;
    }
  };

  for (const step of steps) {
    now += step.ns;
    const cpu = step.cpu % cpus;
    const current = running[cpu] ?? null;
    const whom = tasks[step.whom % tasks.length]!;
    switch (step.what) {
      case 0:
        leave(cpu, R);
        break;
      case 1:
        if (current !== null) leave(cpu, current.exiting ? X : S);
        break;
      case 2:
      case 3: {
        const interrupt = step.what === 3 || current === null;
        const flags = (interrupt ? IRQ : 0) | (step.flag ? SYNC : 0);
        if (whom.state === 'blocked') whom.state = 'queued';
        else if (whom.state !== 'running' || whom.exiting || (whom === current && !interrupt)) break;
        // On its way to sleep: whether it still blocks is up to the flag.
        else whom.woken = step.flag;
        recording.wake(now, cpu, whom.pid, flags);
        if (!interrupt) taskWakes++;
        break;
      }
      case 4:
        if (current !== null && !current.exiting && tasks.length < 12) {
          const child: Task = { pid: tasks.length + 1, state: 'queued', cpu, exiting: false, woken: false };
          tasks.push(child);
          recording.fork(now, cpu, current.pid, child.pid);
        }
        break;
      case 5:
        if (current !== null && !current.exiting && !current.woken) {
          current.exiting = true;
          exits++;
          recording.event(now, cpu, 'exit', current.pid);
        }
        break;
      case 6:
        recording.event(now, whom.cpu, 'prio', whom.pid, 100 + (step.ns % 40));
        break;
      default:
        if (current !== null) recording.event(now, cpu, 'exec', current.pid);
    }
  }
  now++;
  recording.event(now, 0, 'migrate', 1, 0, 0);
  for (const [cpu, task] of running.entries()) {
    if (task === null) continue;
    // A CPU on which nothing was ever seen counts as idle, so the last word of each is a switch.
    cpuNs.set(task.pid, (cpuNs.get(task.pid) ?? 0) + now - since[cpu]!);
    recording.to(now, cpu, task.pid, R, IDLE);
  }
  return { recording, cpuNs, taskWakes, exits };
}
