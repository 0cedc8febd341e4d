import { describe, expect, it } from 'vitest';
import { CASES, firstDifference, type Golden, goldenRun, readGolden } from './golden.js';

/*
 * Runs whose streams of events were kept. A change here is either a bug or a change of the model that is meant: then
 * `node scripts/golden.mjs` writes the hashes anew, and says what it changed.
 */
const kept = readGolden();

describe('golden runs', () => {
  it('are those of the list', () => {
    expect(Object.keys(kept)).toEqual(Object.keys(CASES));
  });

  for (const name of Object.keys(CASES)) {
    it(`${name} is as it was`, () => {
      expect(firstDifference(kept[name]!, goldenRun(name))).toBeNull();
    });
  }

  it('a difference is found, and placed between two checkpoints', () => {
    const run = goldenRun('hackbench');
    expect(run.checkpoints.length).toBeGreaterThan(10);
    const [at] = run.checkpoints[7]!;
    const changed = run.checkpoints.map(([n, hash], i) => [n, i < 7 ? hash : '0123456789abcdef'] as const);
    expect(firstDifference(run, { ...run, checkpoints: changed })).toMatch(
      new RegExp(`^alike up to record ${at / 2}, first differs at the checkpoint of record ${at}: `),
    );
    const shorter: Golden = { ...run, checkpoints: run.checkpoints.slice(0, 5) };
    expect(firstDifference(run, shorter)).toContain('found none');
    expect(firstDifference(run, { ...run, events: run.events + 1 })).toContain('events');
    expect(firstDifference(run, run)).toBeNull();
  });
});
