import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { outcomeIn, parsePolicyStats, tscRate } from '../../../src/kernel-validation/boot/outcome.js';

const root = mkdtempSync(join(tmpdir(), 'cfslab-outcome-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('what a run came to', () => {
  it('is the sum of the work, and the longest time, of programs side by side', () => {
    const log = 'noise\ncfslab: result work=10 unit=loops ns=1000000000\ncfslab: result work=30 unit=rounds ns=2000000000\n';
    expect(outcomeIn(log, 'steps')).toEqual({ completionNs: 2e9, throughput: { value: 20, unit: 'steps' } });
    expect(outcomeIn(log, null).throughput?.unit).toBe('loops');
    expect(() => outcomeIn('killed', null)).toThrow(/reports no result: killed/);
  });

  it('has the kernel’s statistics by name', () => {
    expect(parsePolicyStats('mode decide\ncalls 10\ncycles_log2 0,3,-1\ncpu0.calls 4\n\n')).toEqual({
      mode: 'decide', calls: 10, cycles_log2: [0, 3, -1], 'cpu0.calls': 4,
    });
  });

  it('has the rate of the time stamp counter, exactly', () => {
    expect(tscRate(root)).toBeNull();
    writeFileSync(join(root, 'tsc.before'), 'tsc 9007199254740993 ns 5000000000\n');
    writeFileSync(join(root, 'tsc.after'), 'tsc 9007201254740993 ns 6000000000\n');
    expect(tscRate(root)).toBe(2_000_000_000);
  });
});
