import { describe, expect, it } from 'vitest';
import { Quanta } from '../../src/lockstep/quanta.js';

describe('CPUs that take turns', () => {
  // The first event is 400 ns into a quantum: they begin at 600, 1600, … of the recording.
  const quanta = new Quanta({ quantumNs: 1000, firstTimestampNs: '1234400' });

  it('are seen by those above from the beginning of the quantum, by those below from its end', () => {
    expect(quanta.seenAt(700, 2, 5)).toBe(600);
    expect(quanta.seenAt(700, 5, 2)).toBe(1600);
    expect(quanta.seenAt(1599, 5, 2)).toBe(1600);
    expect(quanta.seenAt(1600, 5, 2)).toBe(2600);
  });

  it('see what they do themselves when they do it', () => {
    expect(quanta.seenAt(700, 3, 3)).toBe(700);
  });

  it.each([{}, { quantumNs: 1000 }, { firstTimestampNs: '1234400' }])('are not assumed where the recording does not say so: %j', (manifest) => {
    const unknown = new Quanta(manifest);
    expect(unknown.known).toBe(false);
    expect(unknown.seenAt(700, 5, 2)).toBe(700);
  });
});
