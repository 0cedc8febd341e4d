import { describe, expect, it } from 'vitest';
import { onBalance } from '../../../src/lockstep/rows/balances.js';
import { Tally } from '../../../src/lockstep/agreement/tally.js';
import { World, type OpenBalance } from '../../../src/lockstep/world/world.js';
import { loadMachine } from '../../../src/experiment/schema/profile.js';
import { LBF_ALL_PINNED, LBF_SOME_PINNED, STAGE_NO_BUSIEST_GROUP, STAGE_TRIED } from '../../../src/sim/kernel/constants.js';
import { NIL } from '../../../src/sim/kernel/state/table.js';
import { Recording } from '../support/recording.js';

/** A balance of the lowest domain of CPU 0 that has looked at the queues and given up those of `cleared`. */
function opened(sd: number, cleared: number[]): OpenBalance {
  return {
    ts: 2_000_000, cpu: 0, sd, idle: 0, states: [], answers: [], stage: STAGE_NO_BUSIEST_GROUP, busiest: NIL, others: [], moved: -1,
    unsure: false, imbalance: 0, migrationType: 0, detached: [], attaching: false, groups: null, asked: 0, source: NIL, cleared, otherNumbers: false,
  };
}

/**
 * Whether the group of CPU 0 is known to have pinned tasks after a balance of the level below.
 * @param cleared queues that the balance gave up because all their tasks were pinned
 */
function imbalanceAfter(stage: number, flags: number, imbalance: number, cleared: number[] = [], before = 0): number {
  const row = { ts: 2_000_000, cpu: 0, level: 0, idle: 0, stage, busiest: 1, flags, imbalance };
  const contents = new Recording().put('balances', row).contents();
  const w = new World(contents, loadMachine('pvt8'), new Tally(1, null), 0);
  const { k } = w;
  const sd = w.domain(0, 0);
  const group = k.sg.sgc[k.sd.groups[k.sd.parent[sd]!]!]!;
  k.sgc.imbalance[group] = before;
  w.balances[0] = opened(sd, cleared);
  onBalance(w, contents.tables.balances.columns, 0);
  return k.sgc.imbalance[group]!;
}

const PINNED = LBF_ALL_PINNED | LBF_SOME_PINNED;

describe('the parent of a domain is told of pinned tasks', () => {
  it('by a balance that found some, and none other', () => {
    expect(imbalanceAfter(STAGE_TRIED, LBF_SOME_PINNED, 1)).toBe(1);
    expect(imbalanceAfter(STAGE_TRIED, 0, 1)).toBe(0);
    expect(imbalanceAfter(STAGE_TRIED, LBF_SOME_PINNED, 0)).toBe(0);
  });

  it('by one that gave up a queue of pinned tasks and found no other', () => {
    expect(imbalanceAfter(STAGE_NO_BUSIEST_GROUP, PINNED, 0, [1])).toBe(1);
  });

  it('that they are gone by one that has nothing to do', () => {
    expect(imbalanceAfter(STAGE_NO_BUSIEST_GROUP, 0, 0, [], 1)).toBe(0);
    expect(imbalanceAfter(STAGE_NO_BUSIEST_GROUP, PINNED, 0, [], 1)).toBe(1);
  });
});
