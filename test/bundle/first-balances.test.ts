import { expect, it } from 'vitest';
import { firstBalances } from '../../src/bundle/first-balances.js';

function table(rows: ReadonlyArray<readonly [ts: number, cpu: number, level: number, idle: number]>) {
  const of = (at: 0 | 1 | 2 | 3): number[] => rows.map((row) => row[at]);
  return { rows: rows.length, columns: { ts: of(0), cpu: of(1), level: of(2), idle: of(3) } };
}

it('finds the first balance of each domain that is no newly-idle one, and whether its CPU was busy', () => {
  const rows = [[110, 1, 0, 2], [120, 1, 0, 0], [130, 1, 2, 1], [140, 1, 0, 1], [150, 0, 0, 1]] as const;
  expect(firstBalances(table(rows), 100)).toEqual([
    { cpu: 1, level: 0, ns: 20, busy: false },
    { cpu: 1, level: 2, ns: 30, busy: true },
    { cpu: 0, level: 0, ns: 50, busy: true },
  ]);
});

it('finds nothing in a recording without balances', () => {
  expect(firstBalances(table([]), 0)).toBeUndefined();
});
