import { describe, expect, it } from 'vitest';
import { beginAlike, partingOf } from '../../../../src/report/timeline/build/parting.js';
import { bundleOf } from '../busy-bundle.js';

const decisions = (rows: ReadonlyArray<Readonly<Record<string, number>>>): ReturnType<typeof bundleOf> => bundleOf(2, 1000, { events: [], decisions: rows });
const asked = [{ ts: 10, pid: 1, result: 1 }, { ts: 20, pid: 2, result: 0 }, { ts: 30, pid: 3, result: 1 }];

describe('partingOf', () => {
  it('finds the first other answer to the same question, whatever time it came at', () => {
    const other = [asked[0]!, { ts: 21, pid: 2, result: 2 }, asked[2]!];
    expect(partingOf(decisions(asked), decisions(other))).toEqual({ kind: 'answer', row: 1 });
  });

  it('finds the first other question', () => {
    expect(partingOf(decisions(asked), decisions([asked[0]!, asked[1]!, { ts: 30, pid: 4, result: 1 }]))).toEqual({ kind: 'question', row: 2 });
  });

  it('finds nothing in runs that decide alike as far as both go', () => {
    expect(partingOf(decisions(asked), decisions(asked.slice(0, 2)))).toBeNull();
  });
});

describe('beginAlike', () => {
  it('is for simulated runs of one workload, machine and seed', () => {
    const one = decisions(asked);
    const with_ = (change: object): typeof one => ({ ...one, manifest: { ...one.manifest, ...change } });
    expect(beginAlike(one, one)).toBe(true);
    expect(beginAlike(one, with_({ seed: 2 }))).toBe(false);
    expect(beginAlike(one, with_({ source: 'kernel' }))).toBe(false);
    expect(beginAlike(one, with_({ inputs: { ...one.manifest.inputs, machine: 'other' } }))).toBe(false);
  });
});
