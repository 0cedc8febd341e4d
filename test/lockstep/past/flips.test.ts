import { beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../../../src/lockstep/world/world.js';
import { NIL } from '../../../src/sim/kernel/state/table.js';
import { Recording, start } from '../support/recording.js';

/** A parent of the past with two children, one of which has woken somebody when it was due; and a task that wakes very many. */
let w: World;
let quiet = NIL;
let waking = NIL;
let busy = NIL;
const flips = (row: number): number => w.k.task.wakee_flips[row]!;

/** The task wakes another on CPU 0, of which the record says so. */
function wakes(waker: number, wakee: number, wide: 0 | 1): boolean {
  w.k.rq.curr[0] = waker;
  w.k.g.this_cpu[0] = 0;
  return w.flips.learn(wakee, 0, wide);
}

beforeEach(() => {
  w = new Recording().task(10).task(11).task(12).world();
  const parent = start(w, 10, 0);
  w.k.task.wakee_flip_decay_ts[parent] = w.k.g.jiffies[0]! - w.k.hz - 1;
  [quiet, waking] = [w.roster.born(500, 20, 0, parent), w.roster.born(510, 21, 0, parent)];
  busy = w.roster.adopt(11, 0);
  w.k.task.wakee_flips[busy] = 800;
  w.k.task.wakee_flip_decay_ts[busy] = w.k.g.jiffies[0]!;
  expect(wakes(waking, quiet, 0)).toBe(false);
  expect([w.k.rq.sd_llc_size[0], w.roster.halved[waking], w.roster.halved[quiet], flips(waking)]).toEqual([8, 1, 0, 1]);
});

describe('wakee_flips of the past', () => {
  it('are learned from what wake_wide() answers, and are half as many where a task has woken somebody since', () => {
    expect(wakes(busy, quiet, 1)).toBe(true);
    expect([flips(busy), flips(quiet), flips(waking)]).toEqual([801, 8, 1 + 4]);
    // 801 is less than 8 times 101.
    expect(wakes(busy, quiet, 0)).toBe(true);
    expect([flips(quiet), flips(waking)]).toEqual([101, 1 + 50]);
    expect(wakes(busy, quiet, 0)).toBe(false);
    // 802, as it wakes another now, is more than 8 times 51.
    expect(wakes(busy, waking, 1)).toBe(false);
    expect(wakes(busy, waking, 0)).toBe(true);
    expect([flips(quiet), flips(waking)]).toEqual([200, 1 + 100]);
  });

  it('are not halved before a second has passed, within which they were, no record says when', () => {
    const other = start(w, 12, 1);
    w.k.task.wakee_flips[other] = 40;
    wakes(other, quiet, 0);
    expect([flips(other), w.roster.halved[other]]).toEqual([41, 0]);
    w.k.g.jiffies[0]! += w.k.hz + 1;
    wakes(other, waking, 0);
    expect([flips(other), w.roster.halved[other]]).toEqual([21, 1]);
    expect(w.k.rq.idle_wakee_flip_decay_ts[0]).toBeGreaterThan(0);
  });

  it('are inherited as they stand, halvings and all', () => {
    wakes(busy, quiet, 0);
    const grandchild = w.roster.born(600, 30, 0, waking);
    expect(wakes(busy, quiet, 1)).toBe(true);
    expect([w.roster.halved[grandchild], flips(grandchild), flips(waking)]).toEqual([1, 5, 5]);
  });

  it('are lowered where both descend from one task and had too much', () => {
    wakes(busy, quiet, 1);
    wakes(busy, quiet, 0);
    w.k.task.wakee_flips[waking] = 700;
    expect(wakes(waking, quiet, 1)).toBe(true);
    expect(flips(quiet)).toBeLessThan(101);
    expect(flips(waking)).toBeGreaterThanOrEqual(8 * flips(quiet));
  });

  it('of the idle task are its CPU’s own', () => {
    w.k.rq.idle_wakee_flips[0] = 9;
    w.k.rq.idle_wakee_flip_decay_ts[0] = w.k.g.jiffies[0]!;
    w.k.task.wakee_flips[busy] = 800;
    expect(wakes(NIL, busy, 0)).toBe(true);
    expect(w.k.rq.idle_wakee_flips[0]! * 8).toBeGreaterThan(800);
    expect(w.k.rq.idle_wakee_flips[1]).toBe(0);
    expect(flips(quiet)).toBe(0);
  });

  it('are not believed for ever', () => {
    expect(w.flips.contradicted).toBe(false);
    const taught = Array.from({ length: 100 }, (_, i) => wakes(busy, quiet, i % 2 === 0 ? 1 : 0));
    expect(taught[0]).toBe(true);
    expect(taught.at(-1)).toBe(false);
    expect(w.flips.contradicted).toBe(true);
  });
});
