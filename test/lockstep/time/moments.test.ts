import { describe, expect, it } from 'vitest';
import { masksOf } from '../../../src/lockstep/time/masks.js';
import { aimedOf, asksOf, blockedOf, countedOf, queuedOf, roundsIn, searchedOf, sentOf, shiftOf, takenOf } from '../../../src/lockstep/time/moments.js';
import { Quanta } from '../../../src/lockstep/time/quanta.js';
import { Recording } from '../support/recording.js';

const WF_TTWU = 8;
const NONE = new Quanta(0);
const NO_SEARCH = { aimed: new Float64Array(0), masked: new Float64Array(0) };

describe('when what a record shows happened', () => {
  it('is before the record of a placement for the averages and after it for the counts, and with it at a birth', () => {
    const contents = new Recording()
      .put('places', { ts: 10_000, cpu: 1, pid: 10, initial: 0 }).put('places', { ts: 20_000, cpu: 1, pid: 11, initial: 1 }).contents();
    const shift = shiftOf('places', contents, NO_SEARCH);
    expect(shift(0)).toBeLessThan(0);
    expect(shift(1)).toBe(0);
    expect(countedOf(contents)[0]!.ts).toBeGreaterThan(10_000);
    expect(takenOf(contents)[0]!.ts).toBeLessThan(10_000 + shift(0));
  });

  it('is before the record of a migration where a balance detaches a task, after it where a sleeping task is moved', () => {
    const contents = new Recording()
      .put('decisions', { ts: 10_000, pid: 10 }).event(10_800, 2, 'migrate', 10, 0, 2).event(50_000, 2, 'migrate', 10, 2, 0).contents();
    const shift = shiftOf('events', contents, NO_SEARCH);
    expect(shift(0)).toBeLessThan(0);
    expect(shift(1)).toBeGreaterThan(0);
  });

  it('is a little before the record of a switch, and with that of a waking', () => {
    const shift = shiftOf('events', new Recording().event(1000, 0, 'switch', 1, 2, 0).event(2000, 0, 'waking', 3, 0, 0).contents(), NO_SEARCH);
    expect(shift(0)).toBeLessThan(0);
    expect(shift(1)).toBe(0);
  });
});

describe('when a task is counted', () => {
  it('is after the groups that it is in have been placed, by the CPU that placed it and on the same queue', () => {
    const r = new Recording().put('places', { ts: 10_000, cpu: 1, on: 1, pid: 10 }).put('places', { ts: 11_000, cpu: 1, on: 2, pid: 11 })
      .put('places', { ts: 11_300, cpu: 1, on: 1, pid: -1 }).put('places', { ts: 12_500, cpu: 1, on: 1, pid: -1 })
      .put('places', { ts: 30_000, cpu: 1, on: 1, pid: -1 });
    const after = countedOf(r.contents()).map(({ ts }) => ts);
    expect(after[0]! - after[1]!).toBe(1500);
    expect(after[1]).toBe(countedOf(new Recording().put('places', { ts: 11_000, cpu: 1, on: 2, pid: 11 }).contents())[0]!.ts);
  });
});

describe('the moments of a search', () => {
  /** A search on CPU 0 that took `took` from its waking to its record. */
  function searched(took: number): Recording {
    return new Recording().event(100_000, 0, 'waking', 10, 3, 0)
      .put('wakeups', { ts: 100_000 + took, cpu: 0, pid: 10, prev: 0, chosen: 0, wake_flags: WF_TTWU });
  }

  it('come one after the other: the target, the mask, the end, the sending', () => {
    const contents = searched(1200).contents();
    const masks = masksOf(contents, NONE);
    expect(masks.masked[0]).toBe(101_200 + shiftOf('wakeups', contents, masks)(0));
    const order = [100_000, aimedOf(contents, masks)[0]!.ts, masks.masked[0]!, searchedOf(contents)[0]!.ts, 101_200, sentOf(contents)[0]!.ts];
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(order.length);
  });

  it('have the rounds that begin in their midst', () => {
    const contents = searched(2400).contents();
    const rounds = roundsIn(contents, new Quanta(1000, [-250]), masksOf(contents, NONE));
    expect(rounds.map(({ ts }) => ts).sort((a, b) => a - b)).toEqual([100_750, 101_750]);
    expect(rounds.every(({ row, cpu }) => row === 0 && cpu === 0)).toBe(true);
    expect(roundsIn(contents, NONE, masksOf(contents, NONE))).toEqual([]);
  });

  it('tell whether the wake-up was left to the CPU that was chosen', () => {
    const r = new Recording()
      .put('wakeups', { ts: 1000, cpu: 0, pid: 10 }).put('places', { ts: 3000, cpu: 4, on: 4, pid: 10 })
      .put('wakeups', { ts: 5000, cpu: 0, pid: 11 }).put('places', { ts: 6000, cpu: 4, on: 0, pid: 11 })
      .put('wakeups', { ts: 8000, cpu: 0, pid: 12 });
    expect(queuedOf(r.contents())).toEqual([true, false, null]);
    expect(queuedOf(new Recording().put('wakeups', { ts: 1000, cpu: 0, pid: 10 }).contents())).toEqual([null]);
  });
});

describe('the moments of a newly-idle balance', () => {
  const r = new Recording()
    .put('balances', { ts: 12_000, cpu: 2, level: 0, idle: 2, stage: 1 }).put('balances', { ts: 14_000, cpu: 2, level: 2, idle: 2, stage: 3 })
    .put('newidles', { ts: 15_000, cpu: 2, on: 2, gate: 0, cost: 5000 }).put('newidles', { ts: 30_000, cpu: 3, gate: 4, cost: 0 });

  it('are its averages and its questions, by the clock alone', () => {
    const contents = r.contents();
    const since = Float64Array.of(10_000, 30_000);
    expect(blockedOf(contents, since)).toEqual([{ ts: 10_100, cpu: 2 }]);
    const asks = asksOf(contents, [{ clockTs: 9000, cpu: 2, newidle: 0 }], since);
    expect(asks.map(({ level, end }) => [level, end])).toEqual([[0, 12_000], [2, 14_000]]);
    expect(asks[0]!.ts).toBeGreaterThan(10_100);
    expect(asks[1]!.ts).toBeGreaterThan(12_000);
    expect(asks.every(({ ts, end }) => ts < end)).toBe(true);
  });

  it('come the later the more domains below were passed over', () => {
    const asked = (below: readonly number[]): number => {
      const one = new Recording();
      for (const level of below) one.put('balances', { ts: 1000, cpu: 3, level, idle: 0 });
      one.put('balances', { ts: 14_000, cpu: 2, level: 5, idle: 2, stage: 1 });
      one.put('newidles', { ts: 15_000, cpu: 2, gate: 0 });
      return asksOf(one.contents(), [{ clockTs: 9000, cpu: 2, newidle: 0 }], Float64Array.of(10_000))[0]!.ts;
    };
    expect(asked([2])).toBeGreaterThan(asked([]));
    expect(asked([0, 2]) - asked([2])).toBe(asked([2]) - asked([]));
  });

  it('come right before the record where the answer was no', () => {
    const one = new Recording().put('balances', { ts: 14_000, cpu: 2, level: 0, idle: 2, stage: 0 }).put('newidles', { ts: 15_000, cpu: 2, gate: 0 });
    const [ask] = asksOf(one.contents(), [{ clockTs: 9000, cpu: 2, newidle: 0 }], Float64Array.of(10_000));
    expect(14_000 - ask!.ts).toBeGreaterThan(0);
    expect(14_000 - ask!.ts).toBeLessThan(100);
  });

  it('are not known where no switch began before them', () => {
    expect(asksOf(r.contents(), [], Float64Array.of(10_000, 30_000))).toEqual([]);
  });
});
