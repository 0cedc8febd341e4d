import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/bundle/capture/capture.js';
import type { BundleContents } from '../../src/bundle/tables/contents.js';
import { INSTRUMENT_NAMES, TABLE_NAMES, type TableData } from '../../src/sim/records/records.js';
import { boot, counted, HOT, tell } from './support.js';

const WORKLOADS = ['threadpool', 'hackbench:loops=1000'];

/** Rows in which two tables differ, in any column but those of time. */
function differing(a: TableData | undefined, b: TableData | undefined): number {
  if (a === undefined || b === undefined) return (a ?? b)?.rows ?? 0;
  let count = Math.abs(a.rows - b.rows);
  for (let row = 0; row < Math.min(a.rows, b.rows); row++) {
    const same = Object.entries(a.columns).every(([name, values]) => name === 'ts' || values[row] === b.columns[name]![row]);
    if (!same) count += 1;
  }
  return count;
}

function rowsOf({ tables }: BundleContents): number {
  return TABLE_NAMES.reduce((sum, name) => sum + tables[name].rows, 0);
}

describe('a policy in shadow', () => {
  it.each(WORKLOADS)('changes no scheduling decision on %s', async (workload) => {
    const name = workload.split(':')[0]!;
    const args = ['--policy', 'neural-early', '--workload', workload, '--duration', '0.3', '--events', 'stock', ...HOT];
    // The same is done up to the workload's start: the model is pushed in both, and the mode is written once.
    const off = await boot(`shadow-${name}-off`, ...args, '--standing-by');
    const shadow = await boot(`shadow-${name}-on`, ...args.map((arg) => (arg === 'neural-early' ? 'neural-early@shadow' : arg)));
    expect([off.facts.mode, shadow.facts.mode]).toEqual(['off', 'shadow']);
    expect(counted(off, 'calls')).toBe(0);
    expect(counted(shadow, 'calls')).toBeGreaterThan(100);
    const [a, b] = [await readCapture(off.directory), await readCapture(shadow.directory)];
    const different = [
      ...TABLE_NAMES.map((table) => [table, differing(a.tables[table], b.tables[table])] as const),
      ...INSTRUMENT_NAMES.filter((table) => table !== 'policy').map((table) => [table, differing(a.instrument[table], b.instrument[table])] as const),
    ].filter(([, rows]) => rows > 0);
    tell(`${workload}: ${rowsOf(a)} rows with the policy off, ${rowsOf(b)} in shadow, ${counted(shadow, 'calls')} calls asked, differing: ${JSON.stringify(different)}`);
    expect(different).toEqual([]);
  });
});
