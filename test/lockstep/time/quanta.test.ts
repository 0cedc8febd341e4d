import { describe, expect, it } from 'vitest';
import { Quanta } from '../../../src/lockstep/time/quanta.js';

describe('CPUs that take turns', () => {
  // Rounds begin at 600, 1600, … 4600 of the recording; a timer ends that one, and they go on at 5250, 6250, …
  const quanta = new Quanta(1000, [-400, 5250]);

  it('are seen by those above from the beginning of the round, by those below from its end', () => {
    expect(quanta.seenAt(700, 2, 5)).toBe(600);
    expect(quanta.seenAt(700, 5, 2)).toBe(1600);
    expect(quanta.seenAt(1599, 5, 2)).toBe(1600);
    expect(quanta.seenAt(1600, 5, 2)).toBe(2600);
  });

  it('begin a round with a timer, which ends the one before', () => {
    expect([5249, 5250, 6249, 6250].map((ts) => quanta.begun(ts))).toEqual([4600, 5250, 5250, 6250]);
    expect(quanta.seenAt(5000, 5, 2)).toBe(5250);
    expect([4599, 4600, 5249, 5250, 6250].map((ts) => quanta.turn(ts) - quanta.turn(4599))).toEqual([0, 1, 1, 2, 3]);
  });

  it('see what they do themselves when they do it', () => {
    expect(quanta.seenAt(700, 3, 3)).toBe(700);
  });

  it('are not assumed where the recording does not say so', () => {
    const unknown = new Quanta(0);
    expect(unknown.known).toBe(false);
    expect(unknown.seenAt(700, 5, 2)).toBe(700);
    expect(unknown.turn(700)).toBe(unknown.turn(1e9));
  });
});
