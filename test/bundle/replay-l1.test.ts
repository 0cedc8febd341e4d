import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/bundle/capture/capture.js';
import type { BundleContents } from '../../src/bundle/tables/contents.js';
import { inspect } from '../../src/bundle/inspect.js';
import { replayL1 } from '../../src/bundle/replay-l1.js';
import { CAPTURES } from './capture-fixture.js';

let threadpool: BundleContents;
let spin9: BundleContents;
beforeAll(async () => {
  threadpool = await readCapture(join(CAPTURES, 'threadpool-c8-mc5'));
  spin9 = await readCapture(join(CAPTURES, 'spin9'));
});

/** The same contents with a column of the decisions changed. */
function withColumn(contents: BundleContents, name: string, change: (value: number, row: number) => number): BundleContents {
  const { decisions } = contents.tables;
  const column = Array.from(decisions.columns[name]!, change);
  return { ...contents, tables: { ...contents.tables, decisions: { ...decisions, columns: { ...decisions.columns,
    [name]: column } } } };
}

describe('replayL1', () => {
  it('agrees with the kernel on every decision of the shipped captures', async () => {
    const rtapp = await readCapture(join(CAPTURES, 'rtapp'));
    for (const [contents, rows, forced] of [[threadpool, 2859, 30], [spin9, 226, 11], [rtapp, 241, 0]] as const) {
      expect(replayL1(contents)).toEqual({ rows, decidable: rows, agree: rows, disagreements: [] });
      expect(inspect(contents).forced).toBe(forced);
    }
  });

  it('disagrees where the migration cost was another', () => {
    const { agree, decidable, disagreements } = replayL1(withColumn(threadpool, 'migration_cost', () => 500_000));
    expect(decidable).toBe(2859);
    expect(agree).toBeLessThan(2859 * 0.9);
    expect(disagreements).toHaveLength(100);
    expect(disagreements[0]).toMatchObject({ recorded: { hot: 1 }, computed: { hot: 0, result: 1 } });
  });

  it('disagrees on the very row that was changed', () => {
    const { reason, delta } = threadpool.tables.decisions.columns;
    const row = Array.from(reason!).findIndex((why, i) => why === 5 && delta![i]! < 5_000_000);
    const one = replayL1(withColumn(threadpool, 'migration_cost', (cost, i) => (i === row ? 0 : cost)));
    expect(one.disagreements.map((disagreement) => disagreement.row)).toEqual([row]);
    expect(replayL1(withColumn(threadpool, 'nr_balance_failed', (failed, i) => (i === row ? failed +
      9 : failed))).disagreements).toHaveLength(1);
  });

  it.each([
    ['result', (value: number) => (value === 0 ? 1 : 0)],
    ['reason', (value: number) => (value === 3 ? 4 : value)],
    ['hot', () => 0],
    ['policy', () => 5],
    ['exec_start', () => 0],
    ['cache_nice_tries', () => 99],
    ['nr_balance_failed', () => 99],
  ] as const)('depends on %s', (name, change) => {
    expect(replayL1(withColumn(threadpool, name, change)).agree).toBeLessThan(2859);
  });

  it('takes siblings from the flags of the domains, and from the level where there are none', () => {
    const flagless = spin9.domains.map((domain) => ({ ...domain, flags: [] }));
    expect(replayL1({ ...spin9, domains: flagless }).agree).toBeLessThan(226);
    expect(replayL1({ ...spin9, domains: [] }).agree).toBe(226);
  });

  it('takes a task for a buddy only where the feature is on', () => {
    const buddies = withColumn(withColumn(threadpool, 'buddy', () => 1), 'dst_nr', () => 1);
    expect(replayL1(buddies).agree).toBeLessThan(2859);
    const off = threadpool.manifest.features.map((feature) =>
      (feature === 'CACHE_HOT_BUDDY' ? 'NO_CACHE_HOT_BUDDY' : feature));
    expect(replayL1({ ...buddies, manifest: { ...buddies.manifest, features: off } }).agree).toBe(2859);
  });

  it('does not decide what the source does not know', () => {
    const { decidable, agree } = replayL1(withColumn(threadpool, 'policy', (value, row) => (row < 100 ? -1 : value)));
    expect(decidable).toBeLessThan(2859);
    expect(decidable).toBeGreaterThanOrEqual(2759);
    expect(agree).toBe(decidable);
    const fromDelta = withColumn(threadpool, 'clock_task', () => -1);
    expect(replayL1(fromDelta)).toMatchObject({ decidable: 2859, agree: 2859 });
    // A cost that the table does not hold is the manifest's.
    expect(replayL1(withColumn(threadpool, 'migration_cost', () => -1)).agree).toBe(2859);
  });
});

const LARGE = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));
const SMALLER = existsSync(LARGE)
  ? readdirSync(LARGE)
      .filter((name) => existsSync(join(LARGE, name, 'trace.txt.gz')))
      .filter((name) => statSync(join(LARGE, name, 'trace.txt.gz')).size < 1_000_000)
  : [];

describe('the captures that are not shipped', () => {
  it('agree on every decision too, where they are there', async () => {
    for (const name of SMALLER) {
      const contents = await readCapture(join(LARGE, name));
      const { rows, decidable, agree, disagreements } = replayL1(contents);
      expect(disagreements, name).toEqual([]);
      expect([name, agree, decidable]).toEqual([name, rows, rows]);
    }
  });
});
