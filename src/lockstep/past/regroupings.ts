import type { BundleContents } from '../../bundle/tables/contents.js';
import { WF_EXEC } from '../../sim/kernel/constants.js';
import { KIND } from '../../sim/records/records.js';
import type { Stretch } from './foresight.js';
import type { Lives } from './sightings.js';

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

interface Run {
  readonly cpu: number;
  readonly from: number;
  /** When it was switched out; Infinity: it was not. */
  to: number;
  /** It could have run on. */
  preempted: boolean;
}

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
  let runs: Map<number, Run[]> | null = null;
  for (const [pid, list] of groups) {
    for (const stretch of list) {
      const reports = (execs.get(pid) ?? []).filter((ts) => ts <= stretch.at);
      if (stretch.after === -Infinity || reports.at(-1) !== stretch.at) continue;
      const since = Math.max(stretch.after, reports.at(-2) ?? -Infinity);
      const call = callOf(contents, pid, since, stretch.at);
      runs ??= runsOf(contents, groups);
      const own = (runs.get(pid) ?? []).filter(({ from }) => from < call);
      const at = own.at(-1);
      if (at === undefined) continue;
      const before = own.at(-2);
      const put = before !== undefined && before.preempted && before.to > since && call - at.from <= TO_EXEC_NS
        && ![before, at].some((run) => placesGroup(contents, run, since, call));
      stretch.at = put ? Math.max(before.to - PUT_OFF_NS, since + 1) : call;
      found.push({ ts: stretch.at, cpu: put ? before.cpu : at.cpu, pid });
    }
  }
  return found.sort((a, b) => a.ts - b.ts || a.cpu - b.cpu);
}

/** Whether the entity of a group was queued where a task ran, by its CPU: where the new group had nobody there, the record tells when it came. */
function placesGroup({ instrument }: BundleContents, { cpu, from, to }: Run, since: number, until: number): boolean {
  const { ts, pid, on, cpu: where } = (instrument.places?.columns ?? {}) as Columns;
  for (let row = 0; row < (instrument.places?.rows ?? 0); row++) {
    if (ts![row]! > Math.min(to, until)) return false;
    if (pid![row]! < 0 && on![row] === cpu && where![row] === cpu && ts![row]! > Math.max(from, since)) return true;
  }
  return false;
}

/** When the exec() that is reported at `report` began to look for a CPU. */
function callOf({ instrument }: BundleContents, pid: number, since: number, report: number): number {
  const { ts, pid: who, wake_flags: flags } = (instrument.wakeups?.columns ?? {}) as Columns;
  let call = report;
  for (let row = 0; row < (instrument.wakeups?.rows ?? 0); row++) {
    if (who![row] === pid && (flags![row]! & WF_EXEC) !== 0 && ts![row]! > since && ts![row]! < report) call = ts![row]!;
  }
  return call;
}

/** When and where some tasks ran, by pid. */
function runsOf({ tables }: BundleContents, of: ReadonlyMap<number, unknown>): Map<number, Run[]> {
  const runs = new Map<number, Run[]>();
  const { ts, cpu, kind, pid, a, b } = tables.events.columns as Columns;
  for (let row = 0; row < tables.events.rows; row++) {
    if (kind![row] !== KIND.switch) continue;
    const last = runs.get(a![row]!)?.at(-1);
    if (last !== undefined) [last.to, last.preempted] = [ts![row]!, b![row] === 0];
    if (!of.has(pid![row]!)) continue;
    const run = { cpu: cpu![row]!, from: ts![row]!, to: Infinity, preempted: false };
    const list = runs.get(pid![row]!);
    if (list === undefined) runs.set(pid![row]!, [run]);
    else list.push(run);
  }
  return runs;
}
