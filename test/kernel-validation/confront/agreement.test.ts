import { describe, expect, it } from 'vitest';
import { agreementOf, agreementWithModel } from '../../../src/kernel-validation/confront/agreement.js';
import { pageOfModel, pageOfRule } from '../../../src/kernel-validation/page/index.js';
import { Interpreter } from '../../../src/libml/interpreter.js';
import { namedModel } from '../../../src/policies/models.js';
import { Recording } from '../../lockstep/support/recording.js';

const { model } = namedModel('early', 'test');
const { program } = pageOfModel(model);

const RAW: Readonly<Record<string, number>> = {
  hot: 1, delta: 250_000, nr_balance_failed: 1, cpu_idle: 0, cpu_newly_idle: 1, loop: 2, src_nr: 4, dst_nr: 0, task_util: 300,
};

/** A call of the shipped model of task 2, recorded by both events as a kernel does it. */
function call(r: Recording, ts: number, raw: Readonly<Record<string, number>>, changes: Readonly<Record<string, number>> = {}): void {
  const values = program.inputs.map(({ name }) => raw[name]!);
  const logit = new Interpreter(program).logit(values);
  const stock = 1 - raw['hot']!;
  const policy = stock === 1 || logit >= program.threshold ? 1 : 0;
  const row = { ts, cpu: 2, on: 2, pid: 70 + ts, generation: 1, task: 2, mode: 2, hot: raw['hot']!, stock, policy, result: policy, logit, n: values.length };
  r.put('policy', { ...row, ...Object.fromEntries(values.map((value, i) => [`raw${i}`, value])), ...changes });
  const { hot, delta, nr_balance_failed, loop, src_nr, dst_nr, task_util } = raw as Record<string, number>;
  r.put('decisions', { ts, cpu: 2, pid: 70 + ts, reason: 5, idle: 2, hot: hot!, delta: delta!, nr_balance_failed: nr_balance_failed!, loop: loop!, src_nr: src_nr!, dst_nr: dst_nr!, task_util: task_util! });
}

const ofModel = () => pageOfModel(model);

describe('agreementOf', () => {
  it('computes each recorded call again, and compares its counters with what decisions has', () => {
    const r = new Recording();
    for (let i = 0; i < 40; i++) call(r, i, { ...RAW, hot: i % 3 === 0 ? 0 : 1, delta: 1000 * 3 ** (i % 12), nr_balance_failed: i % 4 });
    const found = agreementOf(r.contents(), ofModel);
    expect(found).toMatchObject({ count: 40, agree: 40, disagreements: [], unknown: 0 });
    expect(Object.keys(found.counters).sort((a, b) => (a < b ? -1 : 1))).toEqual(Object.keys(RAW).sort((a, b) => (a < b ? -1 : 1)));
    expect(Object.values(found.counters)).toEqual(Object.keys(RAW).map(() => ({ count: 40, agree: 40 })));
    expect(agreementWithModel(r.contents(), model)).toEqual({ count: 40, agree: 40, first: null });
  });

  it.each([
    ['logit', { logit: 1 }], ['policy', { policy: 2 }], ['result', { result: 2 }], ['logit', { raw1: 1, raw8: 1000 }],
  ])('finds a call whose %s is another: %j', (what, changes) => {
    const r = new Recording();
    call(r, 1, RAW);
    call(r, 2, RAW, changes as Record<string, number>);
    const found = agreementOf(r.contents(), ofModel);
    expect(found).toMatchObject({ count: 2, agree: 1, disagreements: [{ row: 1, pid: 72, what }] });
    expect(agreementWithModel(r.contents(), model).first).toContain(`row 1, pid 72: ${what}`);
  });

  it('expects the stock answer of a shadow', () => {
    const r = new Recording();
    call(r, 1, RAW, { mode: 1, result: 0 });
    call(r, 2, RAW, { mode: 1, result: 1 });
    expect(agreementOf(r.contents(), ofModel)).toMatchObject({ count: 2, agree: 1, disagreements: [{ row: 1, what: 'result' }] });
  });

  it('leaves out generations that nobody knows, and counts calls of another policy against a model', () => {
    const r = new Recording();
    call(r, 1, RAW);
    call(r, 2, RAW, { generation: 2 });
    call(r, 3, RAW, { n: 3 });
    expect(agreementOf(r.contents(), (generation) => (generation === 1 ? pageOfModel(model) : null))).toMatchObject({ count: 1, agree: 1, unknown: 2 });
    expect(agreementWithModel(r.contents(), model)).toEqual({ count: 3, agree: 2, first: '1 calls of another policy' });
  });

  it('judges a rule by the decision of the same call, and no other', () => {
    const r = new Recording();
    call(r, 1, RAW, { task: 0, policy: 1, result: 1, logit: 0, n: 0 });
    call(r, 2, { ...RAW, nr_balance_failed: 0 }, { task: 0, policy: 1, result: 1, logit: 0, n: 0 });
    r.put('policy', { ts: 3, cpu: 2, on: 2, pid: 9, generation: 1, mode: 2, hot: 1, policy: 1, result: 1 });
    r.put('decisions', { ts: 3, cpu: 1, pid: 9, reason: 5, hot: 1, nr_balance_failed: 1 });
    r.put('decisions', { ts: 3, cpu: 2, pid: 8, reason: 5, hot: 1, nr_balance_failed: 1 });
    const early = agreementOf(r.contents(), () => pageOfRule('early-migration', { attempts: 1 }));
    expect(early).toMatchObject({ count: 2, agree: 1, unknown: 1, disagreements: [{ row: 1, what: 'policy' }] });
    expect(agreementOf(r.contents(), () => pageOfRule('always'))).toMatchObject({ count: 3, agree: 3 });
  });

  it('finds nothing where nothing was recorded', () => {
    expect(agreementOf(new Recording().contents(), ofModel)).toMatchObject({ count: 0, agree: 0, unknown: 0 });
  });
});
