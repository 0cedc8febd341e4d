import { describe, expect, it } from 'vitest';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import { Writers } from '../../../../src/workloads/replay/infer/writers.js';

describe('Writers', () => {
  it('counts as a writer who has woken a task often, and tells who is woken synchronously', () => {
    const writers = new Writers(new ActionLog());
    for (let i = 0; i < 8; i++) {
      writers.wrote(1, 9, true);
      writers.wrote(2, 9, false);
      if (i > 0) writers.wrote(3, 9, true);
    }
    expect([...writers.oftenOf(9)]).toEqual([1, 2]);
    expect(writers.oftenOf(8).size).toBe(0);
    expect(writers.mostlySynchronous(9)).toBe(true);
    for (let i = 0; i < 7; i++) writers.wrote(2, 9, false);
    expect(writers.mostlySynchronous(9)).toBe(false);
    expect(writers.mostlySynchronous(8)).toBe(false);
  });

  it('takes for the next writer who has had the most CPU time since its last message', () => {
    const log = new ActionLog();
    const writers = new Writers(log);
    writers.wrote(1, 9, true);
    writers.wrote(2, 9, true);
    log.run(1, 199);
    expect(writers.next(9)).toBe(-1);
    log.run(1, 301);
    log.run(2, 400);
    expect(writers.next(9)).toBe(1);
    writers.wrote(1, 9, true);
    expect(writers.next(9)).toBe(2);
  });
});
