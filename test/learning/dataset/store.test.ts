import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBundle } from '../../../src/bundle/write.js';
import { buildDataset } from '../../../src/learning/dataset/dataset.js';
import { DEFAULT_DATASET, type DatasetOptions } from '../../../src/learning/dataset/options.js';
import { planDataset } from '../../../src/learning/dataset/plan.js';
import { openSource, type Source } from '../../../src/learning/dataset/sources.js';
import { loadDataset, writeDataset } from '../../../src/learning/dataset/store.js';
import { decisionBundle } from '../../support/decision-bundle.js';

/** Forty calls: every fourth is answered with yes, as it is cold. */
const CALLS = Array.from({ length: 40 }, (_, i) => ({
  pid: 10 + Math.floor(i / 5), delta: i % 4 === 0 ? 900_000 + i : 100 + i, hot: i % 4 === 0 ? 0 : 1, result: i % 4 === 0 ? 1 : 0,
  nr_balance_failed: i % 3, reason: i % 10 === 9 ? 3 : 5, vruntime: -5 - i,
}));
const FEATURES = ['vruntime', 'delta', 'cpu_newly_idle', 'nr_balance_failed'];
const OPTIONS: DatasetOptions = { ...DEFAULT_DATASET, features: FEATURES };

let root = '';
let train: Source;
let test: Source;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cfslab-dataset-'));
  await writeBundle(join(root, 'a'), decisionBundle(CALLS));
  await writeBundle(join(root, 'b'), decisionBundle(CALLS.slice(0, 20)));
  await writeBundle(join(root, 'none'), decisionBundle([]));
  await writeBundle(join(root, 'hot'), decisionBundle([{ delta: 1 }, { delta: 2 }]));
  train = await openSource(join(root, 'a'));
  test = await openSource(join(root, 'b'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const plan = (options: Partial<DatasetOptions> = {}, sources = [train], tests: Source[] = []) =>
  planDataset({ options: { ...OPTIONS, ...options }, train: sources, test: tests });

describe('a data set', () => {
  it('has the rows that were decided, raw values, labels and where they come from', async () => {
    const data = await buildDataset(await plan({ dropConstant: true }));
    const decided = CALLS.map((call, row) => ({ ...call, row })).filter(({ reason }) => reason === 5);
    expect(data.inputs.columns).toEqual(['vruntime', 'delta', 'nr_balance_failed']);
    expect(data.manifest.constant).toEqual([{ name: 'cpu_newly_idle', value: 1 }]);
    expect(data.inputs.rows).toBe(decided.length);
    expect([...data.inputs.values]).toEqual(decided.flatMap((c) => [c.vruntime, c.delta, c.nr_balance_failed]));
    expect([...data.labels]).toEqual(decided.map(({ result }) => result));
    expect([...data.origin.ts]).toEqual(decided.map(({ row }) => row * 1000));
    expect([...data.origin.series]).toEqual(decided.map(({ row }) => Math.floor(row / 5)));
  });

  it('comes back from the disk as it would be built in memory, with the same bytes each time', async () => {
    const made = await plan({ holdOut: 0.25, balance: 'even' }, [train], [test]);
    const inMemory = await buildDataset(made);
    await writeDataset(join(root, 'set'), made);
    const first = readFileSync(join(root, 'set', 'rows.parquet'));
    expect(await loadDataset(join(root, 'set'))).toEqual(inMemory);
    await writeDataset(join(root, 'set'), await plan({ holdOut: 0.25, balance: 'even' }, [train], [test]));
    expect(readFileSync(join(root, 'set', 'rows.parquet')).equals(first)).toBe(true);
    expect(readdirSync(join(root, 'set')).sort((a, b) => (a < b ? -1 : 1))).toEqual(['dataset.json', 'rows.parquet']);
  });

  it('is refused where its files are not what the manifest says', async () => {
    const place = join(root, 'changed');
    await writeDataset(place, await plan());
    const path = join(place, 'dataset.json');
    const text = readFileSync(path, 'utf8');
    const edited = async (edit: (value: Record<string, unknown>) => void): Promise<unknown> => {
      const value = JSON.parse(text) as Record<string, unknown>;
      edit(value);
      writeFileSync(path, JSON.stringify(value));
      return loadDataset(place);
    };
    await expect(edited((m) => (m['schema'] = 9))).rejects.toThrow('dataset.json: schema: expected 1, which is what this version reads, found 9');
    await expect(edited((m) => (m['hash'] = '0'.repeat(64)))).rejects.toThrow('hash: expected');
    await expect(edited((m) => ((m['features'] as string[])[0] = 'nice'))).rejects.toThrow('features.0: expected a feature, found nice');
    await expect(edited((m) => ((m['counts'] as { train: { rows: number } }).train.rows = 5))).rejects.toThrow('5 rows, as the manifest says');
    writeFileSync(path, text);
    expect((await loadDataset(place)).inputs.rows).toBe(36);
  });

  it('replaces a data set, and nothing else', async () => {
    const made = await plan();
    await expect(writeDataset(join(root, 'a'), made)).rejects.toThrow('a data set that may be replaced');
    writeFileSync(join(root, 'file'), '');
    await expect(writeDataset(join(root, 'file'), made)).rejects.toThrow('expected a place for a data set, found a file');
  });

  it('says what is wrong with what it is to be made of', async () => {
    await expect(openSource(join(root, 'none'))).rejects.toThrow('none: decisions: expected at least one row, found none');
    await expect(openSource(join(root, 'nothing'))).rejects.toThrow('no directory of that name');
    await expect(plan({}, [await openSource(join(root, 'hot'))])).rejects.toThrow('labels: expected both 0 and 1, found 0 of 2 rows are 1');
    await expect(plan({ features: ['delta', 'nice'] })).rejects.toThrow('features: expected a feature, or alone one of');
    await expect(plan({ features: ['delta', 'delta'] })).rejects.toThrow('expected each feature once, found delta twice');
    await expect(plan({}, [train], [train])).rejects.toThrow('expected each recording once, found it twice');
    await expect(plan({ features: ['cpu_idle'], dropConstant: true })).rejects.toThrow('features: expected one that varies, found none');
    await expect(plan({ seed: -1 })).rejects.toThrow('seed: expected an integer from 0 to 4294967295');
  });
});
