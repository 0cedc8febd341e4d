import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEpochProgress } from '../../src/cli/progress.js';
import { CAPTURES } from '../bundle/capture-fixture.js';
import { cli } from './support.js';

const CAPTURE = join(CAPTURES, 'threadpool-c8-mc5');
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
let root = '';
/** A data set of the shipped capture. */
let data = '';
const at = (name: string): string => join(root, name);
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cfslab-cli-train-'));
  data = at('data');
  const made = await cli('dataset', CAPTURE, '--task', '3', '--hold-out', '0.3', '--out', data);
  expect([made.code, made.err]).toEqual([0, '']);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Written {
  readonly hash: string;
  readonly kind: string;
  readonly inputs: ReadonlyArray<{ readonly name: string }>;
}
const modelAt = (name: string): Written => JSON.parse(readFileSync(at(name), 'utf8')) as Written;

describe('cfslab train', () => {
  it('makes a model of a data set, the same bytes each time, and says what it comes to', async () => {
    const args = ['train', data, '--task', '3', '--epochs', '10', '--out'];
    const { code, out, err } = await cli(...args, at('one.json'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('balanced accuracy of the test rows');
    expect(out).toMatch(/^points lost to integers: q16 -?\d/m);
    expect(out).toMatch(/^\d+ multiply-adds a decision, \d+ bytes in a kernel$/m);
    expect(out).toContain(`hash ${modelAt('one.json').hash}`);
    await cli(...args, at('two.json'));
    expect(readFileSync(at('two.json'))).toEqual(readFileSync(at('one.json')));
    const json = await cli(...args, at('one.json'), '--json', '--features', 'hot,nr_balance_failed');
    expect(JSON.parse(json.out)).toMatchObject({ form: 'compact', part: 'test', cost: { multiplyAdds: 48 } });
    expect(modelAt('one.json').inputs.map(({ name }) => name)).toEqual(['hot', 'nr_balance_failed']);
  });

  it('takes recordings, with the inputs that the thesis selects, those that are named, or those that the scores select', async () => {
    const args = ['train', CAPTURE, '--task', '3', '--epochs', '2', '--out', at('m.json')];
    expect((await cli(...args)).out).toContain('constant, left out: cache_nice_tries');
    expect(modelAt('m.json').inputs.map(({ name }) => name)).toContain('task_util');
    await cli(...args, '--features', 'selected');
    expect(modelAt('m.json').inputs.map(({ name }) => name)).toContain('nr_balance_failed');
    const rule = await cli('train', CAPTURE, '--task', '3', '--form', 'rule', '--out', at('m.json'));
    expect(rule.out).toMatch(/threadpool-c8-mc5 +\d+ +\d+ +100\.00/);
    expect(modelAt('m.json').kind).toBe('rule');
  });

  it.each([
    [[], "expected 1, 2 or 3, found nothing"],
    [['--task', '4'], '--task: expected an integer from 1 to 3, found 4'],
    [['--task', '1'], 'options.task: expected 1, as --task says, found 3'],
    [['--task', '3', '--form', 'svm'], '--form: expected compact, full, logistic, tree, rule, found svm'],
    [['--task', '3', '--features', 'nope'], '--features: features: expected nope'],
    [['--task', '3', '--hidden', '4,x'], '--hidden: expected numbers of units separated by commas, found 4,x'],
    [['--task', '3', '--hidden', '4000'], 'sizes: expected integers from 1 to 128, found '],
    [['--task', '3', '--hidden', '100,100'], 'sizes: expected a model of at most one page'],
    [['--task', '3', '--form', 'tree', '--epochs', '3'], '--epochs: expected a form that is a network, found tree'],
    [['--task', '3', '--backend', 'cpu'], '--backend: expected --form full, found compact'],
    [['--task', '3', '--probability', '1'], '--probability: expected a number above 0 and below 1, found 1'],
    [['--task', '3', '--resume'], '--resume: expected --checkpoint beside it, found none'],
    [['--task', '3', '--learning-rate', '9', '--optimiser', 'sgd', '--batch', '1', '--epochs', '5'], 'q16: layer 1, unit 2: expected weights within'],
    [['--task', '3', '--test', CAPTURE], 'expected one data set, or recordings, found it and 1 more'],
  ])('refuses %j in one line, and writes nothing', async (more, message) => {
    const { code, out, err } = await cli('train', data, '--out', at('refused.json'), ...more);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err.trim()).not.toContain('\n');
    expect(existsSync(at('refused.json'))).toBe(false);
  });

  it('refuses data that is none, and places that cannot be written to, before it trains', async () => {
    const fails = async (args: readonly string[], message: string): Promise<void> => {
      const { code, err } = await cli('train', ...args, '--task', '3');
      expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    };
    await fails([at('nothing'), '--out', at('x.json')], 'nothing');
    mkdirSync(at('empty'));
    await fails([at('empty'), '--out', at('x.json')], 'empty');
    await fails([data], '--out: expected a place for the model, found nothing');
    await fails([data, '--out', root], 'expected a place for a file, found a directory');
    await fails([data, '--out', at('no/x.json')], 'expected a place in a directory that exists');
    writeFileSync(at('there'), 'precious');
    await fails([data, '--out', at('x.json'), '--checkpoint', at('there')], 'expected no file yet, or --resume, found a file');
    await fails([data, '--out', at('x.json'), '--checkpoint', at('there'), '--resume'], 'there');
    expect(readFileSync(at('there'), 'utf8')).toBe('precious');
    // One class only: the forced moves of a recording that has none.
    await fails([join(CAPTURES, 'rtapp'), '--out', at('x.json')], 'expected both 0 and 1');
    expect(existsSync(at('x.json'))).toBe(false);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('ended by %s it loses no more than an epoch, and goes on to the same model', async (signal) => {
    const args = ['train', data, '--task', '3', '--epochs', '400', '--patience', '0', '--seed', '3'];
    const [whole, model, checkpoint] = [at('whole.json'), at(`${signal}.json`), at(`${signal}-checkpoint.json`)];
    if (!existsSync(whole)) await cli(...args, '--out', whole);
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args, '--out', model, '--checkpoint', checkpoint], { stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    while (!existsSync(checkpoint) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    const code = await ended;
    expect(code).toBe(signal === 'SIGINT' ? 130 : null);
    expect(existsSync(model)).toBe(false);
    const { state } = JSON.parse(readFileSync(checkpoint, 'utf8')) as { state: { epoch: number } };
    expect(state.epoch).toBeGreaterThan(0);
    expect(state.epoch).toBeLessThan(400);
    const resumed = await cli(...args, '--out', model, '--checkpoint', checkpoint, '--resume');
    expect([resumed.code, resumed.err]).toEqual([0, '']);
    expect(readFileSync(model)).toEqual(readFileSync(whole));
    expect(readdirSync(root).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('shows the epoch and the loss now and then where there is no terminal', () => {
    let text = '';
    const io = { out: () => undefined, err: (more: string) => void (text += more), terminal: false };
    const quiet = startEpochProgress(io, true);
    quiet.update(1, 2, 0.5);
    quiet.stop();
    expect(text).toBe('');
    const { now } = Date;
    try {
      const progress = startEpochProgress(io, false);
      Date.now = () => now() + 60_000;
      progress.update(3, 60, 0.123456);
      progress.stop();
    } finally {
      Date.now = now;
    }
    expect(text).toBe('3.0 of 60 epochs, loss 0.12346\n');
  });
});
