import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import type { Roster } from '../read/roster.js';
import type { Block } from './pools.js';

/** Waits of a family, from which on they are looked at. */
const FEWEST_WAITS = 16;

/**
 * Finds waits for locks of the kernel: uninterruptible ones within a family that one of it ended, as threads meet at the lock of their
 * address space. Who meets whom there is a coincidence: that a task waited does not mean that it needs the other one. In another run
 * it comes when that one is gone, or long before, and meets others that no recording shows. So such a wait ends by itself when it has
 * lasted as long as it did, and earlier where the one that ended it then comes meanwhile.
 *
 *     a  ──RUN──┤POST   ──RUN──          ──RUN──┤SIGNAL b's own condition
 *     b      WAIT┤──RUN──           →    b's WAIT: SLEEP for as long as it waited
 *
 * The first time that a child ends a wait of its parent may be that it leaves the address space that both have (vfork()), which its parent
 * needs. Kernel threads wait for what others do for them.
 *
 * @param waits uninterruptible ones, in order
 * @param others tasks whose waits are understood otherwise
 * @param first number of the first condition that is free
 * @returns how many conditions are needed
 */
export function findLockWaits(
  log: ActionLog, waits: readonly Block[], roster: Roster, others: ReadonlySet<number>, first: number,
): number {
  const families = new Map<number, Block[]>();
  const told = new Set<number>();
  for (const wait of waits) {
    const { task, waker, row, post } = wait;
    const family = familyOf(task, waker, roster);
    if (family < 0 || others.has(task) || others.has(waker)) continue;
    if (family === task && !told.has(waker)) {
      told.add(waker);
      continue;
    }
    if (log.code[row] !== Op.WAIT || log.code[post] !== Op.POST) continue;
    const list = families.get(family);
    if (list === undefined) families.set(family, [wait]);
    else list.push(wait);
  }
  const own = new Map<number, number>();
  for (const list of families.values()) {
    if (list.length < FEWEST_WAITS) continue;
    for (const { task, ns, row, post } of list) {
      const condition = first + (own.get(task) ?? own.size);
      own.set(task, condition - first);
      log.code[row] = Op.SLEEP;
      log.a[row] = Math.max(1, ns);
      log.b[row] = condition + 1;
      log.code[post] = Op.SIGNAL;
      log.a[post] = condition;
      log.b[post] = 0;
    }
  }
  return own.size;
}

/** The parent of both, or the one of them that is the other's; −1 where there is none. */
function familyOf(task: number, waker: number, { parent }: Roster): number {
  if (parent[waker] === task) return task;
  if (parent[task] === waker || parent[task] === parent[waker]) return parent[task] ?? -1;
  return -1;
}
