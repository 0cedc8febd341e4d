import type { BundleContents } from '../../../bundle/tables/contents.js';
import { DEFAULT_PRIO, isAboveFair, UNKNOWN_PRIO } from '../../../bundle/tables/priority.js';
import type { InitialTask, TaskTemplate } from '../../../sim/programs/program.js';
import type { TableData } from '../../../sim/records/records.js';
import type { ActionLog } from './action-log.js';
import type { GroupRows } from './groups.js';
import type { Lives } from './lives.js';
import type { MaskRows } from './masks.js';
import { niceOf } from './nice.js';
import type { ReplayStats } from '../options.js';
import type { Plan } from '../plan.js';
import { ROLE_NOISE, ROLE_OMITTED } from './roster.js';
import type { Roster } from './roster.js';

/** Longest comm that a task can have. */
const COMM_LENGTH = 15;

/**
 * Row of the workload's templates by task; −1 for tasks that are left out: the stoppers, and what was there from the
 * start and did nothing but exist (its program is nothing but the EXIT).
 */
export function templateRows(roster: Roster, log: ActionLog): Int32Array {
  const ops = new Int32Array(roster.size);
  for (let row = 0; row < log.rows; row++) ops[log.task[row]!]!++;
  const template = new Int32Array(roster.size);
  let rows = 0;
  for (let row = 0; row < roster.size; row++) {
    const nothing = roster.parent[row] === -1 && ops[row]! <= 1;
    template[row] = nothing || roster.role[row] === ROLE_OMITTED ? -1 : rows++;
  }
  return template;
}

/** What the tasks are born with, and which of them are there without being forked. Counts them in `stats`. */
export function makeTemplates(
  contents: BundleContents,
  roster: Roster,
  lives: Lives,
  rows: Int32Array,
  entry: Int32Array,
  masks: MaskRows,
  groups: GroupRows,
  { killed, goingOn }: Plan,
  recordedNs: number,
  stats: ReplayStats,
): { templates: TaskTemplate[]; initial: InitialTask[] } {
  const policies = firstPolicies(contents.tables.decisions);
  const templates: TaskTemplate[] = [];
  const initial: InitialTask[] = [];
  const forks = new Set<number>();
  for (let row = 0; row < roster.size; row++) {
    if (rows[row] === -1) continue;
    if (lives.exited[row] === true) stats.exits++;
    if (roster.parent[row] !== -1) forks.add(roster.parent[row]!);
  }
  const share = (ns: number): number => Math.min(1024, Math.round((1024 * ns) / Math.max(1, recordedNs)));
  // A task that goes on when the recording ends has done so when it began.
  const busy = (row: number): Pick<InitialTask, 'busy'> =>
    goingOn.has(row) && lives.startNs[row] === undefined
      ? { busy: busyFor(share(lives.log.ran[row] ?? 0), share(lives.presence.of(row, lives.startTs + recordedNs))) }
      : {};
  for (let row = 0; row < roster.size; row++) {
    if (rows[row] === -1) continue;
    const info = roster.info[row]!;
    const pid = roster.pid[row]!;
    const seen = info?.prio ?? UNKNOWN_PRIO;
    const prio = seen === UNKNOWN_PRIO ? DEFAULT_PRIO : seen;
    const noise = roster.role[row] === ROLE_NOISE;
    // Daemons and kernel threads that were there before and stay; not the shell that forks the workload, for the run
    // would be over before it has. Where nobody else is there, there would be nobody left to wait for.
    const daemon = roster.parent[row] === -1 && lives.exited[row] !== true && !forks.has(row);
    // Nor for those that end with their parent.
    const background = (daemon && (stats.exits > 0 || forks.size > 0)) || killed.has(row);
    if (noise) stats.noiseTasks++;
    if (background) stats.backgroundTasks++;
    else if (lives.exited[row] !== true) stats.unfinishedTasks++;
    if (isAboveFair(prio)) stats.realtimeTasks++;
    if (roster.parent[row] === -1 || lives.startNs[row] !== undefined) {
      const cpu = Math.max(0, Math.min(roster.cpu[row]!, contents.manifest.cpus - 1));
      const startNs = lives.startNs[row];
      initial.push({ template: templates.length, startNs: startNs ?? 0, cpu, ...(startNs === undefined ? { slept: true } : {}), ...busy(row) });
    }
    templates.push({
      comm: (info?.comm || `pid${pid}`).slice(0, COMM_LENGTH),
      entry: entry[row]!,
      nice: niceOf(prio),
      policy: policies.get(pid) ?? roster.policy[row]!,
      mask: noise ? masks.row([roster.cpu[row]!]) : masks.recordedRow(roster.bornAllowed[row]!),
      group: groups.row(roster.bornGroup[row]!),
      workingSet: 0,
      touchRate: 0,
      ...(noise ? { perCpuKthread: true } : {}),
      ...(roster.firstLife[row] === true ? { pid } : {}),
      ...(background ? { background: true } : {}),
    });
  }
  return { templates, initial };
}

function busyFor(running: number, runnable: number): NonNullable<InitialTask['busy']> {
  return { running, runnable: Math.max(running, runnable) };
}

/** Scheduling policy by pid, as the first decision about a task shows it. */
function firstPolicies(decisions: TableData): Map<number, number> {
  const policies = new Map<number, number>();
  const pid = decisions.columns['pid'];
  const policy = decisions.columns['policy'];
  if (pid === undefined || policy === undefined) return policies;
  for (let row = 0; row < decisions.rows; row++) {
    const value = policy[row]!;
    if ((value === 0 || value === 3 || value === 5) && !policies.has(pid[row]!)) policies.set(pid[row]!, value);
  }
  return policies;
}
