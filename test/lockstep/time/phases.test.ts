import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phasesOf, type Begun } from '../../../src/lockstep/time/phases.js';

const QUANTUM = 1000;

/** Signs every 11 µs from `from` on, each `ways[i]` ns after the beginning of a round of that phase. */
function signs(from: number, phase: number, ways: readonly number[], settled = true): Begun[] {
  return ways.map((way, i) => ({ ts: from + 11_000 * i + phase + way, settled }));
}

function starts(begun: readonly Begun[]): number[] {
  return phasesOf(begun, QUANTUM).map(({ start }) => start);
}

describe('the phases of rounds', () => {
  it('are those that the signs of rounds have, and change where the signs do', () => {
    expect(starts([...signs(0, 532, [0, 0, 0, 0]), ...signs(50_000, 838, [0, 0])])).toEqual([532, 50_838]);
    expect(starts([...signs(0, 990, [0, 0, 0]), ...signs(50_000, 205, [0, 2, 0])])).toEqual([990, 50_205]);
  });

  it('are not changed by a sign that is of no beginning, nor by some that came another way', () => {
    expect(starts(signs(0, 200, [0, 0, 500, 0, 0]))).toEqual([200]);
    expect(starts(signs(0, 200, [0, 0, 25, 62, 25, 25, 128, 0, 25]))).toEqual([200]);
    expect(starts(signs(0, 200, [0, 0, -25, 0, -25, 0], false))).toEqual([200]);
  });

  it('are believed of a single sign only where there is no other', () => {
    expect(starts(signs(0, 300, [0]))).toEqual([300]);
    expect(starts(signs(0, 300, [0, 400]))).toEqual([]);
    expect(starts([])).toEqual([]);
  });

  it('are the same however late the recording begins', () => {
    fc.assert(fc.property(fc.array(fc.nat(999), { minLength: 2, maxLength: 20 }), fc.nat(1000), (ways, rounds) => {
      const later = rounds * QUANTUM;
      expect(starts(signs(later, 0, ways))).toEqual(starts(signs(0, 0, ways)).map((start) => start + later));
    }));
  });
});
