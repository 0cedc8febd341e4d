import { isAboveFair, UNKNOWN_PRIO } from '../tables/priority.js';
import type { RecordedGroup, TaskInfo } from '../tables/contents.js';
import { TextFile } from './text-lines.js';

const FILE = 'threads';
/** SCHED_NORMAL, _FIFO, _RR, _BATCH, _IDLE, _DEADLINE. */
const POLICIES: ReadonlySet<number> = new Set([0, 1, 2, 3, 5, 6]);
const FIFO = 1;
const RR = 2;
const DEADLINE = 6;

/** How a thread was set when the recording began. */
export interface ThreadStart {
  readonly policy: number;
  /** Kernel priority: 100…139 of fair tasks, 0…99 of real-time ones, −1 of deadline tasks. */
  readonly prio: number;
  /** Its cgroup, such as `/user.slice/x.scope`; `/` is the root. */
  readonly group: string;
}

/**
 * Policies, priorities and groups of the threads that were there when the recording began, from a capture's `threads` file: lines
 * `PID POLICY NICE RTPRIO GROUP`, as /proc shows them for each thread (`stat`, and `cgroup` of the unified hierarchy). Without the
 * file, nothing.
 * @throws InputError naming file and line
 */
export function readThreads(directory: string): ReadonlyMap<number, ThreadStart> {
  const file = TextFile.ifThere(directory, FILE);
  const found = new Map<number, ThreadStart>();
  file?.lines.forEach((text, i) => {
    const match = /^(\d{1,9}) (\d) (-?\d{1,2}) (\d{1,2}) (\/.*)$/.exec(text);
    if (match === null) throw file.error(i, 'a pid, policy, nice value, real-time priority and cgroup, such as 1234 0 -5 0 /user.slice');
    const [policy, nice, real] = [match[2], match[3], match[4]].map(Number) as [number, number, number];
    if (!POLICIES.has(policy)) throw file.error(i, 'a policy of 0 normal, 1 FIFO, 2 RR, 3 batch, 5 idle, 6 deadline');
    if (nice < -20 || nice > 19) throw file.error(i, 'a nice value within -20…19');
    found.set(Number(match[1]), { policy, prio: prioOf(policy, nice, real), group: match[5]! });
  });
  return found;
}

function prioOf(policy: number, nice: number, real: number): number {
  if (policy === DEADLINE) return -1;
  return policy === FIFO || policy === RR ? 99 - real : 120 + nice;
}

/** Tasks that know what the `threads` file says, and the groups that any of them is in. */
export interface Told {
  readonly tasks: TaskInfo[];
  readonly groups: readonly RecordedGroup[];
}

/**
 * Adds it to tasks that were there before, as far as the trace has not told it of them. A thread whose cgroup is not among `groups` –
 * its CPU controller is off – belongs to the nearest above it that is. Where the trace names no group, those that no task is in are
 * left out: a machine has many.
 * @param seen the trace tells groups of its own
 */
export function withThreads(
  tasks: readonly TaskInfo[], groups: readonly RecordedGroup[], threads: ReadonlyMap<number, ThreadStart>, seen: boolean,
): Told {
  if (threads.size === 0) return { tasks: [...tasks], groups };
  const ids = new Map(groups.map(({ id, name }) => [name, id]));
  const idOf = (path: string): number => {
    for (let name = path.slice(1); name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('/')))) {
      const id = ids.get(name);
      if (id !== undefined) return id;
    }
    return 0;
  };
  const told = tasks.map((task): TaskInfo => {
    const thread = task.preexisting ? threads.get(task.pid) : undefined;
    if (thread === undefined) return task;
    const fair = !isAboveFair(thread.prio);
    return {
      ...task,
      prio: task.prio === UNKNOWN_PRIO && fair ? thread.prio : task.prio,
      group: task.group === -1 ? idOf(thread.group) : task.group,
      ...(fair && thread.policy !== 0 ? { policy: thread.policy } : {}),
    };
  });
  if (seen) return { tasks: told, groups };
  const used = new Set(told.map(({ group }) => group));
  // Those that others are in come before them.
  for (const { id, parent } of [...groups].reverse()) if (used.has(id)) used.add(parent);
  return { tasks: told, groups: groups.filter(({ id }) => used.has(id)) };
}
