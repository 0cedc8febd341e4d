import { describe, expect, it } from 'vitest';
import { ENQUEUE_NOCLOCK, SCHED_NORMAL, TASK_ON_RQ_QUEUED, TASK_RUNNING } from '../../../../src/sim/kernel/constants.js';
import { activate_task } from '../../../../src/sim/kernel/core/activate.js';
import { update_rq_clock } from '../../../../src/sim/kernel/core/clock.js';
import { sched_fork } from '../../../../src/sim/kernel/core/fork.js';
import { sched_autogroup_exit_task, sched_move_task } from '../../../../src/sim/kernel/core/priority.js';
import { set_next_task_fair } from '../../../../src/sim/kernel/fair/class.js';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import { kernel } from '../../../reference/kernel.js';

/** A CPU on which task 0 of group `tg` runs and the others of it wait. */
function scene(tasks: number, tg: number): Kernel {
  const k = kernel({ parents: [0] });
  k.g.now[0] = 50_000_000;
  for (let p = 0; p < tasks; p++) {
    sched_fork(k, p, 0, NIL, { pid: 100 + p, nice: 0, policy: SCHED_NORMAL, mask: 0, tg, flags: 0, preferred_nid: NIL });
    update_rq_clock(k, 0);
    k.task.state[p] = TASK_RUNNING;
    activate_task(k, 0, p, ENQUEUE_NOCLOCK);
  }
  set_next_task_fair(k, 0, 0);
  k.rq.curr[0] = 0;
  return k;
}

describe('an exiting task that is moved to its own group', () => {
  it.each([0, 1])('stays where it is, and its CPU is to reschedule: group %i', (tg) => {
    const k = scene(2, tg);
    k.g.now[0]! += 1_000_000;
    const [nr, h_nr] = [k.rq.nr_running[0], k.cfs.h_nr_running[0]];
    sched_autogroup_exit_task(k, 0);
    expect([k.rq.nr_running[0], k.cfs.h_nr_running[0]]).toEqual([nr, h_nr]);
    expect([k.task.on_rq[0], k.task.tg[0], k.rq.curr[0]]).toEqual([TASK_ON_RQ_QUEUED, tg, 0]);
    expect(k.cfs.curr[k.tg_cfs_rq(tg, 0)]).toBe(0);
    expect(k.rq.need_resched[0]).toBe(1);
  });

  it('takes the group off its CPU and puts it back where it was alone in it: its entity is placed as a sleeper is', () => {
    const k = scene(1, 1);
    const se = k.tg_se(1, 0);
    k.cfs.min_vruntime[0] = 90_000_000;
    k.se.vruntime[se] = 0;
    sched_autogroup_exit_task(k, 0);
    expect(k.se.vruntime[se]).toBe(90_000_000 - k.sysctl.latency_ns / 2);
  });

  it('unlike one that is moved to a group that it is in already', () => {
    const k = scene(1, 1);
    const before = k.arena.save();
    sched_move_task(k, 0, 1);
    expect(k.arena.save()).toEqual(before);
  });
});
