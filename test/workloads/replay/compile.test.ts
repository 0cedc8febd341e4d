import { describe, expect, it } from 'vitest';
import { Op } from '../../../src/sim/programs/program.js';
import { ActionLog } from '../../../src/workloads/replay/read/action-log.js';
import { compile } from '../../../src/workloads/replay/compile.js';

describe('compile', () => {
  it('sorts the log by task, leaves tasks out, and fills in entries, templates and semaphores', () => {
    const log = new ActionLog();
    log.run(0, 3);
    log.run(0, 4);
    log.add(0, Op.FORK, 2);
    log.add(1, Op.SLEEP, 9);
    log.add(2, Op.WAIT, 2);
    log.add(0, Op.POST, 2, 1);
    log.add(0, Op.EXIT);
    log.add(2, Op.EXIT);
    const { program, entry, semaphore, semaphores } = compile(log, Int32Array.of(0, -1, 1));
    expect([...program.code]).toEqual([Op.RUN, Op.FORK, Op.POST, Op.EXIT, Op.WAIT, Op.EXIT]);
    expect([...program.a]).toEqual([7, 4, 0, 0, 0, 0]);
    expect([...program.b]).toEqual([0, 1, 1, 0, 0, 0]);
    expect([[...entry], [...semaphore], semaphores]).toEqual([[0, -1, 4], [[2, 0]], 1]);
  });
});

describe('compile, of semaphores that several share', () => {
  it('gives each number of the log one semaphore, in order of the numbers', () => {
    const log = new ActionLog();
    log.add(0, Op.WAIT, 7);
    log.add(1, Op.WAIT, 7);
    log.add(1, Op.WAIT, 1);
    log.add(0, Op.POST, 1, 1);
    const { program, semaphores } = compile(log, Int32Array.of(0, 1));
    expect([...program.a]).toEqual([1, 0, 1, 0]);
    expect(semaphores).toBe(2);
  });
});

describe('ActionLog', () => {
  it('keeps its rows when it grows', () => {
    const log = new ActionLog();
    for (let i = 0; i < 5000; i++) log.add(i % 7, Op.SLEEP, i, i + 1);
    expect(log.rows).toBe(5000);
    for (const i of [0, 1023, 1024, 4999]) {
      expect([log.task[i], log.code[i], log.a[i], log.b[i]]).toEqual([i % 7, Op.SLEEP, i, i + 1]);
    }
  });
});
