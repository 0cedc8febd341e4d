import { describe, expect, it } from 'vitest';
import type { BundleContents } from '../../../../src/bundle/tables/contents.js';
import { startState } from '../../../../src/workloads/replay/read/start.js';
import { SWITCH } from '../../../../src/workloads/replay/read/events.js';

const START = 1000;
const TICK = 4_000_000;
/** The first tick after the start, ns of the recording. */
const FIRST = START + 700_000;

function columns(names: readonly string[], rows: ReadonlyArray<readonly number[]>) {
  return { rows: rows.length, columns: Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i]!)])) };
}

const NEWIDLES = ['ts', 'cpu', 'gate', 'cost0', 'ndom', 'cost_domain0', 'cost_domain1'];

function contents(more: {
  balances?: ReadonlyArray<readonly number[]>; kicks?: ReadonlyArray<readonly number[]>; newidles?: ReadonlyArray<readonly number[]>;
  wakeups?: ReadonlyArray<readonly number[]>; ticks?: boolean; switches?: ReadonlyArray<readonly number[]>; runQueues?: readonly object[]; clock?: number;
}): BundleContents {
  const ticks = more.ticks === false ? [] : Array.from({ length: 50 }, (_, i) => [FIRST + i * TICK]);
  return {
    manifest: { hz: 250, ...(more.runQueues === undefined ? {} : { runQueues: more.runQueues }) },
    tables: {
      balances: columns(['ts', 'cpu', 'on', 'level', 'idle'], more.balances ?? []),
      decisions: columns(['ts', 'clock_task'], more.clock === undefined ? [] : [[START, more.clock]]),
      events: columns(['ts', 'cpu', 'kind', 'pid'], (more.switches ?? []).map(([ts, cpu, pid]) => [ts!, cpu!, SWITCH, pid!])),
    },
    instrument: {
      ...(ticks.length === 0 ? {} : { ticks: columns(['ts'], ticks) }),
      ...(more.kicks === undefined ? {} : { kicks: columns(['ts', 'flags', 'ilb'], more.kicks) }),
      ...(more.newidles === undefined ? {} : { newidles: columns(NEWIDLES, more.newidles) }),
      ...(more.wakeups === undefined ? {} : { wakeups: columns(['target', 'has_idle_cores', 'nr_idle_scan', 'ts', 'path', 'chosen'], more.wakeups) }),
    },
  } as unknown as BundleContents;
}

describe('the start of a recording', () => {
  it('is not told by one without records of it', () => {
    expect(startState(contents({ ticks: false }), START)).toBeUndefined();
  });

  it('has the first tick after it', () => {
    expect(startState(contents({}), START)).toEqual({ tickNs: 700_000 });
    expect(startState(contents({}), FIRST + 1)!.tickNs).toBe(TICK - 1);
  });

  it('shows which CPUs idle and tick: those that balance for themselves at one tick after the other, and have run nothing since', () => {
    const at = (tick: number, cpu: number, on = cpu): number[] => [FIRST + tick * TICK + 3000, cpu, on, 0, 0];
    const balances = [at(0, 1), at(0, 2), at(0, 3), at(0, 4, 3), at(1, 1), at(1, 2), at(3, 1)];
    const told = startState(contents({ balances, switches: [[FIRST - 10, 2, 77]], kicks: [[FIRST + 1000, 3, 3]] }), START)!;
    expect(told.ticking).toEqual([{ cpu: 1, untilNs: 700_000 + TICK, counted: false }]);
  });

  it('has those counted as without ticks where the first tick found too few busy to kick one', () => {
    const balances = [[FIRST + 3000, 1, 1, 0, 0]];
    const counted = (kicks: ReadonlyArray<readonly number[]>): boolean => startState(contents({ balances, kicks }), START)!.ticking![0]!.counted;
    expect(counted([[FIRST + 1000, 8, 3], [FIRST + TICK, 3, 3]])).toBe(true);
    expect(counted([[FIRST + 1000, 3, 3]])).toBe(false);
  });

  it('has the costs that the first newly-idle balance of each domain was told', () => {
    const newidles = [[1100, 1, 4, 1500, 0, 0, 0], [1200, 1, 0, 1600, 2, 1600, 2500], [1300, 2, 1, 9, 0, 0, 0], [1400, 1, 0, 9, 2, 9, 9]];
    expect(startState(contents({ ticks: false, newidles }), START)).toEqual({
      newidleCosts: [{ cpu: 1, domain: 0, ns: 1500 }, { cpu: 1, domain: 1, ns: 2500 }],
    });
  });

  it('has what the first searches were told, and what was seen of the run queues', () => {
    const wakeups = [[2, 1, 7], [2, 0, 0], [-1, 1, 1], [3, -1, -1]];
    const known = { minVruntimeNs: 5, avgIdleNs: 6, maxIdleBalanceCostNs: 7 };
    const removed = { load: 1024, runnable: 50, util: 40 };
    const runQueues = [known, { ...known, averages: { clockNs: 1e9, load: 1100, runnable: 80, util: 60, removed, running: 0 } }];
    const averages = { load: 1100, runnable: 80, util: 60, removed, running: 0 };
    const queues = (beforeNs: number) => [{ avgIdleNs: 6, maxIdleBalanceCostNs: 7 }, { avgIdleNs: 6, maxIdleBalanceCostNs: 7, averages: { ...averages, beforeNs } }];
    expect(startState(contents({ ticks: false, wakeups, runQueues }), START)).toEqual({
      searches: [{ cpu: 2, idleCores: true, scan: 7 }, { cpu: 3 }],
      queues: queues(0),
    });
    expect(startState(contents({ ticks: false, runQueues, clock: 1e9 + 5000 }), START)).toEqual({ queues: queues(5000) });
    expect(startState(contents({ ticks: false, runQueues: [known] }), START)).toEqual({ queues: [{ avgIdleNs: 6, maxIdleBalanceCostNs: 7 }] });
  });

  it('has the CPUs that had become idle last: those chosen first for new tasks, of which nobody was seen on them before', () => {
    const [slow, fast] = [1, 2];
    const wakeups = [[5, slow, 1100], [4, fast, 1150], [3, slow, 1200], [2, slow, 1300], [5, slow, 1400]].map(([cpu, path, ts]) => [-1, 0, 0, ts!, path!, cpu!]);
    expect(startState(contents({ ticks: false, wakeups, switches: [[1250, 2, 9]] }), START)).toEqual({ idled: [5, 3] });
  });
});
