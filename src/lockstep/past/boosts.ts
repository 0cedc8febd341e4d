/**
 * Priority inheritance: a fair task that holds a lock for which one above the fair class waits has that one's priority meanwhile, which
 * no event marks. It is lent as the waiter goes to sleep, and taken back as the holder wakes it.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { isAboveFair } from '../../bundle/tables/priority.js';
import { KIND } from '../../sim/records/records.js';
import type { ClassChange, Stretch } from './foresight.js';

/** From the change of the holder's priority to the record of the waiter's switch, and to that of its waking, ns. */
const LENT_NS = 1500;
const RETURNED_NS = 400;

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** A task above the fair class goes to sleep, or is woken, on a CPU. */
interface Deed {
  readonly ts: number;
  readonly cpu: number;
}

/** What those of one kernel priority do, in order of time. */
interface Deeds {
  readonly sleeps: Deed[];
  readonly wakings: Deed[];
}

/**
 * The changes of class that priority inheritance explains; the stretches get their times.
 * @param priorities of every task, in order of time
 * @param fair when each task was seen to run in the fair class, in order of time, ns
 * @kernel kernel/locking/rtmutex.c rt_mutex_adjust_prio; kernel/sched/core.c rt_mutex_setprio
 * @omits boosts by deadline tasks, which all have one priority, and by what waits without going to sleep
 */
export function boostsOf(
  contents: BundleContents, priorities: ReadonlyMap<number, readonly Stretch[]>, fair: ReadonlyMap<number, readonly number[]>,
): ClassChange[] {
  const deeds = deedsOf(contents, priorities);
  const changes: ClassChange[] = [];
  for (const [pid, list] of priorities) {
    list.forEach((stretch, i) => {
      const before = list[i - 1];
      if (before === undefined || isAboveFair(before.value) === isAboveFair(stretch.value)) return;
      const lends = isAboveFair(stretch.value);
      const of = deeds.get(lends ? stretch.value : before.value);
      // A task that stays above the fair class for good has been put there.
      if (of === undefined || (lends && list[i + 1] === undefined)) return;
      const wasFair = lends ? (fair.get(pid)?.findLast((ts) => ts < stretch.seen) ?? -Infinity) : -Infinity;
      const found = first(lends ? of.sleeps : of.wakings, Math.max(stretch.after, before.at, wasFair), stretch.seen);
      if (found === null) return;
      stretch.at = Math.max(stretch.after + 1, found.ts - (lends ? LENT_NS : RETURNED_NS));
      changes.push({ ts: stretch.at, cpu: found.cpu, pid, prio: stretch.value });
    });
  }
  return changes;
}

function deedsOf({ tables }: BundleContents, priorities: ReadonlyMap<number, readonly Stretch[]>): Map<number, Deeds> {
  const deeds = new Map<number, Deeds>();
  const above = new Set([...priorities].filter(([, list]) => list.some(({ value }) => isAboveFair(value))).map(([pid]) => pid));
  const { rows, columns } = tables.events;
  const { ts, cpu, kind, pid, a, b } = columns as Columns;
  for (let row = 0; row < rows; row++) {
    const sleeps = kind![row] === KIND.switch && b![row] !== 0;
    const who = sleeps ? a![row]! : pid![row]!;
    if ((!sleeps && kind![row] !== KIND.waking) || !above.has(who)) continue;
    const prio = priorities.get(who)!.findLast(({ seen }) => seen <= ts![row]!)?.value;
    if (prio === undefined || !isAboveFair(prio)) continue;
    let own = deeds.get(prio);
    if (own === undefined) deeds.set(prio, (own = { sleeps: [], wakings: [] }));
    own[sleeps ? 'sleeps' : 'wakings'].push({ ts: ts![row]!, cpu: cpu![row]! });
  }
  return deeds;
}

/** The first deed after `after`, and not after `until`. */
function first(deeds: readonly Deed[], after: number, until: number): Deed | null {
  let [low, high] = [0, deeds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (deeds[middle]!.ts <= after) low = middle + 1;
    else high = middle;
  }
  const found = deeds[low];
  return found !== undefined && found.ts <= until ? found : null;
}
