import { describe, expect, it } from 'vitest';
import { update_curr } from '../../../../src/sim/kernel/fair/curr.js';
import { cfs_rq_is_decayed, load_avg_is_decayed } from '../../../../src/sim/kernel/fair/decayed.js';
import { list_add_leaf_cfs_rq, list_del_leaf_cfs_rq } from '../../../../src/sim/kernel/fair/leaf-list.js';
import { migrate_se_pelt_lag } from '../../../../src/sim/kernel/fair/load-avg.js';
import { check_preempt_tick } from '../../../../src/sim/kernel/fair/tick.js';
import { __dequeue_entity, __enqueue_entity } from '../../../../src/sim/kernel/fair/timeline.js';
import { CLOCK_BASE } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import { repeat } from '../../../reference/draw.js';
import { kernel } from '../../../reference/kernel.js';
import { loadAvgIsDecayed, migrateSePeltLag } from '../../../reference/lag.js';
import { assignTask, randomWorld } from '../../../reference/random-world.js';
import { schedSlice } from '../../../reference/slice.js';
import { updateCurr } from '../../../reference/vruntime.js';
import { World } from '../../../reference/world.js';

const N = 100_000;

/** One CPU, a group below the root, two tasks in each. */
function build(): World {
  const k = kernel({ tasks: 4, parents: [0] });
  for (let p = 0; p < 4; p++) assignTask(k, p, p % 2);
  return new World(k);
}

describe('the running entity', () => {
  it('update_curr equals the reference, for tasks and groups', () => {
    const world = build();
    const { k } = world;
    repeat(N, 221, (draw) => {
      const cfs = draw.below(2);
      for (let q = 0; q < 2; q++) while (k.cfs.first[q] !== NIL) __dequeue_entity(k, q, k.cfs.first[q]!);
      if (draw.chance(5)) randomWorld(k, draw);
      const candidates = cfs === 0 ? [0, 2, 4] : [1, 3];
      const curr = draw.chance(90) ? draw.pick(candidates) : NIL;
      const base = draw.signed(45);
      k.cfs.min_vruntime[cfs] = base;
      k.cfs.curr[1 - cfs] = NIL;
      k.cfs.curr[cfs] = curr;
      for (const se of candidates) {
        k.se.vruntime[se] = base + draw.signed(24);
        if (se !== curr && draw.chance(50)) __enqueue_entity(k, cfs, se);
      }
      if (curr !== NIL) {
        k.se.on_rq[curr] = draw.below(2);
        k.se.exec_start[curr] = k.rq.clock_task[0]! - draw.signed(draw.chance(80) ? 24 : 30);
      }
      world.load();
      update_curr(k, cfs);
      updateCurr(world.rq[0]!, world.cfs[cfs]!);
      world.compare();
    });
  });

  it('check_preempt_tick reschedules where the reference says so', () => {
    const world = build();
    const { k } = world;
    const seen = new Map<string, number>();
    repeat(N, 222, (draw) => {
      if (k.cfs.first[0] !== NIL) __dequeue_entity(k, 0, k.cfs.first[0]!);
      if (draw.chance(5)) randomWorld(k, draw);
      k.se.on_rq[0] = 1;
      k.se.on_rq[2] = 1;
      k.cfs.curr[0] = 0;
      k.cfs.weight[0] = k.se.weight[0]! + k.se.weight[2]!;
      k.cfs.nr_running[0] = 2;
      k.cfs.h_nr_running[0] = draw.pick([2, 3, 20]);
      k.cfs.last[0] = 0;
      k.rq.need_resched[0] = 0;
      world.load();
      const slice = schedSlice(world, k.feat, k.sysctl, world.cfs[0]!, world.se[0]!);
      const granularity = k.sysctl.min_granularity_ns;
      // Around the three thresholds, and anywhere.
      const ran = draw.pick([Number(slice), granularity, draw.bits(25)]) + draw.below(3) - 1;
      const lead = draw.pick([Number(slice), 0, draw.signed(25)]) + draw.below(3) - 1;
      k.se.prev_sum_exec_runtime[0] = draw.bits(40);
      k.se.sum_exec_runtime[0] = k.se.prev_sum_exec_runtime[0]! + Math.max(0, ran);
      k.se.vruntime[2] = draw.signed(40);
      k.se.vruntime[0] = k.se.vruntime[2]! + lead;
      __enqueue_entity(k, 0, 2);
      check_preempt_tick(k, 0, 0);
      const used = Math.max(0, ran) > slice;
      const far = !used && ran >= granularity && lead > slice;
      const what = used ? 'slice used' : far ? 'too far ahead' : 'goes on';
      if ((k.rq.need_resched[0] === 1) !== (used || far)) {
        throw new Error(`${what}: ran ${ran}, slice ${slice}, lead ${lead}`);
      }
      if ((k.cfs.last[0] === NIL) !== used) throw new Error(`${what}: buddies`);
      seen.set(what, (seen.get(what) ?? 0) + 1);
    });
    for (const what of ['slice used', 'too far ahead', 'goes on']) expect(seen.get(what)).toBeGreaterThan(1000);
  });
});

describe('a migration from an idle CPU', () => {
  it('migrate_se_pelt_lag and load_avg_is_decayed equal the reference', () => {
    const world = build();
    const { k } = world;
    let aged = 0;
    repeat(N, 223, (draw) => {
      if (draw.chance(5)) randomWorld(k, draw);
      const p = draw.below(4);
      const cfs = k.se.cfs_rq[p]!;
      const decayed = draw.chance(10);
      k.avg.load_sum[p] = decayed ? 0 : draw.below(47743);
      k.avg.runnable_sum[p] = decayed ? 0 : draw.below(2) * draw.below(47743) * 1024;
      k.avg.util_sum[p] = decayed ? 0 : draw.below(2) * draw.below(47743) * 1024;
      k.rq.curr[0] = draw.chance(80) ? NIL : 0;
      k.rq.stop_running[0] = draw.chance(10) ? 1 : 0;
      k.cfs.throttled_pelt_idle[cfs] = draw.chance(10) ? Infinity : draw.chance(50) ? 0 : draw.bits(30);
      k.g.now[0] = draw.bits(36);
      k.rq.clock_idle[0] = CLOCK_BASE + k.g.now[0]! - draw.bits(30);
      k.rq.clock_pelt_idle[0] = Math.max(2 ** 30, k.rq.clock_idle[0]! - draw.bits(30)) + k.rq.lost_idle_time[0]!;
      k.avg.last_update_time[k.cfs_avg + cfs] = k.rq.clock_pelt_idle[0]! + draw.signed(26);
      k.avg.last_update_time[p] = Math.max(1, k.avg.last_update_time[k.cfs_avg + cfs]! - draw.bits(27));
      world.load();
      const se = world.se[p]!;
      const before = se.avg.last_update_time;
      if (load_avg_is_decayed(k, p) !== loadAvgIsDecayed(se.avg)) throw new Error('load_avg_is_decayed');
      const throttled = k.cfs.throttled_pelt_idle[cfs]!;
      migrate_se_pelt_lag(k, p);
      migrateSePeltLag(se, world.cfs[cfs]!, {
        idle: k.rq.curr[0] === NIL && k.rq.stop_running[0] === 0,
        throttled: throttled === Infinity ? null : BigInt(throttled),
        clockPeltIdle: BigInt(k.rq.clock_pelt_idle[0]!),
        clockIdle: BigInt(k.rq.clock_idle[0]!),
        // As all of the model's runqueue clocks: the time of the event, without the work charged in it.
        schedClock: BigInt(CLOCK_BASE + k.g.now[0]!),
      });
      world.compare();
      if (se.avg.last_update_time !== before) aged++;
    });
    expect(aged).toBeGreaterThan(N / 3);
  });

  it('cfs_rq_is_decayed looks at load, averages and the groups below', () => {
    const k = kernel();
    const root = 0;
    expect(cfs_rq_is_decayed(k, root)).toBe(true);
    k.cfs.weight[root] = 1024;
    expect(cfs_rq_is_decayed(k, root)).toBe(false);
    k.cfs.weight[root] = 0;
    for (const column of [k.avg.load_sum, k.avg.util_sum, k.avg.runnable_sum]) {
      column[k.cfs_avg + root] = 1;
      expect(cfs_rq_is_decayed(k, root)).toBe(false);
      column[k.cfs_avg + root] = 0;
    }
    expect(cfs_rq_is_decayed(k, root)).toBe(true);

    const nested = kernel({ parents: [0] });
    nested.avg.load_sum.fill(0);
    expect(cfs_rq_is_decayed(nested, root)).toBe(true);
    list_add_leaf_cfs_rq(nested, nested.tg_cfs_rq(1, 0));
    expect(cfs_rq_is_decayed(nested, root)).toBe(false);
    list_del_leaf_cfs_rq(nested, nested.tg_cfs_rq(1, 0));
    expect(cfs_rq_is_decayed(nested, root)).toBe(true);
  });
});
