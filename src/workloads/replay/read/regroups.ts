import type { BundleContents } from '../../../bundle/tables/contents.js';
import { EXEC, FORK, GROUP, type Events } from './events.js';
import type { Execs } from './execs.js';

/** A task is in another group from `ts` on, and no event says so before. */
export interface Regroup {
  readonly ts: number;
  readonly pid: number;
  /** CPU that it runs on. */
  readonly cpu: number;
  /** The recording's id. */
  readonly group: number;
}

export const NO_REGROUPS: readonly Regroup[] = [];

/**
 * What forks show of their parents' groups: a child is placed on the queue of its parent, in the parent's group. Changes of groups have
 * no event of their own, and who runs and forks is seen on no queue itself until it sleeps. A program that is started in another group is
 * put there before exec(), so that the last one before the fork tells when, unless the task was seen in the old group after it.
 *
 * (task_fork_fair(), cpu_cgroup_attach() in kernel/sched)
 * @returns in order of time
 */
export function findRegroups(contents: BundleContents, { rows, ts, cpu, kind, pid, a }: Events, execs: Execs): readonly Regroup[] {
  const { places } = contents.instrument;
  if (places === undefined || (contents.manifest.groups ?? []).length === 0) return NO_REGROUPS;
  const { ts: placed, pid: who, tg, initial } = places.columns as Record<'ts' | 'pid' | 'tg' | 'initial', ArrayLike<number>>;
  const groups = new Map<number, number>();
  for (const info of contents.tasks) groups.set(info.pid, Math.max(0, info.group));
  /** Group that a child was last born in, by pid. */
  const born = new Map<number, number>();
  /** When a task last called exec(), and was last seen in its group. */
  const called = new Map<number, number>();
  const seen = new Map<number, number>();
  const found: Regroup[] = [];
  let place = 0;
  let exec = 0;
  for (let row = 0; row < rows; row++) {
    const now = ts[row]!;
    for (; exec < execs.count && execs.ts[exec]! <= now; exec++) called.set(execs.pid[exec]!, execs.ts[exec]!);
    for (; place < places.rows && placed[place]! <= now; place++) {
      if (initial[place] === 1) born.set(who[place]!, tg[place]!);
      seen.set(who[place]!, placed[place]!);
    }
    if (kind[row] === GROUP) groups.set(pid[row]!, a[row]!);
    else if (kind[row] === EXEC && !execs.reports.has(row)) called.set(pid[row]!, now);
    if (kind[row] !== FORK) continue;
    const parent = pid[row]!;
    const group = born.get(a[row]!);
    if (group === undefined || parent <= 0) continue;
    if (group !== (groups.get(parent) ?? 0)) {
      const since = called.get(parent) ?? -Infinity;
      found.push({ ts: since > (seen.get(parent) ?? -Infinity) ? since : now, pid: parent, cpu: cpu[row]!, group });
      groups.set(parent, group);
    }
    groups.set(a[row]!, group);
  }
  return found.sort((x, y) => x.ts - y.ts);
}
