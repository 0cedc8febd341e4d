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
  wakeups?: ReadonlyArray<readonly number[]>; ticks?: boolean; switches?: ReadonlyArray<readonly number[]>; runQueues?: readonly object[];
}): BundleContents {
  const ticks = more.ticks === false ? [] : Array.from({ length: 50 }, (_, i) => [FIRST + i * TICK]);
  return {
    manifest: { hz: 250, ...(more.runQueues === undefined ? {} : { runQueues: more.runQueues }) },
    tables: {
      balances: columns(['ts', 'cpu', 'on', 'level', 'idle'], more.balances ?? []),
      events: columns(['ts', 'cpu', 'kind', 'pid'], (more.switches ?? []).map(([ts, cpu, pid]) => [ts!, cpu!, SWITCH, pid!])),
    },
    instrument: {
      ...(ticks.length === 0 ? {} : { ticks: columns(['ts'], ticks) }),
      ...(more.kicks === undefined ? {} : { kicks: columns(['ts', 'flags', 'ilb'], more.kicks) }),
      ...(more.newidles === undefined ? {} : { newidles: columns(NEWIDLES, more.newidles) }),
      ...(more.wakeups === undefined ? {} : { wakeups: columns(['target', 'has_idle_cores', 'nr_idle_scan'], more.wakeups) }),
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
    const none = { load: 0, runnable: 0, util: 0 };
    const removed = { load: 1024, runnable: 50, util: 40 };
    const runQueues = [
      known,
      { ...known, averages: { clockNs: 1e9, load: 1100, runnable: 80, util: 60, removed, running: 0 } },
      { ...known, averages: { clockNs: 1e9 - 33 * 1024 * 1024, load: 1624, runnable: 500, util: 500, removed: none, running: 1 } },
    ];
    expect(startState(contents({ ticks: false, wakeups, runQueues }), START)).toEqual({
      searches: [{ cpu: 2, idleCores: true, scan: 7 }, { cpu: 3 }],
      // Of 600, 33 periods of 1024 µs leave a little less than half.
      queues: [
        { avgIdleNs: 6, maxIdleBalanceCostNs: 7 },
        { avgIdleNs: 6, maxIdleBalanceCostNs: 7, loadAvg: 76, runnableAvg: 30, utilAvg: 20 },
        { avgIdleNs: 6, maxIdleBalanceCostNs: 7, loadAvg: 293 },
      ],
    });
  });
});
