import { beforeEach, describe, expect, it } from 'vitest';
import type { RunQueueStart } from '../../../src/bundle/tables/contents.js';
import { isIdleAtStart, startQueues } from '../../../src/lockstep/world/queues.js';
import { update_cfs_rq_load_avg } from '../../../src/sim/kernel/fair/load-avg.js';
import type { Kernel } from '../../../src/sim/kernel/kernel.js';
import { Recording } from '../support/recording.js';

const MS = 1024 * 1024;
const START = 100 * MS;
const NOTHING = { load: 0, runnable: 0, util: 0 };
type Averages = NonNullable<RunQueueStart['averages']>;

const queue = (averages?: Partial<Averages>): RunQueueStart => ({
  minVruntimeNs: 7, avgIdleNs: 8, maxIdleBalanceCostNs: 9,
  ...(averages === undefined ? {} : { averages: { clockNs: 96 * MS, ...NOTHING, removed: NOTHING, running: 0, ...averages } }),
});

let k: Kernel;
const util = (cpu: number): number => k.avg.util_avg[k.cfs_avg + cpu]!;
const update = (cpu: number, now: number): number => {
  update_cfs_rq_load_avg(k, now, cpu);
  return util(cpu);
};

beforeEach(() => {
  k = new Recording().task(10).world().k;
});

describe('run queues as the recording begins', () => {
  it('are as they were seen, and age from then on', () => {
    startQueues(k, [queue({ load: 1024, runnable: 520, util: 512 }), queue()], START);
    expect([k.cfs.min_vruntime[0], k.rq.avg_idle[0], k.rq.max_idle_balance_cost[0]]).toEqual([7, 8, 9]);
    expect([util(0), k.cfs.on_list[0], util(1), k.cfs.on_list[1]]).toEqual([512, 1, 0, 0]);
    // Half of it is left after 32 periods.
    expect(update(0, 128 * MS)).toBeGreaterThan(253);
    expect(util(0)).toBeLessThan(258);
  });

  it('lose what has left them with the next update, and not before', () => {
    startQueues(k, [queue({ load: 1024, util: 519, removed: { load: 1023, runnable: 0, util: 519 } })], START);
    expect(util(0)).toBe(519);
    expect(update(0, 96 * MS + 2048)).toBe(0);
  });

  it('were updated by a pass over the tickless CPUs that came after some had been looked at', () => {
    const left = { load: 1000, util: 500, removed: { load: 1000, runnable: 0, util: 500 } };
    const [early, busy] = [queue({ ...left, clockNs: 94 * MS }), queue({ ...left, clockNs: 94 * MS, running: 1 })];
    const passed = [0, 500].map((ns) => queue({ clockNs: 97 * MS + ns, util: 40 }));
    startQueues(k, [early, busy, ...passed], START);
    expect([0, 1, 2, 3].map(util)).toEqual([0, 500, 40, 40]);
  });

  it('had one task, which looked at them, until they were idle', () => {
    const read = queue({ load: 1024, runnable: 512, util: 512, running: 1 });
    startQueues(k, [read], START);
    isIdleAtStart(k, 0, read, START);
    // Four periods of running on.
    expect(util(0)).toBeGreaterThan(545);
    expect(util(0)).toBeLessThan(560);
    expect(update(0, START + 2048)).toBe(0);
  });

  it('are left alone where nothing is known of their averages, or only of a later time', () => {
    startQueues(k, [queue({ util: 300, clockNs: START + 1 })], START);
    isIdleAtStart(k, 1, queue(), START);
    expect([util(0), util(1), k.cfs.removed_nr[1]]).toEqual([0, 0, 0]);
  });
});
