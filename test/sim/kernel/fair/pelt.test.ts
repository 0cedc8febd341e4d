import { describe, expect, it } from 'vitest';
import {
  ___update_load_avg, ___update_load_sum, __accumulate_pelt_segments, decay_load, get_pelt_divider,
} from '../../../../src/sim/kernel/fair/pelt.js';
import { Arena } from '../../../../src/sim/kernel/state/arena.js';
import { AvgTable } from '../../../../src/sim/kernel/state/avg.js';
import { type Draw, repeat, same } from '../../../reference/draw.js';
import {
  accumulatePeltSegments, type Avg, decayLoad, divider, updateLoadAvg, updateLoadSum,
} from '../../../reference/pelt.js';

const N = 100_000;

describe('PELT arithmetic equals the reference', () => {
  it('decay_load of every n up to 3000, and of random values', () => {
    for (let n = 0; n <= 3000; n++) same('decay_load', decay_load(2 ** 53 - 1, n), decayLoad(2n ** 53n - 1n, BigInt(n)), n);
    repeat(N, 21, (draw) => {
      const value = draw.bits(53);
      const n = draw.chance(50) ? draw.below(200) : draw.below(3001);
      same('decay_load', decay_load(value, n), decayLoad(BigInt(value), BigInt(n)), value, n);
    });
  });

  it('__accumulate_pelt_segments', () => {
    repeat(N, 22, (draw) => {
      const periods = 1 + (draw.chance(70) ? draw.below(100) : draw.below(3000));
      const d1 = 1 + draw.below(1024);
      const d3 = draw.below(1024);
      const want = accumulatePeltSegments(BigInt(periods), BigInt(d1), BigInt(d3));
      same('__accumulate_pelt_segments', __accumulate_pelt_segments(periods, d1, d3), want, periods, d1, d3);
    });
  });
});

describe('___update_load_sum and ___update_load_avg equal the reference field by field', () => {
  it('along random lives of tasks', () => {
    lives(31, (draw) => {
      const onRq = draw.chance(70);
      return { load: onRq ? 1 : 0, runnable: onRq ? 1 : 0, running: draw.chance(50), weight: 15 + draw.bits(17) };
    });
  });

  it('along random lives of group entities and of heavy runqueues', () => {
    lives(32, (draw) => {
      // A runqueue has the sum of its tasks' weights as load, and averages with weight 1.
      if (draw.chance(50)) return { load: draw.bits(26), runnable: draw.below(2000), running: draw.chance(60), weight: 1 };
      const onRq = draw.chance(70);
      return { load: onRq ? 1 : 0, runnable: draw.below(300), running: draw.chance(50), weight: 2 + draw.bits(18) };
    });
  });

  it('from any state, u32 sums that wrap included', () => {
    const avg = new AvgTable(new Arena(), 1);
    repeat(N, 33, (draw) => {
      const sa: Avg = {
        last_update_time: BigInt(2 ** 30 + draw.bits(50)),
        load_sum: BigInt(draw.bits(48)),
        runnable_sum: BigInt(draw.bits(48)),
        util_sum: BigInt(draw.bits(32)),
        period_contrib: BigInt(draw.below(1024)),
        load_avg: BigInt(draw.bits(32)),
        runnable_avg: BigInt(draw.bits(32)),
        util_avg: BigInt(draw.bits(22)),
        enqueued: 0n,
        ewma: 0n,
      };
      write(avg, sa);
      const load = draw.chance(50) ? draw.below(2) : draw.bits(28);
      step(avg, sa, Number(sa.last_update_time) + draw.signed(30), {
        load, runnable: draw.below(3000), running: draw.chance(50), weight: 1 + draw.below(2),
      });
    });
  });

  it('get_pelt_divider is the weight of a window that is full but for its last period', () => {
    const avg = new AvgTable(new Arena(), 1);
    for (let contrib = 0; contrib < 1024; contrib++) {
      avg.period_contrib[0] = contrib;
      expect(get_pelt_divider(avg, 0)).toBe(47742 - 1024 + contrib);
    }
  });
});

interface Step {
  readonly load: number;
  readonly runnable: number;
  readonly running: boolean;
  /** se_weight */
  readonly weight: number;
}

/** A thousand lives of a hundred steps each. */
function lives(seed: number, next: (draw: Draw) => Step): void {
  const avg = new AvgTable(new Arena(), 1);
  let sa = born();
  let now = 0;
  repeat(N, seed, (draw, index) => {
    if (index % 100 === 0) {
      sa = born();
      now = 2 ** 30;
      sa.last_update_time = BigInt(now);
      write(avg, sa);
    }
    // Mostly some ms, sometimes less than the unit of PELT, sometimes seconds, now and then back in time.
    const how = draw.below(10);
    now += how === 0 ? draw.below(1024) : how === 1 ? draw.bits(34) : how === 2 ? -draw.below(5000) : draw.below(6_000_000);
    step(avg, sa, now, next(draw));
  });
}

function step(avg: AvgTable, sa: Avg, now: number, { load, runnable, running, weight }: Step): void {
  const want = updateLoadSum(BigInt(now), sa, BigInt(load), BigInt(runnable), running ? 1n : 0n);
  const got = ___update_load_sum(avg, 0, now, load, runnable, running ? 1 : 0);
  if (want !== got) throw new Error(`periods passed: model ${got}, reference ${want}`);
  if (want) {
    updateLoadAvg(sa, BigInt(weight));
    ___update_load_avg(avg, 0, weight);
  }
  compare(avg, sa);
  same('get_pelt_divider', get_pelt_divider(avg, 0), divider(sa));
}

function born(): Avg {
  return {
    last_update_time: 0n, load_sum: 0n, runnable_sum: 0n, util_sum: 0n, period_contrib: 0n, load_avg: 0n, runnable_avg: 0n,
    util_avg: 0n, enqueued: 0n, ewma: 0n,
  };
}

const FIELDS = [
  'last_update_time', 'load_sum', 'runnable_sum', 'util_sum', 'period_contrib', 'load_avg', 'runnable_avg', 'util_avg',
] as const;

function write(avg: AvgTable, sa: Avg): void {
  for (const field of FIELDS) avg[field][0] = Number(sa[field]);
}

function compare(avg: AvgTable, sa: Avg): void {
  for (const field of FIELDS) same(field, avg[field][0]!, sa[field]);
}
