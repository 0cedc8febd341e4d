import { describe, expect, it } from 'vitest';
import { SCHED_IDLE, TASK_DEAD } from '../../../src/sim/kernel/constants.js';
import { NIL } from '../../../src/sim/kernel/state/table.js';
import { Tally } from '../../../src/lockstep/agreement/tally.js';
import { World } from '../../../src/lockstep/world/world.js';
import { beginSwitch, onSwitch } from '../../../src/lockstep/rows/switching.js';
import { Recording, group, start } from '../support/recording.js';

/** Kernel's bits of a sleeping, a dead and an idle task in sched_switch. */
const [S, X, I] = [1, 16, 128];

describe('a task that is forked', () => {
  it('has the nice value that it is first seen with, not its parent’s of that time', () => {
    const r = new Recording().task(10, 120).task(20, 110);
    const w = r.event(500, 0, 'fork', 10, 20).event(510, 0, 'wakeup_new', 20, 0).world();
    const parent = start(w, 10, 0);
    const child = w.roster.born(500, 20, 0, parent);
    expect([w.k.task.nice[parent], w.k.task.nice[child]]).toEqual([0, -10]);
    expect(w.roster.bornOn[child]).toBe(0);
  });

  it('inherits what nothing tells otherwise: policy, mask, group', () => {
    const w = new Recording([group(2)]).task(10).world();
    const parent = start(w, 10, 0, 2);
    w.k.task.policy[parent] = SCHED_IDLE;
    const child = w.roster.born(500, 20, 0, parent);
    const { policy, tg, mask } = w.k.task;
    expect([policy[child], tg[child], mask[child]]).toEqual([SCHED_IDLE, w.group(2), mask[parent]]);
  });

  it('has the policy that it is seen with where no program was started meanwhile', () => {
    const r = new Recording().task(10).event(500, 0, 'fork', 10, 20);
    const w = r.put('decisions', { ts: 900, pid: 20, policy: SCHED_IDLE }).world();
    expect(w.k.task.policy[w.roster.born(500, 20, 0, start(w, 10, 0))]).toBe(SCHED_IDLE);
  });
});

describe('a task from before the recording', () => {
  it('has the priority, policy and group that it is first seen with', () => {
    const r = new Recording([group(2)]).task(10, 115, 2);
    const w = r.put('decisions', { ts: 900, pid: 10, policy: SCHED_IDLE }).world();
    const p = w.roster.adopt(10, 3);
    const { nice, policy, tg, cpu } = w.k.task;
    expect([nice[p], policy[p], tg[p], cpu[p]]).toEqual([-5, SCHED_IDLE, w.group(2), 3]);
    expect(w.roster.adopted[p]).toBe(1);
  });

  it('has had its wakee_flips halved less than a second before, unless they are taken to be due', () => {
    const r = new Recording().task(10);
    const isDue = (due: boolean): boolean => {
      const w = new World(r.contents(), r.machine, new Tally(1, null), 0, due);
      w.at(1_000_000, 0, 0);
      const since = w.k.task.wakee_flip_decay_ts[w.roster.adopt(10, 3)]!;
      expect(w.k.rq.idle_wakee_flip_decay_ts[3] === 0).toBe(due);
      return w.k.g.jiffies[0]! > since + w.k.hz;
    };
    expect([isDue(false), isDue(true)]).toEqual([false, true]);
  });
});

describe('a task that leaves its CPU', () => {
  const leave = (state: number): { row: number; dead: boolean } => {
    const w = new Recording().task(10).world();
    const p = start(w, 10, 0);
    onSwitch(w, 2_000_000, 0, 0, 10, state);
    return { row: w.roster.row(10), dead: w.k.task.state[p] === TASK_DEAD };
  };

  it('is gone when it is dead', () => {
    expect(leave(X)).toEqual({ row: NIL, dead: true });
  });

  it.each([S, I])('still lives when it sleeps, be it as an idle kernel thread: state %i', (state) => {
    expect(leave(state)).toMatchObject({ dead: false });
    expect(leave(state).row).not.toBe(NIL);
  });

  it('stays on its queue where its group has been throttled', () => {
    const w = new Recording([group(2, 0, 1e6)]).task(10).world();
    const p = start(w, 10, 0, 2);
    beginSwitch(w, { ts: 2_000_000, clockTs: 2_000_000, cpu: 0, prev: 10, state: 0, newidle: -1, row: -1 });
    expect(w.k.task.on_rq[p]).toBe(1);
  });
});
