import { describe, expect, it } from 'vitest';
import { RunnerWatch } from '../../../src/bundle/collect/runner-watch.js';

function watching(): RunnerWatch {
  const watch = new RunnerWatch();
  watch.checkSwitch(5, 5);
  watch.switched(0, 0, 100);
  return watch;
}

describe('RunnerWatch', () => {
  it('is surprised by a line of another task, once', () => {
    const watch = watching();
    watch.look(0, 0, 300);
    expect(watch.surprise).toBe(false);
    watch.look(0, -1, 300);
    expect(watch.surprise).toBe(false);
    watch.look(1, 9, 300);
    expect(watch.surprise).toBe(false);
    watch.look(0, 9, 300);
    expect(watch.surprise).toBe(true);
    expect(watch.accept(0, 9, -Infinity, 150)).toBe(150);
    watch.look(0, 9, 300);
    expect(watch.surprise).toBe(false);
  });

  it.each([
    ['at the line', -Infinity, 150, 150],
    ['when it was woken, on an idle CPU', 120, 150, 120],
    ['from where its runtime counts', 120, 110, 110],
    ['not before the last switch', 90, 80, 100],
  ])('tells since when a task runs: %s', (_, wokenAt, ranSince, since) => {
    expect(watching().accept(0, 9, wokenAt, ranSince)).toBe(since);
  });

  it('does not take the wake-up where another task had the CPU', () => {
    const watch = watching();
    watch.switched(0, 3, 100);
    expect(watch.accept(0, 9, 120, 150)).toBe(150);
  });

  it('believes lines only as long as they name the task that leaves', () => {
    const watch = new RunnerWatch();
    watch.switched(0, 4, 1);
    watch.look(0, 9, 300);
    expect(watch.surprise).toBe(false);
    watch.checkSwitch(0, 0);
    watch.look(0, 9, 300);
    expect(watch.surprise).toBe(false);
    watch.checkSwitch(7, 7);
    watch.look(0, 9, 300);
    expect(watch.surprise).toBe(true);
    watch.checkSwitch(9, 31009);
    expect(watch.surprise).toBe(false);
    watch.look(0, 9, 300);
    expect(watch.surprise).toBe(false);
  });

  it('believes no lines once those of a CPU are out of order', () => {
    const watch = watching();
    watch.look(0, 0, 300);
    watch.look(1, 9, 200);
    watch.look(0, 9, 300);
    expect(watch.surprise).toBe(true);
    watch.look(0, 9, 299);
    expect(watch.surprise).toBe(false);
    watch.look(0, 9, 400);
    expect(watch.surprise).toBe(false);
  });

  it('follows a task whose pid changes', () => {
    const watch = watching();
    watch.switched(0, 12, 200);
    watch.look(0, 11, 300);
    watch.renamed(0, 12, 11);
    expect(watch.surprise).toBe(false);
    watch.look(0, 11, 300);
    expect(watch.surprise).toBe(false);
  });

  it('knows who ran throughout where nothing switched and all lines are of one task', () => {
    const watch = watching();
    for (const ts of [100, 200]) {
      watch.look(1, 9, ts);
      watch.look(2, ts === 100 ? 7 : 8, ts);
      watch.look(3, 0, ts);
      watch.look(4, ts === 100 ? 6 : -1, ts);
    }
    watch.look(5, 4, 100);
    expect(watch.throughout()).toEqual([[1, 9], [5, 4]]);
    watch.switched(5, 3, 300);
    watch.look(5, 3, 310);
    expect(watch.throughout()).toEqual([[1, 9]]);
    // The lines name other pids than the switches in them: they say nothing.
    watch.checkSwitch(31, 5);
    expect(watch.throughout()).toEqual([]);
    expect(new RunnerWatch().throughout()).toEqual([]);
  });
});
