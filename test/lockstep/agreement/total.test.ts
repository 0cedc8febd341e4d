import { describe, expect, it } from 'vitest';
import { Features } from '../../../src/lockstep/agreement/features.js';
import { lackOf, lacksOf, NO_DOMAIN, NO_PLACEMENTS, NO_SWITCHES } from '../../../src/lockstep/agreement/lacks.js';
import type { LockstepReport } from '../../../src/lockstep/lockstep.js';
import { lockstep } from '../../../src/lockstep/lockstep.js';
import { DECISIONS, Tally } from '../../../src/lockstep/agreement/tally.js';
import { totalOf } from '../../../src/lockstep/agreement/total.js';
import { loadMachine } from '../../../src/experiment/schema/profile.js';
import { Recording } from '../support/recording.js';

function report(right: number, wrong: number, undecided: number, error: number): LockstepReport {
  const tally = new Tally(9, null);
  for (let i = 0; i < right; i++) tally.judge('pick_next', i, 0, 1, 1, () => []);
  for (let i = 0; i < wrong; i++) tally.judge('pick_next', i, 0, 1, 2, () => []);
  for (let i = 0; i < undecided; i++) tally.undecided('pick_next', i === 0 ? 'rare' : 'often');
  const errors = new Features();
  errors.compare('x', 100, 100 + error, 1);
  return {
    decisions: tally.counts,
    undecidable: undecided === 0 ? {} : { pick_next: Object.fromEntries(tally.undecidable.get('pick_next')!) },
    causes: Object.fromEntries([...tally.causes].map(([name, causes]) => [name, Object.fromEntries(causes)])),
    features: errors.summary(), errors, disagreements: tally.disagreements,
    clock: { offsetNs: 0, ppm: 0, records: 0 }, lags: { block: 0, gate: 0, ran: 0, place: 0, counts: [0, 0, 0, 0] },
  };
}

describe('totalOf', () => {
  const named = [report(3, 1, 2, 10), report(5, 2, 0, 30), report(0, 0, 1, 20)].map((one, i) => ({ name: 'abc'[i]!, report: one }));

  it('adds counts and reasons', () => {
    const { decisions, undecidable, causes } = totalOf(named, 0);
    expect(causes).toEqual({ pick_next: { unexplained: 3 } });
    expect(decisions.pick_next).toEqual({ count: 14, decidable: 11, agree: 8 });
    expect(decisions.lb_stage).toEqual({ count: 0, decidable: 0, agree: 0 });
    expect(undecidable).toEqual({ pick_next: { rare: 2, often: 1 } });
  });

  it('takes the quantiles of all rows', () => {
    expect(totalOf(named, 0).features['x']).toEqual({ count: 3, exact: 0, medianRelErr: 0.2, p99RelErr: 0.3, p99AbsErr: 30 });
  });

  it('says of each disagreement which recording it is of, in their order', () => {
    expect(totalOf(named, 2).disagreements.map(({ recording, ts }) => [recording, ts])).toEqual([['a', 0], ['b', 0]]);
    expect(totalOf(named, 9).disagreements).toHaveLength(3);
  });
});

describe('what a recording lacks', () => {
  const switches = (): Recording => new Recording().task(10).task(11)
    .event(1000, 0, 'switch', 10, 0, 0).event(9000, 0, 'switch', 0, 10, 1)
    .event(20_000, 0, 'switch', 11, 0, 0).event(30_000, 0, 'switch', 0, 11, 1);
  const balance = { ts: 15_000, cpu: 0, level: 2, idle: 2, stage: 1, busiest: -1, nr_balance_failed: 0, balance_interval: 2 };
  const machine = loadMachine('pvt8c');

  it('is nothing where an instrumented kernel recorded it', () => {
    expect(lacksOf(switches().put('places', { ts: 5000, cpu: 0, pid: 11 }).contents()).size).toBe(0);
  });

  it('is said, and what hangs on it is judged neither right nor wrong', () => {
    const moved = { ...balance, stage: 3, busiest: 1, moved: 1 };
    for (const [recording, why] of [[switches(), NO_PLACEMENTS], [new Recording(), NO_SWITCHES]] as const) {
      const contents = recording.put('balances', moved).contents();
      expect(lackOf(contents)).toBe(why);
      const { decisions, undecidable, features } = lockstep(contents, machine);
      expect(decisions.lb_moved).toEqual({ count: 1, decidable: 0, agree: 0 });
      expect(undecidable.lb_moved).toEqual({ [why]: 1 });
      expect(decisions.lb_nr_balance_failed).toEqual({ count: 1, decidable: 1, agree: 1 });
      expect(Object.keys(features)).toEqual(['balance_interval']);
    }
  });

  it('is more without switches than without placements', () => {
    const without = (r: Recording): string[] => [...lacksOf(r.put('balances', balance).contents()).keys()];
    expect(without(switches())).toEqual(['lb_stage', 'lb_busiest', 'lb_moved', 'can_migrate_reason', 'can_migrate_answer']);
    expect(without(new Recording())).toEqual(DECISIONS.filter((name) => name !== 'lb_nr_balance_failed'));
  });

  it('is a domain for balances of a level that the machine does not have', () => {
    const recording = switches().put('places', { ts: 5000, cpu: 0, pid: 11 });
    recording.put('balances', { ...balance, level: 5 }).put('balances', { ...balance, ts: 16_000, level: 5, stage: 3, busiest: 1, moved: 1 });
    const { decisions, undecidable } = lockstep(recording.contents(), machine);
    for (const [name, count] of [['lb_stage', 2], ['lb_nr_balance_failed', 2], ['lb_busiest', 1], ['lb_moved', 1]] as const) {
      expect(decisions[name]).toEqual({ count, decidable: 0, agree: 0 });
      expect(undecidable[name]).toEqual({ [NO_DOMAIN]: count });
    }
  });

  it('may be everything', () => {
    const { decisions, features, clock } = lockstep(new Recording().contents(), machine);
    expect(Object.values(decisions).every(({ count }) => count === 0)).toBe(true);
    expect(features).toEqual({});
    expect(clock.records).toBe(0);
  });
});
