import { describe, expect, it } from 'vitest';
import { namedRecording, workloadOf } from '../../../src/learning/evaluate/recordings.js';

describe('the workload of a recording', () => {
  it('is its name without the letter or number of the run', () => {
    expect(['batch-mc5-ml-b', 'zstd-2', 'oversub', 'hackbench-sock', 'a', 'x-2026'].map(workloadOf)).toEqual([
      'batch-mc5-ml', 'zstd', 'oversub', 'hackbench-sock', 'a', 'x',
    ]);
  });

  it('is what stands before an equals sign where the path has none', () => {
    expect(namedRecording('batch=runs/first')).toEqual({ workload: 'batch', path: 'runs/first' });
    expect(namedRecording('runs/a=b-1')).toEqual({ workload: 'a=b', path: 'runs/a=b-1' });
  });
});
