import { describe, expect, it } from 'vitest';
import { STAGE_NO_BUSIEST_GROUP, STAGE_TRIED } from '../../../src/sim/kernel/constants.js';
import { onBalance, onFindBusiest, onLook } from '../../../src/lockstep/rows/balances.js';
import { FOUND_NS, LOOK_AT_QUEUES, LOOK_BEGINS, LOOK_GOES_ON, readsOf } from '../../../src/lockstep/time/looks.js';
import { Tally } from '../../../src/lockstep/agreement/tally.js';
import { World } from '../../../src/lockstep/world/world.js';
import { Recording, start } from '../support/recording.js';

const END = 2_000_000;
const LEVEL = 2;

/**
 * A newly-idle balance of CPU 0, in whose midst a round begins with which the queue of CPU 5 is empty.
 * @param before ns from that round's beginning to the read of CPU 5; null: none begins
 */
function balance(stage: number, before: number | null, quantumNs: number | null = 1000) {
  const r = new Recording();
  for (let pid = 10; pid < 14; pid++) r.task(pid);
  const row = { cpu: 0, on: 0, level: LEVEL, idle: 2 };
  if (stage > 0) r.put('busiest', { ts: END, ...row, found: stage === STAGE_TRIED ? 1 : 0 });
  r.put('balances', { ts: END + 5000, ...row, stage, busiest: stage === STAGE_TRIED ? 5 : -1 });
  r.put('newidles', { ts: END + 6000, cpu: 0, cost: 8000 });
  const contents = r.contents();
  const turns = quantumNs === null ? {} : { quantumNs, firstTimestampNs: '0' };
  const w = new World({ ...contents, manifest: { ...contents.manifest, ...turns } }, r.machine, new Tally(1, null), 0);
  w.at(1_000_000, 0, 0);
  for (let pid = 10; pid < 14; pid++) start(w, pid, 5);
  const { k } = w;
  const reads = readsOf(k, w.domain(0, LEVEL));
  const look = (ts: number, step: typeof LOOK_BEGINS | typeof LOOK_GOES_ON | typeof LOOK_AT_QUEUES): void =>
    onLook(w, { ts, cpu: 0, of: 0, level: LEVEL, idle: 2, step });
  look(END - 3000, LOOK_BEGINS);
  if (before !== null) {
    const a = k.cfs_avg + 5;
    [k.rq.nr_running[5], k.cfs.h_nr_running[5], k.rq.curr[5]] = [0, 0, -1];
    [k.avg.load_avg[a], k.avg.runnable_avg[a], k.avg.util_avg[a]] = [0, 0, 0];
    look(END - FOUND_NS - reads.length + reads.at[5]! - before, LOOK_GOES_ON);
  } else if (quantumNs === null) {
    look(END - 1000, LOOK_GOES_ON);
  }
  const columns = (name: 'busiest'): Readonly<Record<string, ArrayLike<number>>> => contents.instrument[name]!.columns;
  if (stage > 0) onFindBusiest(w, columns('busiest'), 0);
  look(END + 1500, LOOK_AT_QUEUES);
  onBalance(w, contents.tables.balances.columns, 0);
  return w.tally.counts;
}

const AGREES = { count: 1, decidable: 1, agree: 1 };
const DIFFERS = { count: 1, decidable: 1, agree: 0 };
const OPEN = { count: 1, decidable: 0, agree: 0 };

describe('the search for the busiest queue', () => {
  it('finds the group and the queue of the look', () => {
    const { lb_stage, lb_busiest } = balance(STAGE_TRIED, null);
    expect([lb_stage, lb_busiest]).toEqual([AGREES, AGREES]);
  });

  it('has each CPU as it was when the kernel read it', () => {
    expect(balance(STAGE_NO_BUSIEST_GROUP, 300).lb_stage).toEqual(AGREES);
    expect(balance(STAGE_NO_BUSIEST_GROUP, -300).lb_stage).toEqual(DIFFERS);
    expect(balance(STAGE_TRIED, 300).lb_stage).toEqual(DIFFERS);
  });

  it('is not decidable where a queue changed as it was read', () => {
    for (const before of [10, -10]) expect(balance(STAGE_NO_BUSIEST_GROUP, before).lb_stage).toEqual(OPEN);
  });

  it('is not decidable where CPUs take no turns and a queue changed meanwhile', () => {
    expect(balance(STAGE_TRIED, null, null).lb_busiest).toEqual(AGREES);
    expect(balance(STAGE_TRIED, 300, null).lb_stage).toEqual(OPEN);
  });
});
