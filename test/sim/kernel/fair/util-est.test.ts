import { describe, expect, it } from 'vitest';
import { _task_util_est, task_util_est } from '../../../../src/sim/kernel/fair/signals.js';
import { util_est_dequeue, util_est_enqueue, util_est_update } from '../../../../src/sim/kernel/fair/util-est.js';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { repeat, same } from '../../../reference/draw.js';
import { kernel } from '../../../reference/kernel.js';
import { taskUtilEstOnly, utilEstDequeue, utilEstEnqueue, utilEstUpdate } from '../../../reference/util-est.js';
import { type Se, World } from '../../../reference/world.js';

const N = 100_000;

function check(seed: number, k: Kernel, operation: (p: Se, world: World, below: (n: number) => number) => void): void {
  const world = new World(k);
  repeat(N, seed, (draw) => {
    const avg = k.avg;
    const util = draw.below(1200);
    avg.util_avg[0] = util;
    // Values near the others', so that the margins of about 1 % decide.
    avg.util_est_ewma[0] = draw.chance(60) ? Math.max(0, util + draw.signed(5)) : draw.below(1200);
    avg.util_est_enqueued[0] = draw.chance(60) ? Math.max(0, util + draw.signed(5)) : draw.below(1200);
    avg.util_est_unchanged[0] = draw.chance(15) ? 1 : 0;
    avg.util_est_enqueued[k.cfs_avg] = draw.bits(16);
    k.rq.cpu_capacity_orig[0] = 1 + draw.below(1024);
    world.load();
    operation(world.se[0]!, world, (n) => draw.below(n));
    world.compare();
  });
}

describe('util_est equals the reference', () => {
  for (const fastUp of [true, false]) {
    it(`util_est_update ${fastUp ? 'with' : 'without'} UTIL_EST_FASTUP`, () => {
      const k = kernel({ tasks: 1, features: { UTIL_EST_FASTUP: fastUp } });
      check(fastUp ? 61 : 62, k, (p, _world, below) => {
        const sleep = below(10) > 0;
        util_est_update(k, 0, 0, sleep);
        utilEstUpdate(p, BigInt(k.rq.cpu_capacity_orig[0]!), sleep, fastUp);
      });
    });
  }

  it('util_est_enqueue, util_est_dequeue and the estimates', () => {
    const k = kernel({ tasks: 1 });
    check(63, k, (p, world, below) => {
      same('_task_util_est', _task_util_est(k, 0), taskUtilEstOnly(p));
      const estimate = taskUtilEstOnly(p);
      same('task_util_est', task_util_est(k, 0), p.avg.util_avg > estimate ? p.avg.util_avg : estimate);
      if (below(2) === 0) {
        util_est_enqueue(k, 0, 0);
        utilEstEnqueue(world.cfs[0]!, p);
      } else {
        util_est_dequeue(k, 0, 0);
        utilEstDequeue(world.cfs[0]!, p);
      }
    });
  });

  it('does nothing without the feature', () => {
    const k = kernel({ tasks: 1, features: { UTIL_EST: false } });
    k.avg.util_avg[0] = 500;
    k.avg.util_est_ewma[0] = 10;
    const before = new Uint8Array(k.arena.save());
    util_est_enqueue(k, 0, 0);
    util_est_update(k, 0, 0, true);
    util_est_dequeue(k, 0, 0);
    expect(new Uint8Array(k.arena.save())).toEqual(before);
  });
});
