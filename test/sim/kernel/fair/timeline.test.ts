import { describe, expect, it } from 'vitest';
import { SCHED_NORMAL } from '../../../../src/sim/kernel/constants.js';
import { update_min_vruntime } from '../../../../src/sim/kernel/fair/curr.js';
import { pick_next_entity } from '../../../../src/sim/kernel/fair/pick.js';
import { __dequeue_entity, __enqueue_entity } from '../../../../src/sim/kernel/fair/timeline.js';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import { type Draw, repeat, same } from '../../../reference/draw.js';
import { kernel } from '../../../reference/kernel.js';
import { pickNextEntity } from '../../../reference/preempt.js';
import { assignTask, setNice } from '../../../reference/random-world.js';
import { updateMinVruntime } from '../../../reference/vruntime.js';
import { World } from '../../../reference/world.js';

const N = 100_000;
const TASKS = 40;

/** The waiting entities from both ends; the two must agree. */
function order(k: Kernel): number[] {
  const forth: number[] = [];
  for (let se = k.cfs.first[0]!; se !== NIL; se = k.se.next[se]!) forth.push(se);
  const back: number[] = [];
  for (let se = k.cfs.tail[0]!; se !== NIL; se = k.se.prev[se]!) back.push(se);
  back.reverse();
  if (forth.join() !== back.join()) throw new Error(`forth ${forth.join()}, back ${back.join()}`);
  return forth;
}

describe('the timeline', () => {
  it('equals a sorted array in which equals keep the order of arrival', () => {
    const k = kernel({ tasks: TASKS });
    const model: number[] = [];
    repeat(N, 131, (draw) => {
      const se = draw.below(TASKS);
      const at = model.indexOf(se);
      if (at >= 0) {
        __dequeue_entity(k, 0, se);
        model.splice(at, 1);
      } else {
        // Few different values, so that ties are common.
        k.se.vruntime[se] = draw.chance(70) ? draw.below(12) : draw.signed(40);
        __enqueue_entity(k, 0, se);
        let where = model.length;
        while (where > 0 && k.se.vruntime[model[where - 1]!]! > k.se.vruntime[se]!) where--;
        model.splice(where, 0, se);
      }
      const got = order(k);
      if (got.join() !== model.join()) throw new Error(`model ${got.join()}, reference ${model.join()}`);
    });
  });
});

/** A queue of up to 6 waiting tasks, perhaps a running one beside them, perhaps with buddies. */
function randomQueue(k: Kernel, draw: Draw): void {
  const { cfs, se } = k;
  while (cfs.first[0] !== NIL) __dequeue_entity(k, 0, cfs.first[0]!);
  cfs.curr[0] = NIL;
  const tasks = draw.below(7);
  const spread = draw.pick([3, 8, 21, 24, 45]);
  for (let p = 0; p <= tasks; p++) {
    setNice(k, p, draw.below(40) - 20, SCHED_NORMAL);
    se.vruntime[p] = draw.signed(spread);
    se.on_rq[p] = 1;
    if (p < tasks) __enqueue_entity(k, 0, p);
  }
  if (draw.chance(60) || tasks === 0) cfs.curr[0] = tasks;
  const buddies = tasks + (cfs.curr[0] === NIL ? 0 : 1);
  cfs.next[0] = draw.chance(30) ? draw.below(buddies) : NIL;
  cfs.last[0] = draw.chance(30) ? draw.below(buddies) : NIL;
  cfs.skip[0] = draw.chance(50) ? (draw.chance(60) ? leader(k) : draw.below(buddies)) : NIL;
  cfs.min_vruntime[0] = draw.signed(spread);
}

/** The entity that would be picked if there were no buddies. */
function leader(k: Kernel): number {
  const first = k.cfs.first[0]!;
  const curr = k.cfs.curr[0]!;
  if (first === NIL) return curr;
  return curr !== NIL && k.se.vruntime[curr]! < k.se.vruntime[first]! ? curr : first;
}

describe('what reads the timeline equals the reference', () => {
  it('pick_next_entity, with next, last and skip', () => {
    const k = kernel({ tasks: 8 });
    for (let p = 0; p < 8; p++) assignTask(k, p, 0);
    const world = new World(k);
    const picked = new Set<string>();
    repeat(N, 141, (draw) => {
      randomQueue(k, draw);
      world.load();
      const [cfs] = world.cfs;
      const want = pickNextEntity(BigInt(k.sysctl.wakeup_granularity_ns), cfs!, cfs!.curr);
      same('pick_next_entity', pick_next_entity(k, 0, k.cfs.curr[0]!), BigInt(want?.row ?? NIL));
      picked.add(want === cfs!.next ? 'next' : want === cfs!.last ? 'last' : want === cfs!.skip ? 'skip' : 'other');
    });
    expect([...picked].sort((a, b) => a.localeCompare(b))).toEqual(['last', 'next', 'other', 'skip']);
  });

  it('update_min_vruntime, with the current entity queued, not queued or absent', () => {
    const k = kernel({ tasks: 8 });
    for (let p = 0; p < 8; p++) assignTask(k, p, 0);
    const world = new World(k);
    repeat(N, 142, (draw) => {
      randomQueue(k, draw);
      if (k.cfs.curr[0] !== NIL) k.se.on_rq[k.cfs.curr[0]!] = draw.below(2);
      world.load();
      update_min_vruntime(k, 0);
      updateMinVruntime(world.cfs[0]!);
      world.compare();
    });
  });
});
