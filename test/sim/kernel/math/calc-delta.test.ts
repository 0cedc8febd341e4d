import { describe, expect, it } from 'vitest';
import { __calc_delta, inv_weight } from '../../../../src/sim/kernel/math/calc-delta.js';
import {
  inv_weight_of, load_weight_of, scale_load_down, sched_prio_to_weight, sched_prio_to_wmult,
} from '../../../../src/sim/kernel/math/weights.js';
import { calcDelta, scaleLoadDown, updateInvWeight } from '../../../reference/arith.js';
import { type Draw, repeat, same } from '../../../reference/draw.js';

const N = 100_000;
const EXACT = 2n ** 53n;

describe('weights', () => {
  it('have 2^32 / weight as their inverse, and are a tenth of CPU time apart', () => {
    expect(sched_prio_to_weight).toHaveLength(40);
    for (let i = 0; i < 40; i++) {
      const weight = sched_prio_to_weight[i]!;
      // The kernel's table is a rounded 2^32 / weight; 15 has the exact quotient of 2^32−1.
      expect(Math.abs(sched_prio_to_wmult[i]! - 2 ** 32 / weight)).toBeLessThan(1);
      if (i > 0) expect(sched_prio_to_weight[i - 1]! / weight).toBeCloseTo(1.25, 0);
    }
    expect([sched_prio_to_weight[0], sched_prio_to_weight[20], sched_prio_to_weight[39]]).toEqual([88761, 1024, 15]);
  });

  it('SCHED_IDLE tasks have weight 3 at any nice', () => {
    for (const nice of [-20, 0, 19]) {
      expect(load_weight_of(nice, 5)).toBe(3 * 1024);
      expect(inv_weight_of(nice, 5)).toBe(1431655765);
    }
    expect(load_weight_of(-20, 0)).toBe(88761 * 1024);
    expect(inv_weight_of(19, 3)).toBe(286331153);
  });

  it('scale_load_down keeps at least 2 of what is not 0', () => {
    repeat(N, 11, (draw) => {
      const weight = draw.bits(50);
      same('scale_load_down', scale_load_down(weight), scaleLoadDown(BigInt(weight)), weight);
    });
  });
});

describe('__update_inv_weight', () => {
  it('equals the reference for nice weights, shares and their sums', () => {
    for (let nice = -20; nice < 20; nice++) oneInverse(load_weight_of(nice, 0));
    repeat(N, 12, (draw) => oneInverse(anyWeight(draw)));
    repeat(10_000, 13, (draw) => oneInverse(draw.bits(50)));
  });
});

function oneInverse(weight: number): void {
  const lw = { weight: BigInt(weight), inv_weight: 0n };
  updateInvWeight(lw);
  same('inv_weight', inv_weight(weight), lw.inv_weight, weight);
}

describe('__calc_delta', () => {
  it('equals the reference for any weights and deltas, wherever the result can be held', () => {
    let compared = 0;
    repeat(150_000, 14, (draw) => {
      const delta = draw.bits(50);
      const weight = anyWeight(draw);
      const nice = draw.below(40) - 20;
      const ofTask = draw.chance(20);
      const of = ofTask ? load_weight_of(nice, 0) : anyWeight(draw);
      const inverse = ofTask ? inv_weight_of(nice, 0) : 0;
      const lw = { weight: BigInt(of), inv_weight: BigInt(inverse) };
      const want = calcDelta(BigInt(delta), BigInt(weight), lw);
      if (exactSize(delta, weight, of) >= EXACT) return;
      compared++;
      same('__calc_delta', __calc_delta(delta, weight, inverse === 0 ? inv_weight(of) : inverse), want, delta, weight, of);
    });
    expect(compared).toBeGreaterThan(N);
  });

  it('equals the reference for weights of more than 32 bits after scaling', () => {
    repeat(N, 15, (draw) => {
      const delta = draw.bits(40);
      const weight = 2 ** 40 + draw.bits(45);
      const of = Math.floor(weight / 4) + draw.bits(45);
      const want = calcDelta(BigInt(delta), BigInt(weight), { weight: BigInt(of), inv_weight: 0n });
      same('__calc_delta', __calc_delta(delta, weight, inv_weight(of)), want, delta, weight, of);
    });
  });

  it('equals the reference for every nice weight against NICE_0_LOAD', () => {
    for (let nice = -20; nice < 20; nice++) {
      repeat(2500, 100 + nice, (draw) => {
        const delta = draw.bits(46);
        const weight = load_weight_of(nice, 0);
        const inverse = inv_weight_of(nice, 0);
        const want = calcDelta(BigInt(delta), 2n ** 20n, { weight: BigInt(weight), inv_weight: BigInt(inverse) });
        same('__calc_delta', __calc_delta(delta, 2 ** 20, inverse), want, delta, nice);
      });
    }
  });
});

/** A weight as the kernel has them: of a nice level, of a group, or a sum of some. */
function anyWeight(draw: Draw): number {
  const kind = draw.below(4);
  if (kind === 0) return load_weight_of(draw.below(40) - 20, draw.chance(10) ? 5 : 0);
  if (kind === 1) return Math.max(2, draw.bits(28));
  let sum = 0;
  for (let left = 1 + draw.below(kind === 2 ? 4 : 60); left > 0; left--) {
    sum += draw.chance(50) ? load_weight_of(draw.below(40) - 20, 0) : Math.max(2, draw.bits(28));
  }
  return sum;
}

/** An upper bound of the result: the scaled weights are rounded, so twice the quotient. */
function exactSize(delta: number, weight: number, of: number): bigint {
  return (2n * BigInt(delta) * scaleLoadDown(BigInt(weight))) / scaleLoadDown(BigInt(of));
}
