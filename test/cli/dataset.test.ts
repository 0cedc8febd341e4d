import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBundle } from '../../src/bundle/write.js';
import { decisionBundle } from '../support/decision-bundle.js';
import { cli } from './support.js';

let root = '';
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cfslab-cli-dataset-'));
  const calls = Array.from({ length: 60 }, (_, i) => ({
    pid: 10 + i, delta: i % 3 === 0 ? 900_000 : 100 + i, hot: i % 3 === 0 ? 0 : 1, result: i % 3 === 0 ? 1 : 0, task_util: i % 7,
  }));
  await writeBundle(join(root, 'a'), decisionBundle(calls));
  await writeBundle(join(root, 'b'), decisionBundle(calls.slice(0, 30)));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('cfslab dataset', () => {
  it('writes a data set and says what is in it', async () => {
    const out = join(root, 'set');
    const done = await cli('dataset', join(root, 'a'), '--test', join(root, 'b'), '--task', '1', '--out', out, '--json');
    expect(done.code).toBe(0);
    const { manifest } = JSON.parse(done.out) as { manifest: { counts: unknown } };
    expect(manifest.counts).toMatchObject({ calls: 90, train: { rows: 60, positives: 20 }, test: { rows: 30, positives: 10 } });
    expect(existsSync(join(out, 'rows.parquet'))).toBe(true);
    const told = await cli('dataset', join(root, 'a'), '--task', '1', '--out', out);
    expect(told.out).toContain('task 1, 7 features: delta, migration_cost');
  });

  it('ends a series of task 2 where the task has run, unless one keeps to the key of the thesis', async () => {
    // Task 7 is asked about twice, then runs, and is forced at last; task 8 moves unforced.
    const calls = [
      { pid: 7, exec_start: 5 }, { pid: 8, hot: 0, result: 1 }, { pid: 7, exec_start: 5 }, { pid: 7, exec_start: 9 },
      { pid: 7, exec_start: 9, result: 2, nr_balance_failed: 2 }, { pid: 8, nr_migrations: 1 },
    ];
    const bundle = join(root, 'waits');
    await writeBundle(bundle, decisionBundle(calls));
    const positives = async (...options: string[]): Promise<unknown> => {
      const done = await cli('dataset', bundle, '--task', '2', '--keep-censored', '--out', join(root, 'set'), '--json', ...options);
      const { manifest } = JSON.parse(done.out) as { manifest: { options: { series: string }; counts: { train: { positives: number } } } };
      return [manifest.options.series, manifest.counts.train.positives];
    };
    expect(await positives()).toEqual(['wait', 2]);
    expect(await positives('--series', 'thesis')).toEqual(['thesis', 4]);
    expect((await positives('--thesis') as unknown[])[0]).toBe('thesis');
  });

  it('scores and selects without writing anything', async () => {
    const args = ['dataset', join(root, 'a'), join(root, 'b'), '--task', '1', '--features', 'task_util,delta', '--select', '--top', '1'];
    const { selected, scores } = JSON.parse((await cli(...args, '--json')).out) as { selected: unknown; scores: unknown[] };
    expect(selected).toEqual([{ feature: 'delta', ranks: [1, 1] }]);
    expect(scores).toHaveLength(2);
    expect((await cli(...args, '--scores')).out).toContain('1 features: delta');
  });

  it('refuses, in one line and by name, what makes no sense', async () => {
    const a = join(root, 'a');
    const wrong: ReadonlyArray<readonly [readonly string[], string]> = [
      [['dataset', a], '--out: expected a place for the data set, or --scores or --select, found nothing'],
      [['dataset', a, '--scores'], '--task: expected 1, 2 or 3, found nothing'],
      [['dataset', a, '--scores', '--task', '4'], '--task: expected an integer from 1 to 3, found 4'],
      [['dataset', a, '--scores', '--task', '1', '--window', '5'], '--window: expected --task 2, found --task 1'],
      [['dataset', a, '--scores', '--task', '1', '--top', '5'], '--top: expected --select beside it, found none'],
      [['dataset', a, '--scores', '--task', '1', '--features', 'nice'], 'features: expected a feature, or alone one of'],
      [['dataset', a, '--scores', '--task', '3'], 'labels: expected both 0 and 1, found 0 of 60 rows are 1'],
    ];
    for (const [args, message] of wrong) {
      const done = await cli(...args);
      expect(done.code).toBe(2);
      expect(done.out).toBe('');
      expect(done.err).toContain(message);
      expect(done.err.trim().split('\n')).toHaveLength(1);
    }
  });
});
