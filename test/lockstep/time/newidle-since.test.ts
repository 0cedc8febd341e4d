import { describe, expect, it } from 'vitest';
import { newidleSince } from '../../../src/lockstep/time/newidle-since.js';
import { Recording } from '../support/recording.js';

/** Balances that find a group 1300 ns after they began, the last of them `late` ns longer before its end than its cost says. */
function recording(late: number, balances = 20, stage = 1): Recording {
  const r = new Recording();
  for (let i = 0; i < balances; i++) {
    const began = 100_000 * (i + 1);
    const row = { cpu: 2, on: 2, level: 0, idle: 2 };
    if (stage > 0) r.put('busiest', { ts: began + 1300, ...row });
    r.put('balances', { ts: began + 2000, ...row, stage });
    r.put('newidles', { ts: began + 3000 + (i === balances - 1 ? late : 0), cpu: 2, gate: 0, cost: 3000 });
  }
  return r;
}

describe('when a newly-idle balance began', () => {
  it('is its cost before its record', () => {
    expect([...newidleSince(recording(0, 3).contents())]).toEqual([100_000, 200_000, 300_000]);
  });

  it('is what is usual before its first record where its end was held up', () => {
    expect(newidleSince(recording(2500).contents()).at(-1)).toBe(2_000_000);
  });

  it('is left where a little more or less is usual, or nothing is known to be', () => {
    expect(newidleSince(recording(200).contents()).at(-1)).toBe(2_000_200);
    expect(newidleSince(recording(2500, 10).contents()).at(-1)).toBe(1_002_500);
    expect(newidleSince(recording(2500, 20, 0).contents()).at(-1)).toBe(2_002_500);
  });

  it('is nothing where none is recorded', () => {
    expect(newidleSince(new Recording().contents())).toHaveLength(0);
  });
});
