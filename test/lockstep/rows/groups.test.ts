import { describe, expect, it } from 'vitest';
import { onPlaceGroup } from '../../../src/lockstep/rows/groups.js';
import { onMigrate, onThrottle } from '../../../src/lockstep/rows/moves.js';
import { onLeft } from '../../../src/lockstep/rows/exits.js';
import { onPlace } from '../../../src/lockstep/rows/wakeups.js';
import type { World } from '../../../src/lockstep/world/world.js';
import { TASK_ON_RQ_MIGRATING, TASK_ON_RQ_QUEUED } from '../../../src/sim/kernel/constants.js';
import { Recording, group, start } from '../support/recording.js';

const [A, B] = [2, 3];
const T = 2_000_000;

function world(): World {
  return new Recording([group(A), group(B), group(4, A)]).task(10).task(11).task(12).task(13).world();
}

/** A row of the places table. */
const place = (cpu: number, pid: number, tg: number, initial = 0, after = 5000): Record<string, number[]> => ({
  ts: [T], cpu: [cpu], on: [cpu], pid: [pid], tg: [tg], initial: [initial], before: [0], after: [after], candidate: [0],
  min_vruntime: [1000], nr: [1],
});

describe('the entity of a group that is placed', () => {
  it('is that of the task that was woken just before, level by level', () => {
    const w = world();
    start(w, 10, 0);
    w.roster.adopt(11, 0);
    onPlace(w, place(0, 11, 4), 0);
    const [inner, outer] = [w.k.tg_se(w.group(4), 0), w.k.tg_se(w.group(A), 0)];
    expect(w.queued[0]).toEqual([inner, outer]);
    onPlaceGroup(w, T, 0, 0, w.group(A), 1000, 7000);
    onPlaceGroup(w, T, 0, 0, 0, 1000, 9000);
    expect([w.k.se.vruntime[inner], w.k.se.vruntime[outer]]).toEqual([7000, 9000]);
    expect(w.queued[0]).toEqual([]);
  });

  it('is left alone where the group was queued already', () => {
    const w = world();
    start(w, 10, 0, A);
    w.roster.adopt(11, 0);
    onPlace(w, place(0, 11, A), 0);
    expect(w.queued[0]).toEqual([]);
  });

  it('is that of a new task, whose first queueing has no record of its own', () => {
    const w = world();
    const parent = start(w, 10, 0, A);
    onPlace(w, { ...place(0, 20, A, 1) }, 0);
    const child = w.roster.row(20);
    expect(w.k.task.tg[child]).toBe(w.group(A));
    w.k.task.cpu[child] = 1;
    w.k.se.cfs_rq[child] = w.k.tg_cfs_rq(w.group(A), 1);
    w.k.se.parent[child] = w.k.tg_se(w.group(A), 1);
    onPlaceGroup(w, T, 1, 0, 0, 1000, 6000);
    expect(w.k.task.on_rq[child]).toBe(TASK_ON_RQ_QUEUED);
    expect(w.k.se.vruntime[w.k.tg_se(w.group(A), 1)]).toBe(6000);
    expect(w.k.task.on_rq[parent]).toBe(TASK_ON_RQ_QUEUED);
  });

  it('is that of a task that has been moved to the CPU', () => {
    const w = world();
    start(w, 10, 0, B);
    const p = start(w, 11, 0, A);
    onMigrate(w, T, 0, 11, 0, 1);
    expect(w.k.task.on_rq[p]).toBe(TASK_ON_RQ_MIGRATING);
    onPlaceGroup(w, T, 1, 0, 0, 1000, 8000);
    expect(w.k.task.on_rq[p]).toBe(TASK_ON_RQ_QUEUED);
    expect(w.k.se.vruntime[w.k.tg_se(w.group(A), 1)]).toBe(8000);
  });

  it('tells when the running task changes its group, if it is seen in another later', () => {
    const r = new Recording([group(A)]).task(10);
    r.put('places', { ts: 100, cpu: 0, on: 0, pid: 10, tg: 0, initial: 0 });
    r.put('places', { ts: 5_000_000, cpu: 0, on: 0, pid: 10, tg: A, initial: 0 });
    const w = r.world();
    const p = start(w, 10, 0);
    onPlaceGroup(w, T, 0, 0, 0, 1000, 4000);
    expect(w.k.task.tg[p]).toBe(w.group(A));
    expect(w.k.se.vruntime[w.k.tg_se(w.group(A), 0)]).toBe(4000);
    expect(w.foresight.group(10, T)).toBe(A);
    expect(w.k.rq.curr[0]).toBe(p);
  });

  it('is that of an exiting task, which is moved to the group that it is in', () => {
    const w = world();
    start(w, 10, 0, A);
    onLeft(w, { ts: T, cpu: 0, pid: 10 });
    expect(w.queued[0]).toEqual([w.k.tg_se(w.group(A), 0)]);
    expect(w.k.rq.nr_running[0]).toBe(1);
    start(w, 11, 0, A);
    onLeft(w, { ts: T, cpu: 0, pid: 11 });
    expect(w.queued[0]).toEqual([]);
  });

  it('of nobody that could be meant changes nothing', () => {
    const w = world();
    start(w, 10, 0);
    const before = w.k.arena.save();
    onPlaceGroup(w, T, 0, 0, 0, 1000, 4000);
    expect(w.k.arena.save()).toEqual(before);
  });
});

describe('throttling', () => {
  it('takes a group with all its tasks off the CPU, and puts it back', () => {
    const w = new Recording([group(A, 0, 1e6)]).task(10).task(11).task(12).world();
    start(w, 10, 0, A);
    start(w, 11, 0, A);
    start(w, 12, 0);
    onThrottle(w, T, 0, A, 1);
    expect([w.k.rq.nr_running[0], w.k.cfs.h_nr_running[0], w.switching[0]]).toEqual([1, 1, 1]);
    onThrottle(w, 2 * T, 0, A, 0);
    expect(w.k.rq.nr_running[0]).toBe(3);
    expect(w.queued[0]).toEqual([w.k.tg_se(w.group(A), 0)]);
  });

  it('of a group that nothing runs in is not part of a switch', () => {
    const w = new Recording([group(A, 0, 1e6)]).task(10).task(11).world();
    start(w, 10, 0);
    start(w, 11, 0, A);
    onThrottle(w, T, 0, A, 1);
    expect([w.k.rq.nr_running[0], w.switching[0]]).toEqual([1, 0]);
  });

  it('of a group that the recording does not describe changes nothing', () => {
    const w = world();
    start(w, 10, 0);
    onThrottle(w, T, 0, 99, 1);
    expect(w.k.rq.nr_running[0]).toBe(1);
  });
});
