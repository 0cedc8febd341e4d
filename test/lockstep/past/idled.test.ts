import { beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../../../src/lockstep/world/world.js';
import { Recording } from '../support/recording.js';

/** CPUs 0 to 3 of eight have idled since before the recording; the others were seen to become idle. */
let w: World;
/** The last of some CPUs to become idle, as find_idlest_group_cpu() looks for it. */
const last = (...cpus: number[]) => (): number =>
  cpus.reduce((a, b) => (w.k.rq.idle_stamp[b]! > w.k.rq.idle_stamp[a]! ? b : a));
const possible = (...cpus: number[]): number[] => [...w.pastIdle.answers(last(...cpus)).all].sort((a, b) => a - b);

function chooses(chosen: number, ...cpus: number[]): void {
  w.pastIdle.learn(w.pastIdle.answers(last(...cpus)), chosen);
}

beforeEach(() => {
  w = new Recording().task(10).world();
  for (const cpu of [4, 5, 6, 7]) [w.seenIdle[cpu], w.k.rq.idle_stamp[cpu]] = [1, 1_000_000 + cpu];
});

describe('CPUs that became idle before the recording', () => {
  it('are behind those that did so in it, and in any order among themselves', () => {
    expect(possible(0, 1, 6)).toEqual([6]);
    expect(possible(0, 1)).toEqual([0, 1]);
    expect(possible(0, 1, 2, 3)).toEqual([0, 1, 2, 3]);
  });

  it('are in the order that choices have shown, and in what follows from that', () => {
    chooses(1, 0, 1);
    expect(possible(0, 1)).toEqual([1]);
    expect(possible(0, 1, 2)).toEqual([1, 2]);
    chooses(2, 1, 2);
    expect(possible(0, 2)).toEqual([2]);
    expect(possible(0, 1, 2)).toEqual([2]);
    expect(possible(0, 3)).toEqual([0, 3]);
  });

  it('are not put into an order by a choice that it does not explain, or against a known one', () => {
    w.pastIdle.learn(w.pastIdle.answers(() => 6), 0);
    w.pastIdle.learn(w.pastIdle.answers(last(0, 1)), 5);
    expect(possible(0, 1)).toEqual([0, 1]);
    chooses(1, 0, 1);
    chooses(0, 0, 1);
    expect(possible(0, 1)).toEqual([1]);
  });

  it('matter for nothing where there are none', () => {
    w.seenIdle.fill(1);
    expect(w.pastIdle.answers(last(0, 1)).all.size).toBe(1);
  });
});
