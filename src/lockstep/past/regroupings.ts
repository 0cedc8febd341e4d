import type { BundleContents } from '../../bundle/tables/contents.js';
import { WF_EXEC } from '../../sim/kernel/constants.js';
import type { Stretch } from './foresight.js';
import { push, runsOf, type Lives, type Run } from './sightings.js';

/** A task changes its group, which no event marks. */
export interface Regrouping {
  readonly ts: number;
  /** CPU that it runs on. */
  readonly cpu: number;
  readonly pid: number;
}

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** From the change of a running task's group to the record of the switch that puts it off its CPU, ns: a way through schedule(). */
const PUT_OFF_NS = 3300;
/** What a task runs at most from there to its exec(), ns: it writes to a file, closes that and starts the program. */
const TO_EXEC_NS = 60_000;

/**
 * Changes of group before a program is started in the new one, with their moments, which are written into the stretches. A running task
 * that is moved is rescheduled there and then, as its new group may be throttled; then whoever waits comes first. So
 * it was put off its CPU just after the change if it did little more until exec(); else that has to do, which begins with a search for
 * a CPU and is reported when it is over. (sched_move_task() in kernel/sched/core.c)
 *
 *     ──┤ change ┤ put off ┄┄┄┄┄┄┄┄ ├──┤ exec(): search ── sched_process_exec
 *
 * @param groups by pid; a change that is taken to be at the report of an exec() is looked at
 * @returns in order of time
 */
export function findRegroupings(contents: BundleContents, groups: ReadonlyMap<number, readonly Stretch[]>, { execs }: Lives): Regrouping[] {
  const found: Regrouping[] = [];
  let seen: Seen | null = null;
  for (const [pid, list] of groups) {
    for (const stretch of list) {
      const reports = (execs.get(pid) ?? []).filter((ts) => ts <= stretch.at);
      if (stretch.after === -Infinity || reports.at(-1) !== stretch.at) continue;
      seen ??= seenIn(contents);
      const since = Math.max(stretch.after, reports.at(-2) ?? -Infinity);
      const call = seen.calls.get(pid)?.findLast((ts) => ts > since && ts < stretch.at) ?? stretch.at;
      const own = (seen.runs.get(pid) ?? []).filter(({ ts }) => ts < call);
      const [before, at] = [own.at(-2), own.at(-1)];
      if (at === undefined) continue;
      const { placed } = seen;
      const put = before !== undefined && before.preempted && before.until > since && call - at.ts <= TO_EXEC_NS
        && ![before, at].some((run) => placesGroup(placed, run, since, call));
      stretch.at = put ? Math.max(before.until - PUT_OFF_NS, since + 1) : call;
      found.push({ ts: stretch.at, cpu: put ? before.cpu : at.cpu, pid });
    }
  }
  return found.sort((a, b) => a.ts - b.ts || a.cpu - b.cpu);
}

interface Seen {
  /** By pid. */
  readonly runs: ReadonlyMap<number, readonly Run[]>;
  /** When tasks began to look for a CPU for exec(), by pid. */
  readonly calls: ReadonlyMap<number, readonly number[]>;
  /** When a CPU queued the entity of a group on itself, by CPU. */
  readonly placed: ReadonlyMap<number, readonly number[]>;
}

function seenIn(contents: BundleContents): Seen {
  const { wakeups, places } = contents.instrument;
  const calls = new Map<number, number[]>();
  const searched = (wakeups?.columns ?? {}) as Columns;
  for (let row = 0; row < (wakeups?.rows ?? 0); row++) {
    if ((searched['wake_flags']![row]! & WF_EXEC) !== 0) push(calls, searched['pid']![row]!, searched['ts']![row]!);
  }
  const placed = new Map<number, number[]>();
  const { ts, pid, on, cpu } = (places?.columns ?? {}) as Columns;
  for (let row = 0; row < (places?.rows ?? 0); row++) {
    if (pid![row]! < 0 && on![row] === cpu![row]) push(placed, cpu![row]!, ts![row]!);
  }
  return { runs: runsOf(contents), calls, placed };
}

/** Whether the entity of a group was queued where a task ran, by its CPU: where the new group had nobody there, the record tells when it came. */
function placesGroup(placed: Seen['placed'], run: Run, since: number, call: number): boolean {
  return placed.get(run.cpu)?.some((ts) => ts > Math.max(run.ts, since) && ts <= Math.min(run.until, call)) ?? false;
}
