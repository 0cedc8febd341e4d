import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import type { RunFacts } from '../../../src/bundle/capture/measured-run.js';
import { readBundle } from '../../../src/bundle/read.js';
import { writeBundle } from '../../../src/bundle/write.js';
import type { ConfrontDocument } from '../../../src/kernel-validation/confront/types.js';
import { pageOfModel } from '../../../src/kernel-validation/page/index.js';
import { Interpreter } from '../../../src/libml/interpreter.js';
import { namedModel } from '../../../src/policies/models.js';
import { CaptureCopy } from '../../bundle/capture-fixture.js';
import { Recording } from '../../lockstep/support/recording.js';
import { cli } from '../support.js';

const DIR = mkdtempSync(join(tmpdir(), 'cfslab-confront-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));
const at = (...names: string[]): string => join(DIR, ...names);
const SEEDS = [1, 2, 3];
const { model } = namedModel('early', 'test');

/** A table of one recorded call, as a kernel with the shipped model makes it. */
function policyTable(wrong: boolean): BundleContents['instrument'] {
  const { program } = pageOfModel(model);
  const values = program.inputs.map((_, i) => i);
  const logit = new Interpreter(program).logit(values);
  const policy = logit >= program.threshold ? 1 : 0;
  const r = new Recording();
  const row = { ts: 1, cpu: 0, on: 0, pid: 9, generation: 1, task: 2, mode: 2, hot: 1, stock: 0, policy, result: policy, logit: wrong ? logit + 1 : logit, n: values.length };
  r.put('policy', { ...row, ...Object.fromEntries(values.map((value, i) => [`raw${i}`, value])) });
  return r.contents().instrument;
}

/** What a simulated run would be if a kernel had made it, deciding by another name. */
async function asKernel(from: string, to: string, seed: number, policy: string, more: Partial<RunFacts> = {}, wrong = false): Promise<void> {
  const contents = await readBundle(from);
  const run: RunFacts = {
    ...contents.manifest.run!, place: 'lab', policy, mode: policy === 'stock' ? 'off' : 'decide', repetition: seed,
    model: policy === 'stock' ? null : model.hash, perturbation: { delayUs: 870 * seed, seed, quantumNs: 1000 }, ...more,
  };
  const instrument = run.model === null ? {} : policyTable(wrong);
  mkdirSync(join(to, '..'), { recursive: true });
  await writeBundle(to, { ...contents, manifest: { ...contents.manifest, source: 'kernel', run }, instrument });
}

const simulated = (policy: string, seed: number): string => at('sim', policy, 'threadpool', `seed-${seed}`);

beforeAll(async () => {
  const { code, err } = await cli(
    'compare', 'threadpool', '--machine', 'pvt8c', '--policies', 'stock,never,neural-early', '--seeds', '3', '--duration', '0.08', '--jobs', '0', '--out', at('sim'),
  );
  expect(code, err).toBe(0);
  for (const seed of SEEDS) {
    await asKernel(simulated('stock', seed), at('alike', `stock-${seed}`), seed, 'stock');
    await asKernel(simulated('neural-early', seed), at('alike', `early-${seed}`), seed, 'neural-early');
    // What stock did is called the policy, and `never`, which moves nothing that is hot or cold, stock.
    await asKernel(simulated('never', seed), at('other', `stock-${seed}`), seed, 'stock');
    await asKernel(simulated('stock', seed), at('other', `early-${seed}`), seed, 'neural-early', {}, true);
  }
});

const sim = (): string[] => ['--sim', at('sim')];

describe('cfslab kernel confront', () => {
  it('finds a prediction that came true, and writes its report', async () => {
    const { code, out } = await cli('kernel', 'confront', ...sim(), '--kernel', at('alike'), '--json', '--html', at('report.html'));
    const document = JSON.parse(out) as ConfrontDocument;
    expect(code).toBe(0);
    expect(document.decisions).toMatchObject({ count: 3, agree: 3, first: [] });
    const rows = document.metrics.filter(({ policy }) => policy === 'neural-early');
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ verdict }) => verdict === 'refuted')).toEqual([]);
    for (const { predicted, measured } of rows) expect(measured).toEqual(predicted);
    expect(document.tau).toMatchObject({ value: 1, n: 1 });
    expect(document.notes).toContain('never on threadpool was predicted and not measured: left out');
    expect(readFileSync(at('report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  it('finds one that did not, and decisions that are not the program’s, with exit code 1', async () => {
    const { code, out } = await cli('kernel', 'confront', ...sim(), '--kernel', at('other'));
    expect(code).toBe(1);
    expect(out).toMatch(/^REFUTED: 9 simulated runs beside 6 of the kernel\n- 3 of 3 recorded decisions are not those of the integer program/);
    expect(out).toContain('row 0, pid 9: logit');
  });

  it('is undecided with one run of each', async () => {
    const { code, out } = await cli('kernel', 'confront', ...sim(), '--kernel', at('alike', 'stock-1'), '--kernel', at('alike', 'early-1'), '--json');
    expect([code, (JSON.parse(out) as ConfrontDocument).verdict]).toEqual([0, 'undecided']);
  });

  it('reads a capture directory of a kernel as it is', async () => {
    const copy = new CaptureCopy('spin9');
    try {
      copy.write('run.json', JSON.stringify({
        schema: 1, workload: 'threadpool', policy: 'stock', mode: 'off', model: null, kernelSource: null, place: 'lab', seed: 1, repetition: 0,
        perturbation: { delayUs: 0, seed: 1, quantumNs: 1000 }, completionNs: 4e9, throughput: null, stats: null, memoryBytes: null,
      }));
      const { code, out, err } = await cli('kernel', 'confront', ...sim(), '--kernel', copy.dir, '--json');
      expect(code, err).toBe(0);
      const document = JSON.parse(out) as ConfrontDocument;
      expect(document.runs.filter(({ side }) => side === 'kernel')).toMatchObject([{ policy: 'stock', completionNs: 4e9 }]);
    } finally {
      copy.remove();
    }
  });

  it('refuses what makes no sense, in one line', async () => {
    await asKernel(simulated('stock', 1), at('unknown'), 1, 'mine', { model: 'd'.repeat(64) });
    await asKernel(simulated('stock', 1), at('twice', 'a'), 1, 'stock');
    await asKernel(simulated('stock', 1), at('twice', 'b'), 1, 'stock');
    const cases: ReadonlyArray<readonly [readonly string[], string]> = [
      [sim(), '--kernel: expected runs of a kernel, found none'],
      [['--kernel', at('alike')], '--sim: expected runs of the simulator, found none'],
      [[...sim(), '--kernel', at('nothing')], 'expected a bundle, or a directory with bundles in it'],
      [[...sim(), '--kernel', at('sim')], 'expected a bundle of a kernel, after --kernel, found one of the simulator'],
      [[...sim(), '--kernel', at('unknown')], 'run.model: expected the model that decided, with --model'],
      [[...sim(), '--kernel', at('twice')], 'expected each run once'],
      [[...sim(), '--kernel', at('alike'), '--html', at('no', 'where.html')], '--html: expected a file in a directory that exists'],
    ];
    for (const [args, message] of cases) {
      const { code, out, err } = await cli('kernel', 'confront', ...args);
      expect([code, out], message).toEqual([2, '']);
      expect(err).toContain(message);
      expect(err.trim().split('\n').filter((line) => !/ bundles$/.test(line))).toHaveLength(1);
    }
  });
});
