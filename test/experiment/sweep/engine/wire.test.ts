import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveScenario } from '../../../../src/experiment/resolve.js';
import { decodeBatch, decodeRequest, encodeBatch, refuseStranger } from '../../../../src/experiment/sweep/engine/batch.js';
import { decode, encode } from '../../../../src/experiment/sweep/engine/wire.js';
import { cellKey } from '../../../../src/experiment/sweep/identity/run-key.js';
import { createPolicy } from '../../../../src/policies/registry.js';
import { buildGenerator } from '../../../../src/workloads/registry.js';

describe('data on their way', () => {
  it('come out as they went in, typed arrays with them', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.float64Array(), fc.int32Array(), (json, doubles, integers) => {
      const data = { json: JSON.parse(JSON.stringify(json)) as unknown, doubles, deep: [{ integers }] };
      expect(decode(encode(data), 'test')).toEqual(data);
    }), { numRuns: 50 });
  });

  it('are refused where they are broken', () => {
    for (const text of ['', '{', '{"$array":"Function","base64":""}', '{"$array":"Int32Array","base64":"AAA="}', '{"$array":"Int32Array"}']) {
      expect(() => decode(text, 'the queue')).toThrow(/the queue: expected data of a sweep/);
    }
  });
});

describe('a batch', () => {
  it('keeps the identity of its runs, and is refused where that is another', async () => {
    const generated = await resolveScenario('threadpool', { machine: 'pvt8c' });
    const workload = buildGenerator('threadpool', {}, { cpus: 8, seed: 1 }, 'test');
    const fixed = { ...generated, workload: { kind: 'fixed' as const, origin: 'capture' as const, workload } };
    for (const scenario of [generated, fixed]) {
      const policy = 'neural-early';
      const request = { cell: cellKey({ ...scenario, durationNs: 5 }, createPolicy(policy)), base: 0, variant: { durationNs: 5 }, policy, seed: 1 };
      const batch = decodeBatch(encodeBatch({ scenarios: [scenario], requests: [request] }), 'test');
      expect(() => refuseStranger(batch.scenarios, batch.requests[0]!)).not.toThrow();
      for (const other of [{ ...request, cell: '0'.repeat(64) }, { ...request, variant: { durationNs: 6 } }, { ...request, policy: 'stock' }, { ...request, base: 1 }]) {
        expect(() => refuseStranger(batch.scenarios, decodeRequest(encode(other), 'test'))).toThrow(/is another one here/);
      }
    }
  });

  it('holds nothing but what is known', () => {
    expect(() => decodeBatch('{"schema":2}', 'test')).toThrow(/test: schema: expected 1/);
    expect(() => decodeRequest('{"cell":"x"}', 'test')).toThrow(/test: cell/);
  });
});
