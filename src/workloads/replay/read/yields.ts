import type { BundleContents } from '../../../bundle/tables/contents.js';
import { DEFAULT_PRIO, isAboveFair, UNKNOWN_PRIO } from '../../../bundle/tables/priority.js';
import type { TableData } from '../../../sim/records/records.js';
import { ALLOWED, EXIT, GROUP, PRIO, SWITCH, THROTTLE, WAKING, type Events } from './events.js';

/** Cause in a record of preemption: the running task had been told to go before. */
const TOLD_BEFORE = 2;

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Rows of the switches by which a task went that had called sched_yield(). No event shows the call. But a task that stays
 * runnable goes because it was told to – by a task that woke, by a tick, by a class above its own, by a change to itself or to
 * its group – or because it was woken on its way to sleep, or else because it yielded. Empty where the recording does not show
 * what tells tasks to go.
 */
export function findYields({ rows, ts, cpu, kind, pid, a, b }: Events, { tasks, instrument }: BundleContents): Set<number> {
  const yields = new Set<number>();
  const told = toldToGo(instrument?.preempts, instrument?.ticks);
  if (told === null) return yields;
  const prio = new Map(tasks.filter((task) => task.prio !== UNKNOWN_PRIO).map((task) => [task.pid, task.prio]));
  /** By CPU: who runs, and whether something may have told it to go since. */
  const running = new Map<number, number>();
  const excused = new Set<number>();
  const leaving = new Set<number>();
  let next = 0;
  for (let row = 0; row < rows; row++) {
    for (; next < told.length && told[next]!.ts <= ts[row]!; next++) excused.add(told[next]!.cpu);
    const [on, who] = [cpu[row]!, pid[row]!];
    switch (kind[row]) {
      case SWITCH: {
        const before = a[row]!;
        const stays = b[row] === 0 && before !== 0 && running.get(on) === before;
        const ousted = [who, before].some((each) => isAboveFair(prio.get(each) ?? DEFAULT_PRIO));
        if (stays && !ousted && !excused.has(on) && !leaving.has(before)) yields.add(row);
        // It is asleep or gone: the pid may be given out again.
        if (b[row] !== 0) leaving.delete(before);
        running.set(on, who);
        excused.delete(on);
        break;
      }
      case PRIO:
        prio.set(who, a[row]!);
        excuse(running, who, excused);
        break;
      case EXIT:
        leaving.add(who);
        break;
      case WAKING:
      case ALLOWED:
      case GROUP:
        excuse(running, who, excused);
        break;
      case THROTTLE:
        excused.add(on);
        break;
      default:
    }
  }
  return yields;
}

/** Something happens to a task, which may run. */
function excuse(running: ReadonlyMap<number, number>, pid: number, excused: Set<number>): void {
  for (const [cpu, who] of running) if (who === pid) excused.add(cpu);
}

/** When which CPU's task was told to go by a wake-up or a tick, in order of time; null where that is not recorded. */
function toldToGo(preempts: TableData | undefined, ticks: TableData | undefined): { readonly ts: number; readonly cpu: number }[] | null {
  if (preempts === undefined || preempts.rows === 0) return null;
  const told: { ts: number; cpu: number }[] = [];
  const p = preempts.columns as Columns;
  for (let row = 0; row < preempts.rows; row++) {
    if (p['result']![row] === 1 || p['cause']![row] === TOLD_BEFORE) told.push({ ts: p['ts']![row]!, cpu: p['cpu']![row]! });
  }
  const t = (ticks?.columns ?? {}) as Columns;
  for (let row = 0; row < (ticks?.rows ?? 0); row++) if (t['resched']![row] === 1) told.push({ ts: t['ts']![row]!, cpu: t['cpu']![row]! });
  return told.sort((x, y) => x.ts - y.ts);
}
