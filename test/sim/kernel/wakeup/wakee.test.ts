import { describe, expect, it } from 'vitest';
import { record_wakee, wake_wide } from '../../../../src/sim/kernel/wakeup/wakee.js';
import { WAKEE, busy, grid, handMadeKernel, runnerOf } from '../../../support/wakeup-kernel.js';

const OTHER = 12;

describe('record_wakee', () => {
  it('counts a flip only when the wakee changes', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    busy(k, 3);
    k.g.this_cpu[0] = 3;
    k.task.wakee_flip_decay_ts[runnerOf(3)] = 1000;
    for (const p of [WAKEE, WAKEE, OTHER, OTHER, WAKEE]) record_wakee(k, p);
    expect(k.task.wakee_flips[runnerOf(3)]).toBe(3);
    expect(k.task.last_wakee[runnerOf(3)]).toBe(WAKEE);
  });

  it('halves the count once more than a second has passed since it last did', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    const waker = runnerOf(0);
    busy(k, 0);
    k.task.wakee_flips[waker] = 9;
    k.task.last_wakee[waker] = WAKEE;
    k.task.wakee_flip_decay_ts[waker] = 1000 - 250;
    record_wakee(k, WAKEE);
    expect(k.task.wakee_flips[waker]).toBe(9);
    k.g.jiffies[0] = 1001;
    record_wakee(k, WAKEE);
    expect(k.task.wakee_flips[waker]).toBe(4);
    expect(k.task.wakee_flip_decay_ts[waker]).toBe(1001);
  });

  it('keeps the same books for the idle task of each CPU', () => {
    const k = handMadeKernel(grid(1, 4, 2));
    k.g.this_cpu[0] = 5;
    k.rq.idle_wakee_flips[5] = 7;
    record_wakee(k, WAKEE);
    record_wakee(k, OTHER);
    record_wakee(k, OTHER);
    // 7 halved (jiffies 1000 is more than 250 after 0), then two changes of wakee.
    expect(k.rq.idle_wakee_flips[5]).toBe(5);
    expect(k.rq.idle_last_wakee[5]).toBe(OTHER);
    expect(k.rq.idle_wakee_flips[4]).toBe(0);
    expect(k.task.wakee_flips[WAKEE]).toBe(0);
  });
});

describe('wake_wide', () => {
  // The cache has 8 CPUs: the lesser count must reach 8, and the greater 8 times the lesser.
  it.each([
    [64, 8, true],
    [8, 64, true],
    [63, 8, false],
    [7, 1000, false],
    [8, 8, false],
    [72, 9, true],
    [71, 9, false],
  ])('waker %i, wakee %i: %s', (waker, wakee, wide) => {
    const k = handMadeKernel(grid(1, 4, 2));
    busy(k, 2);
    k.g.this_cpu[0] = 2;
    k.task.wakee_flips[runnerOf(2)] = waker;
    k.task.wakee_flips[WAKEE] = wakee;
    expect(wake_wide(k, WAKEE)).toBe(wide);
    k.rq.curr[2] = -1;
    k.rq.idle_wakee_flips[2] = waker;
    expect(wake_wide(k, WAKEE)).toBe(wide);
  });
});
