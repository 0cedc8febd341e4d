import type { BundleContents, TaskInfo } from '../../../bundle/tables/contents.js';

/** What becomes of a task in the replay. */
export const ROLE_PLAIN = 0;
/** A per-CPU kernel thread: background noise that keeps its recorded timing. */
export const ROLE_NOISE = 1;
/** Left out, because the simulator has its own: the stoppers (migration/N). */
export const ROLE_OMITTED = 2;

/** Row of the idle task, which is no task of the workload. */
export const IDLE_ROW = -1;

/** Kernel threads of which each CPU has its own, as they are called before the slash. */
const PER_CPU_KTHREADS: ReadonlySet<string> = new Set([
  'kworker',
  'ksoftirqd',
  'cpuhp',
  'rcuc',
  'ktimers',
  'irq_work',
  'idle_inject',
  'watchdog',
]);

export interface TaskRole {
  readonly role: number;
  /** CPU that a per-CPU kernel thread belongs to, else −1. */
  readonly cpu: number;
}

/**
 * What a task's comm tells of it. `kworker/3:1H` belongs to CPU 3, `kworker/u16:2` to none. Only tasks that were there
 * before the recording are judged by their name: a user's program may call itself anything.
 *
 * @param cpus CPUs of the machine; a name with another CPU says nothing
 */
export function roleOf(comm: string, preexisting: boolean, cpus: number): TaskRole {
  const match = /^([a-z_]+)\/(\d+)(?::|$)/.exec(comm);
  const cpu = match === null ? -1 : Number(match[2]);
  if (!preexisting || match === null || cpu >= cpus) return { role: ROLE_PLAIN, cpu: -1 };
  if (match[1] === 'migration') return { role: ROLE_OMITTED, cpu };
  return PER_CPU_KTHREADS.has(match[1]!) ? { role: ROLE_NOISE, cpu } : { role: ROLE_PLAIN, cpu: -1 };
}

/** The tasks of a recording, one row for each life: a pid that is given out again gets a new row. */
export class Roster {
  readonly pid: number[] = [];
  readonly role: number[] = [];
  /** CPU of a per-CPU kernel thread; else the first CPU that the task was seen on. */
  readonly cpu: number[] = [];
  /** Whether this is the first life of its pid, so that it may be shown under it. */
  readonly firstLife: boolean[] = [];
  /** Row of the parent whose fork was seen, else −1. */
  readonly parent: number[] = [];
  readonly info: Array<TaskInfo | null> = [];
  /**
   * Row of the recording's masks, −1 unknown: the one that the task came with, and the one that it has now. The kernel does
   * not choose a CPU for a task that is allowed on one only, so such a mask may never be seen: a child has its parent's.
   */
  readonly bornAllowed: number[] = [];
  readonly allowed: number[] = [];
  /** The recording's id of the group that a task came in, and of that it is in now, −1 unknown: a child is born in its parent's. */
  readonly bornGroup: number[] = [];
  readonly group: number[] = [];
  /** Scheduling policy, which children inherit, as far as it is known of tasks that were there before. */
  readonly policy: number[] = [];
  private readonly rows = new Map<number, number>();
  private readonly infos = new Map<number, TaskInfo>();

  private readonly cpus: number;

  constructor(contents: BundleContents) {
    this.cpus = contents.manifest.cpus;
    for (const info of contents.tasks) if (!this.infos.has(info.pid)) this.infos.set(info.pid, info);
  }

  get size(): number {
    return this.pid.length;
  }

  /** Row of a pid, made where it is new; a task seen first on `cpu` was there before the recording. */
  rowOf(pid: number, cpu: number): number {
    if (pid === 0) return IDLE_ROW;
    return this.rows.get(pid) ?? this.add(pid, cpu, -1);
  }

  /** A new life of `pid`. */
  birth(pid: number, parent: number, cpu: number): number {
    return this.add(pid, cpu, parent);
  }

  /** The task of `row` is in the recording's group `id` from now on. */
  movesTo(row: number, id: number): void {
    if (row !== IDLE_ROW) this.group[row] = id;
  }

  private add(pid: number, cpu: number, parent: number): number {
    const row = this.pid.length;
    const info = this.infos.get(pid) ?? null;
    const { role, cpu: own } = roleOf(info?.comm ?? '', parent < 0 && (info?.preexisting ?? true), this.cpus);
    this.pid.push(pid);
    this.role.push(role);
    this.cpu.push(own >= 0 ? own : cpu);
    this.firstLife.push(!this.rows.has(pid));
    this.parent.push(parent);
    this.info.push(info);
    const seen = info?.allowed ?? -1;
    const mask = seen < 0 && parent >= 0 ? this.allowed[parent]! : seen;
    this.bornAllowed.push(mask);
    this.allowed.push(mask);
    const group = info?.group ?? -1;
    const born = group < 0 && parent >= 0 ? this.group[parent]! : group;
    this.bornGroup.push(born);
    this.group.push(born);
    this.policy.push(info?.policy ?? (parent >= 0 ? this.policy[parent]! : 0));
    this.rows.set(pid, row);
    return row;
  }
}

/** What tasks of one kind are called: the name of a task without the numbers in it, as threads of a program often are counted. */
export function kindOf({ info }: Roster, row: number): string {
  return (info[row]?.comm ?? '').replace(/\d+/g, '');
}
