import { describe, expect, it } from 'vitest';
import {
  CPU_NS, FOUND_NS, foundOn, LOOK_AT_QUEUES, LOOK_BEGINS, LOOK_GOES_ON, looksOf, NOTHING_NS, readsOf,
} from '../../../src/lockstep/time/looks.js';
import { Quanta } from '../../../src/lockstep/time/quanta.js';
import { Recording } from '../support/recording.js';

const LENGTH = 1400;
const TURNS = new Quanta(1000, [0]);
const NO_TURNS = new Quanta(0);

function looks(r: Recording, quanta: Quanta, asks: Parameters<typeof looksOf>[3] = [], length = LENGTH) {
  return looksOf(r.contents(), foundOn(r.contents()), () => length, asks, quanta);
}

describe('the reads of a look', () => {
  it('go from the own group round all others', () => {
    const { k } = new Recording().world();
    const { at, length } = readsOf(k, k.rq.sd[3]!);
    const order = Array.from({ length: 8 }, (_, cpu) => cpu).sort((a, b) => at[a]! - at[b]!);
    expect(order).toEqual([3, 4, 5, 6, 7, 0, 1, 2]);
    expect(at[3]).toBe(0);
    expect(at[2]).toBe(length);
    expect(at[4]! - at[3]!).toBeGreaterThan(CPU_NS);
  });
});

describe('the moments of a look', () => {
  const balance = { cpu: 3, level: 2, idle: 2, on: 3 };

  it('are its beginning, the rounds in its midst, and the reads of the queues after what it found', () => {
    const r = new Recording().put('busiest', { ts: 50_500, ...balance }).put('balances', { ts: 60_000, ...balance, stage: 3 });
    const found = looks(r, TURNS);
    expect(found.map(({ step }) => step)).toEqual([LOOK_BEGINS, LOOK_GOES_ON, LOOK_GOES_ON, LOOK_GOES_ON, LOOK_GOES_ON, LOOK_AT_QUEUES]);
    expect(found[0]!.ts).toBeLessThan(50_500 - FOUND_NS - LENGTH);
    expect(found.slice(1, -1).map(({ ts }) => ts)).toEqual([49_000, 50_000, 51_000, 52_000]);
    expect(found.every(({ cpu, of }) => cpu === 3 && of === 3)).toBe(true);
  });

  it('end with the balance where no group was found', () => {
    const r = new Recording().put('balances', { ts: 60_500, ...balance, stage: 1 });
    const found = looks(r, TURNS);
    expect(found.map(({ step }) => step)).toEqual([LOOK_BEGINS, LOOK_GOES_ON, LOOK_GOES_ON]);
    expect(found[0]!.ts).toBeLessThan(60_500 - NOTHING_NS - LENGTH);
  });

  it('are on the CPU that balances for another one', () => {
    const r = new Recording()
      .put('busiest', { ts: 50_500, ...balance, idle: 0 }).put('balances', { ts: 60_000, ...balance, idle: 0, on: 6, stage: 3 });
    expect([...foundOn(r.contents())]).toEqual([6]);
    expect(looks(r, TURNS).every(({ cpu, of }) => cpu === 6 && of === 3)).toBe(true);
  });

  it('come after the question whether to balance, and after the last balance of the same CPU', () => {
    const r = new Recording()
      .put('balances', { ts: 60_000, ...balance, level: 0, stage: 1 }).put('balances', { ts: 60_900, ...balance, stage: 0 });
    expect(looks(r, NO_TURNS, [], 100).filter(({ step }) => step === LOOK_BEGINS)[1]!.ts).toBeGreaterThan(60_000);
    const one = new Recording().put('balances', { ts: 60_900, ...balance, stage: 1 });
    const asked = looks(one, NO_TURNS, [{ ts: 60_500, cpu: 3, level: 2, end: 60_900 }]);
    expect(asked[0]!.ts).toBeGreaterThan(60_500);
  });

  it('are beginning and middle where CPUs take no turns, and lie further back in larger domains', () => {
    const r = new Recording().put('busiest', { ts: 50_500, ...balance }).put('balances', { ts: 60_000, ...balance, stage: 3 });
    const [small, large] = [looks(r, NO_TURNS, [], 200), looks(r, NO_TURNS)];
    for (const found of [small, large]) expect(found.map(({ step }) => step)).toEqual([LOOK_BEGINS, LOOK_GOES_ON]);
    expect(large[1]!.ts).toBeLessThan(small[1]!.ts);
  });
});
