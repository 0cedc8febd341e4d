import { describe, expect, it } from 'vitest';
import { spinsOf } from '../../../../src/workloads/replay/infer/channel-locks.js';
import { CpuTimes } from '../../../../src/workloads/replay/read/cpu-times.js';

/** Tasks 0 and 1 read, 2 and 3 write; each is on a CPU from … to …. */
function times(stints: ReadonlyArray<readonly [task: number, from: number, to: number]>): CpuTimes {
  const out = new CpuTimes();
  for (const [task, from, to] of stints) {
    out.add(task, from, 0);
    out.add(task, to, to - from);
  }
  return out;
}

const READERS = [0, 1];
const WRITERS = [2, 3];

describe('what the ends of pipes spin for them', () => {
  it('is nothing where each has the group to itself', () => {
    const ran = times([[0, 0, 10], [1, 10, 20], [2, 20, 30], [3, 30, 40]]);
    expect(spinsOf(ran, READERS, WRITERS, 1000, 1000)).toEqual({ writing: 0, reading: 0 });
  });

  it('goes with how many others are on a CPU meanwhile', () => {
    const ran = times([[0, 0, 100], [2, 0, 100], [3, 50, 100]]);
    const { writing, reading } = spinsOf(ran, READERS, WRITERS, 1000, 1000);
    // Task 2 meets the reader all the time and task 3 for half of it; task 3 both of them.
    expect(writing).toBeCloseTo(((1 * 50 + 2 * 50 + 2 * 50) / 150) * 0.5 * 0.85 * 1000 / 2, 6);
    expect(reading).toBeCloseTo(1.5 * 0.5 * 0.85 * 1000 / 2, 6);
  });

  it('is part of a message where CPUs take no turns', () => {
    const ran = times([[0, 0, 100], [2, 0, 100]]);
    expect(spinsOf(ran, READERS, WRITERS, 800, 0)).toEqual({ writing: 50, reading: 50 });
  });
});
