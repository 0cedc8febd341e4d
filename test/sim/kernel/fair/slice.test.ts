import { describe, it } from 'vitest';
import { SCHED_IDLE, SCHED_NORMAL } from '../../../../src/sim/kernel/constants.js';
import { entity_is_long_sleeper, place_entity } from '../../../../src/sim/kernel/fair/place.js';
import { wakeup_gran, wakeup_preempt_entity } from '../../../../src/sim/kernel/fair/preempt.js';
import { __sched_period, calc_delta_fair, sched_slice, sched_vslice } from '../../../../src/sim/kernel/fair/slice.js';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { type Draw, repeat, same } from '../../../reference/draw.js';
import { kernel } from '../../../reference/kernel.js';
import { wakeupGran, wakeupPreemptEntity } from '../../../reference/preempt.js';
import { assignTask, setNice } from '../../../reference/random-world.js';
import * as ref from '../../../reference/slice.js';
import { calcDeltaFair } from '../../../reference/vruntime.js';
import { type CfsRq, type Se, World } from '../../../reference/world.js';

const N = 100_000;
const SETTINGS = 10;

interface Step {
  readonly draw: Draw;
  readonly k: Kernel;
  readonly world: World;
  readonly se: Se;
  readonly cfs: CfsRq;
}

/** N inputs over kernels of different settings and features; group 2 in group 1 in the root, a task in each. */
function check(seed: number, n: number, operation: (step: Step) => void): void {
  for (let setting = 0; setting < SETTINGS; setting++) {
    let k: Kernel;
    let world: World;
    repeat(n / SETTINGS, seed + setting, (draw, index) => {
      if (index === 0) {
        k = settings(draw, setting);
        world = new World(k);
      }
      randomQueues(k, draw);
      world.load();
      const se = world.se[draw.below(world.se.length)]!;
      operation({ draw, k, world, se, cfs: se.cfs_rq });
    });
  }
}

function settings(draw: Draw, setting: number): Kernel {
  const factor = 1 + draw.below(4);
  const k = kernel({
    tasks: 3,
    parents: [0, 1],
    sysctl: {
      latency_ns: factor * (setting < 5 ? 6_000_000 : 1 + draw.below(50_000_000)),
      min_granularity_ns: factor * (setting < 5 ? 750_000 : 1 + draw.below(5_000_000)),
      idle_min_granularity_ns: 750_000,
      wakeup_granularity_ns: factor * (setting < 5 ? 1_000_000 : draw.below(20_000_000)),
    },
    features: {
      ALT_PERIOD: setting % 2 === 0,
      BASE_SLICE: setting % 4 < 2,
      START_DEBIT: setting % 3 > 0,
      GENTLE_FAIR_SLEEPERS: setting % 5 > 0,
    },
  });
  for (let p = 0; p < 3; p++) assignTask(k, p, p);
  return k;
}

function randomQueues(k: Kernel, draw: Draw): void {
  const { se, cfs } = k;
  const most = draw.chance(70) ? 12 : 5000;
  for (let q = 0; q < 3; q++) {
    cfs.nr_running[q] = draw.below(most);
    cfs.h_nr_running[q] = cfs.nr_running[q]! + draw.below(most);
    cfs.idle_nr_running[q] = draw.chance(50) ? cfs.nr_running[q]! : draw.below(most);
    cfs.idle[q] = q === 0 ? 0 : draw.below(2);
    cfs.weight[q] = draw.chance(20) ? 0 : draw.bits(34);
    cfs.min_vruntime[q] = draw.signed(50);
    cfs.curr[q] = -1;
  }
  k.rq.clock_task[0] = 2 ** 31 + draw.bits(45);
  for (let row = 0; row < se.rows; row++) {
    if (k.is_task(row)) setNice(k, row, draw.below(40) - 20, draw.chance(20) ? SCHED_IDLE : SCHED_NORMAL);
    else se.weight[row] = Math.max(2, draw.bits(28));
    if (!k.is_task(row)) se.inv_weight[row] = 0;
    const queue = se.cfs_rq[row]!;
    se.on_rq[row] = draw.below(2);
    if (se.on_rq[row] === 1) cfs.weight[queue] += se.weight[row]!;
    // Close to the queue's clock, or anywhere.
    se.vruntime[row] = draw.chance(80) ? cfs.min_vruntime[queue]! + draw.signed(26) : draw.signed(50);
    se.exec_start[row] = draw.chance(10) ? 0 : Math.max(1, k.rq.clock_task[0]! - draw.signed(40));
  }
}

describe('slices equal the reference', () => {
  it('__sched_period', () => {
    check(71, N, ({ draw, k }) => {
      const nr = draw.chance(70) ? draw.below(30) : draw.bits(20);
      same('__sched_period', __sched_period(k, nr), ref.schedPeriod(k.sysctl, BigInt(nr)), nr);
    });
  });

  it('calc_delta_fair', () => {
    check(81, N, ({ draw, k, se }) => {
      const delta = draw.bits(43);
      same('calc_delta_fair', calc_delta_fair(k, delta, se.row), calcDeltaFair(BigInt(delta), se), delta, se.weight);
    });
  });

  it('sched_slice and sched_vslice of tasks and groups, queued and not', () => {
    check(91, N, ({ k, world, se, cfs }) => {
      same('sched_slice', sched_slice(k, cfs.row, se.row), ref.schedSlice(world, k.feat, k.sysctl, cfs, se), se.row);
      same('sched_vslice', sched_vslice(k, cfs.row, se.row), ref.schedVslice(world, k.feat, k.sysctl, cfs, se), se.row);
    });
  });
});

describe('placing and preempting equal the reference', () => {
  it('place_entity', () => {
    check(101, N, ({ draw, k, world, se, cfs }) => {
      const initial = draw.chance(40);
      place_entity(k, cfs.row, se.row, initial ? 1 : 0);
      ref.placeEntity(world, k.feat, k.sysctl, cfs, se, initial);
      world.compare();
    });
  });

  it('entity_is_long_sleeper, at both sides of 2^53 ns', () => {
    let sleepers = 0;
    check(111, N, ({ draw, k, world, se, cfs }) => {
      if (draw.chance(50)) {
        k.rq.clock_task[0] = 2 ** 53 + 2 * draw.below(1000);
        k.se.exec_start[se.row] = 2 * draw.below(1000);
      }
      world.load();
      const want = ref.entityIsLongSleeper(world.rq[cfs.cpu]!, se);
      if (entity_is_long_sleeper(k, se.row) !== want) throw new Error(`reference ${want}: ${se.exec_start}`);
      if (want) sleepers++;
    });
    if (sleepers < N / 10) throw new Error(`only ${sleepers} long sleepers`);
  });

  it('wakeup_gran and wakeup_preempt_entity', () => {
    const seen = [0, 0, 0];
    check(121, N, ({ draw, k, world, se }) => {
      const curr = world.se[draw.below(world.se.length)]!;
      const granularity = BigInt(k.sysctl.wakeup_granularity_ns);
      same('wakeup_gran', wakeup_gran(k, se.row), wakeupGran(granularity, se), se.row);
      // At, just below and just above the granularity, and anywhere.
      if (draw.chance(50)) {
        curr.vruntime = se.vruntime + wakeupGran(granularity, se) + BigInt(draw.below(3) - 1);
        k.se.vruntime[curr.row] = Number(curr.vruntime);
      }
      const want = wakeupPreemptEntity(granularity, curr, se);
      same('wakeup_preempt_entity', wakeup_preempt_entity(k, curr.row, se.row), BigInt(want), curr.vruntime, se.vruntime);
      seen[want + 1]!++;
    });
    if (Math.min(...seen) < 1000) throw new Error(`too few of one kind: ${seen.join(', ')}`);
  });
});
