import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBundle } from '../../src/bundle/write.js';
import { stockCalls } from '../learning/evaluate/made-up.js';
import { decisionBundle } from '../support/decision-bundle.js';
import { cli } from './support.js';

let root = '';
const at = (name: string): string => join(root, name);
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cfslab-cli-evaluate-'));
  await writeBundle(at('pool-a'), decisionBundle(stockCalls(400, 1)));
  await writeBundle(at('pool-b'), decisionBundle(stockCalls(600, 2)));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Row {
  readonly workload: string;
  readonly model: string;
  readonly balancedAccuracy: number | null;
  readonly verdict: string;
}

describe('cfslab evaluate', () => {
  it('prints one document with --json, and a table whose lines fit without', async () => {
    const args = ['evaluate', at('pool-b'), '--train', at('pool-a'), '--task', '3', '--forms', 'tree,rule'];
    const json = await cli(...args, '--json');
    expect(json).toMatchObject({ code: 0, err: '' });
    const { rows } = JSON.parse(json.out) as { rows: Row[] };
    expect(rows.map(({ workload, model, verdict }) => [workload, model, verdict])).toEqual([['pool', 'tree', 'decided'], ['pool', 'rule', 'decided']]);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(expect.arrayContaining([
        'task', 'workload', 'model', 'accuracy', 'balancedAccuracy', 'precision', 'recall', 'prAuc', 'positives', 'verdict',
      ]));
    }
    const told = (await cli(...args)).out;
    expect(told).toMatch(/rule +1 +0 +100\.00 +≥ 98 +reached/);
    expect(told).toContain('This task is trivial: its inputs contain the rule that makes the labels (the rule alone: 100.00 %). Without');
    expect(Math.max(...told.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(120);
  });

  it('judges model files on recordings and on data sets', async () => {
    const model = at('forced.json');
    expect((await cli('train', at('pool-a'), '--task', '3', '--form', 'tree', '--features', 'default', '--out', model)).code).toBe(0);
    const network = at('small.json');
    const small = ['--hidden', '4', '--epochs', '2', '--features', 'hot,delta,nr_balance_failed', '--out', network];
    expect((await cli('train', at('pool-a'), '--task', '3', ...small)).code).toBe(0);
    const models = ['--model', model, '--model', network];
    const { rows } = JSON.parse((await cli('evaluate', at('pool-b'), ...models, '--task', '3', '--json')).out) as { rows: Row[] };
    expect(rows.map((row) => row.model)).toEqual(['forced', 'small', 'rule']);
    expect(rows[0]!.balancedAccuracy).toBeGreaterThan(0.98);
    const set = at('set');
    await cli('dataset', at('pool-a'), '--test', at('pool-b'), '--task', '3', '--out', set);
    const again = JSON.parse((await cli('evaluate', set, ...models, '--task', '3', '--json')).out) as { rows: Row[] };
    expect(again.rows).toEqual(rows);
    await cli('dataset', at('pool-a'), '--task', '3', '--out', at('learnt'));
    expect((await cli('evaluate', at('learnt'), '--task', '3')).err).toContain('counts.test.rows: expected rows to judge, or --model, found 0');
    const wrong = await cli('evaluate', set, '--model', model, '--task', '1');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toContain('task: expected 1, as --task says, found 3');
  });

  it('with --outcome says what policies gain, at every price', async () => {
    const args = ['evaluate', '--outcome', 'oversub', '--seeds', '2', '--duration', '0.05', '--jobs', '0'];
    const { scenarios, rows, breakEven } = JSON.parse((await cli(...args, '--json')).out) as {
      scenarios: ReadonlyArray<{ machine: string; changes: unknown }>;
      rows: ReadonlyArray<{ policy: string; priceNs: number | null }>;
      breakEven: unknown[];
    };
    expect(scenarios).toMatchObject([{ machine: 'pvt8c', changes: [{ path: 'sysctl.migration_cost_ns', value: 5_000_000 }] }]);
    expect(rows.filter(({ policy }) => policy.startsWith('neural-imitate')).map(({ priceNs }) => priceNs)).toEqual([0, 100, 1000, 47_000]);
    expect(breakEven).toHaveLength(3);
    const told = (await cli(...args)).out;
    expect(told).toContain('neural-early, an inference charged at');
    expect(Math.max(...told.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(120);
  });

  it('refuses, in one line and by name, what makes no sense', async () => {
    const b = at('pool-b');
    const wrong: ReadonlyArray<readonly [readonly string[], string]> = [
      [[b], '--task: expected 1, 2 or 3, found nothing'],
      [[b, '--task', '1', '--forms', 'forest'], '--forms: expected compact, full, logistic, tree, rule, found forest'],
      [[b, '--task', '1', '--model', at('none.json')], 'none.json'],
      [[b, '--task', '1', '--train', b], 'expected each recording once, found it twice'],
      [[b, '--task', '1', '--train', at('pool-a'), '--hold-out', '0.2'], '--hold-out: expected recordings to train on alone'],
      [[at('nothing'), '--task', '1', '--train', b], 'nothing'],
      [[], 'evaluate: expected recordings to judge, a data set, or --outcome, found nothing'],
      [[b, '--task', '1', '--seeds', '2'], '--seeds: expected --outcome beside it, found it'],
      [['hogs', '--outcome', '--task', '1'], '--task: expected no such option beside --outcome, found it'],
    ];
    for (const [args, message] of wrong) {
      const done = await cli('evaluate', ...args);
      expect(done.err).toContain(message);
      expect(done).toMatchObject({ code: 2, out: '' });
      expect(done.err.trim().split('\n')).toHaveLength(1);
    }
  });
});
