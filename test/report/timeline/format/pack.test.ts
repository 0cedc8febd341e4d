import { describe, expect, it } from 'vitest';
import { packRun, PackedRun } from '../../../../src/report/timeline/format/pack.js';
import type { RunHeader } from '../../../../src/report/timeline/format/run.js';

const HEADER: RunHeader = {
  label: '</script><script>', source: 'sim', workload: 'ärger', seed: null, machine: 'm', cpus: 2, startNs: 0, endNs: 10, durationNs: 10,
  migrationCostNs: null, tasks: [{ pid: 1, comm: '<script>' }], levels: {}, fields: [], parts: null,
};

describe('a packed run', () => {
  it('comes back, column by column', () => {
    const packed = packRun(HEADER, [
      { name: 'moves.ts', values: [5, 7, 1e12], delta: true },
      { name: 'moves.from', values: [], delta: false },
      { name: 'decision.hot', values: [-2, 1], delta: false },
    ]);
    // Behind other bytes, as a part of a larger buffer.
    const behind = new Uint8Array(packed.length + 3);
    behind.set(packed, 3);
    const run = new PackedRun(behind.subarray(3));
    expect(run.header).toEqual(HEADER);
    expect([...run.column('moves.ts')]).toEqual([5, 7, 1e12]);
    expect([...run.column('moves.from')]).toEqual([]);
    expect([...run.column('decision.hot')]).toEqual([-2, 1]);
    expect(run.has('moves.to')).toBe(false);
    expect(() => run.column('moves.to')).toThrow('moves.to');
  });

  it('is refused where bytes are missing', () => {
    const packed = packRun(HEADER, [{ name: 'moves.ts', values: [5, 7], delta: true }]);
    expect(() => new PackedRun(packed.subarray(0, packed.length - 1))).toThrow('columns up to');
  });
});
