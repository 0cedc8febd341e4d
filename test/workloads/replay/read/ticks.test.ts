import { describe, expect, it } from 'vitest';
import type { BundleContents } from '../../../../src/bundle/tables/contents.js';
import { NO_TICKS, recordedTicks } from '../../../../src/workloads/replay/read/ticks.js';

const TICK = 4_000_000;
const FIRST = 700_000;
const [IDLE, BUSY, NEWLY] = [0, 1, 2];

/** Ticks of CPUs, and the balances of CPUs so many ns after the tick of a number. */
function recorded(ticks: ReadonlyArray<readonly [tick: number, cpu: number]>, balances: ReadonlyArray<readonly [tick: number, after: number, on: number, idle: number]>) {
  const contents = {
    manifest: { hz: 250, cpus: 4 },
    tables: { balances: { rows: balances.length, columns: { ts: balances.map(([tick, after]) => FIRST + tick * TICK + after), on: balances.map((row) => row[2]), idle: balances.map((row) => row[3]) } } },
    instrument: { ticks: { rows: ticks.length, columns: { ts: ticks.map(([tick]) => FIRST + tick * TICK), cpu: ticks.map(([, cpu]) => cpu) } } },
  };
  return recordedTicks(contents as unknown as BundleContents, 1000, 1500, 600);
}

describe('what ticks took', () => {
  it('is what the machine charges for them and for the records in them', () => {
    const { firstTs, periodNs, taken } = recorded([[0, 2], [1, 2]], []);
    expect([firstTs, periodNs, taken(0, 1), taken(0, 2)]).toEqual([FIRST, TICK, 1500, 2100]);
  });

  it('and the balances that they raised, up to the last of those that follow each other', () => {
    const { taken } = recorded([[0, 0]], [[0, 3000, 1, BUSY], [0, 5000, 1, IDLE], [0, 90_000, 1, IDLE], [0, 4000, 3, NEWLY], [1, 3000, 2, BUSY]]);
    expect([taken(0, 1), taken(0, 3), taken(1, 2), taken(1, 1)]).toEqual([5600, 1500, 3600, 1500]);
  });

  it('is not known where none are recorded', () => {
    expect(recorded([], [])).toBe(NO_TICKS);
  });
});
