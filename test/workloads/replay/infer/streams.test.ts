import { describe, expect, it } from 'vitest';
import type { Burst } from '../../../../src/workloads/replay/plan.js';
import { findMessages } from '../../../../src/workloads/replay/infer/streams.js';

const WRITERS: ReadonlySet<number> = new Set([2, 3]);

/** Bursts of task 1: every `every`th is of `many` messages of `unit` ns, the others of one. */
function bursts(n: number, unit: number, every: number, many: number): Burst[] {
  return Array.from({ length: n }, (_, i) => {
    const cpu = i % every === 0 ? many * unit : unit;
    const wake = i * 1_000_000;
    return { task: 1, wake, run: wake + 5000, block: wake + 5000 + cpu, cpu };
  });
}

describe('findMessages', () => {
  it('finds the messages that a burst had besides the first', () => {
    const { count, task, read, ts, readers } = findMessages(bursts(300, 2000, 10, 6), () => WRITERS);
    expect(count).toBe(2 * 30 * 5);
    expect([...readers]).toEqual([[1, WRITERS]]);
    expect(task.every((row) => row === 1)).toBe(true);
    let unread = 0;
    for (let i = 0; i < count; i++) {
      unread += read[i] === 1 ? -1 : 1;
      expect(unread).toBeGreaterThanOrEqual(0);
      if (i > 0) expect(ts[i]!).toBeGreaterThanOrEqual(ts[i - 1]!);
    }
    expect(unread).toBe(0);
  });

  it('finds none where there are few bursts, all are alike, or they are long or of all lengths', () => {
    expect(findMessages(bursts(150, 2000, 10, 6), () => WRITERS).count).toBe(0);
    expect(findMessages(bursts(300, 2000, 1, 1), () => WRITERS).count).toBe(0);
    expect(findMessages(bursts(300, 50_000, 10, 6), () => WRITERS).count).toBe(0);
    const requests = bursts(300, 1, 1, 1).map((burst, i) => ({ ...burst, cpu: 1000 + 1000 * i }));
    expect(findMessages(requests, () => WRITERS).count).toBe(0);
  });

  it('finds none where no messages wake', () => {
    const { count, readers } = findMessages(bursts(300, 2000, 10, 6), () => null);
    expect([count, readers.size]).toEqual([0, 0]);
  });
});
