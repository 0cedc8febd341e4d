import { describe, expect, it } from 'vitest';
import { NEWIDLE_NO_OVERLOAD, NEWIDLE_RAN } from '../../../../src/sim/kernel/balance/newidle.js';
import type { TableData } from '../../../../src/sim/records/records.js';
import { newidleStats } from '../../../../src/workloads/replay/read/newidle-stats.js';

/** CPU, gate, pulled, tried, and 1 + the ratio of both domains, −1: the dice were not thrown. */
type Row = readonly [number, number, number, number, number, number];
const NAMES = ['cpu', 'gate', 'pulled', 'tried', 'ratio0', 'ratio1'];

function table(rows: readonly Row[]): TableData {
  return { rows: rows.length, columns: Object.fromEntries(NAMES.map((name, at) => [name, rows.map((row) => row[at]!)])) } as unknown as TableData;
}

const times = (count: number, row: Row): Row[] => Array.from({ length: count }, () => row);

describe('what newly-idle balancing had counted at the start of a window', () => {
  it('is not told without records', () => {
    expect(newidleStats(undefined)).toEqual([]);
    expect(newidleStats(table([[0, NEWIDLE_NO_OVERLOAD, 0, 0, 101, 101]]))).toEqual([]);
  });

  it('is the ratio that is first shown, and the calls and successes that were missing until it changes', () => {
    const rows = [
      ...times(90, [3, NEWIDLE_RAN, 0, 0b11, 101, -1]), ...times(10, [3, NEWIDLE_RAN, 1, 0b1, 101, -1]), [3, NEWIDLE_RAN, 0, 1, 201, 41], [3, NEWIDLE_RAN, 0, 1, 301, 41],
    ] as const;
    // A success stands for 1024 / 101 calls, rounded.
    expect(newidleStats(table(rows))).toEqual([
      { cpu: 3, domain: 0, ratio: 100, calls: 1024 - 100, successes: 200 - 10 * 10 },
      { cpu: 3, domain: 1, ratio: 40, calls: 512, successes: 20 },
    ]);
  });

  it('belongs to the highest domain that was tried, and has not changed before half of the calls', () => {
    const rows = [...times(600, [0, NEWIDLE_RAN, 1, 0b10, -1, 513]), [0, NEWIDLE_RAN, 0, 0, -1, 301]] as const;
    expect(newidleStats(table(rows))).toEqual([{ cpu: 0, domain: 1, ratio: 512, calls: 512, successes: 256 }]);
    const fewer = [...times(100, [0, NEWIDLE_RAN, 1, 0b10, 201, 513]), [0, NEWIDLE_RAN, 0, 0, 251, 301]] as const;
    expect(newidleStats(table(fewer))).toEqual([
      { cpu: 0, domain: 0, ratio: 200, calls: 924, successes: 250 },
      { cpu: 0, domain: 1, ratio: 512, calls: 924, successes: 300 - 2 * 100 },
    ]);
  });
});
