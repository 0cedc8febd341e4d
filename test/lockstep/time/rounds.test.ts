import { describe, expect, it } from 'vitest';
import { quantaOf } from '../../../src/lockstep/time/rounds.js';
import type { Quanta } from '../../../src/lockstep/time/quanta.js';
import { Recording } from '../support/recording.js';

function quanta(r: Recording, manifest: object = { quantumNs: 1000, firstTimestampNs: '5000' }, tick: number | null = null): Quanta {
  const contents = r.contents();
  return quantaOf({ ...contents, manifest: { ...contents.manifest, durationNs: 20_000_000, ...manifest } }, 250, tick);
}

/** CPU `cpu` has been idle, CPU `by` wakes the task, and `cpu` takes that up `path` ns after its round has begun. */
function takesUp(r: Recording, begun: number, cpu: number, by: number, path = 850): void {
  r.event(begun - 20_000, cpu, 'switch', 0, 9, 1).event(begun - 1500, by, 'waking', 10, cpu, 0);
  r.put('places', { ts: begun + path, cpu, on: cpu, pid: 10 });
}

describe('the rounds of a recording', () => {
  it('are told by what halted CPUs take up', () => {
    const r = new Recording();
    takesUp(r, 100_230, 3, 1);
    takesUp(r, 140_230, 4, 1, 875);
    takesUp(r, 180_230, 5, 1);
    const found = quanta(r);
    expect([found.begun(101_000), found.begun(150_229), found.begun(150_230)]).toEqual([100_230, 149_230, 150_230]);
  });

  it('are told by what they take up of a class without records of placements', () => {
    const r = new Recording();
    r.put('places', { ts: 1000, cpu: 7, on: 0, pid: 9 });
    for (const begun of [100_230, 140_230]) {
      r.event(begun - 20_000, 3, 'switch', 0, 50, 1).event(begun - 1500, 1, 'waking', 50, 3, 0).event(begun + 1140, 3, 'wakeup', 50, 3);
    }
    expect(quanta(r).begun(150_100)).toBe(149_230);
  });

  it('have another phase from a timer on that wakes a task', () => {
    const r = new Recording();
    takesUp(r, 100_230, 3, 1);
    r.event(200_700, 0, 'waking', 11, 0, 1);
    takesUp(r, 300_050, 3, 1);
    const found = quanta(r);
    expect(found.begun(199_000)).toBe(198_230);
    expect(found.begun(250_000)).toBe(249_050);
    // The timer comes a little before what it wakes.
    expect(found.begun(200_600)).toBe(200_050);
  });

  it('have another phase from where two in a row say so, though no timer is seen, and not where one alone does', () => {
    const r = new Recording();
    for (const begun of [100_230, 140_230, 180_230, 220_700, 260_230, 300_230, 340_700, 380_700, 420_700]) takesUp(r, begun, 3, 1);
    const found = quanta(r);
    expect([found.begun(221_500), found.begun(310_000), found.begun(350_000)]).toEqual([221_230, 309_230, 349_700]);
  });

  it('are taken from whole quanta of the clock where nothing shows them, and not at all where the machine has none', () => {
    expect(quanta(new Recording(), { quantumNs: 1000, firstTimestampNs: '5300' }).begun(10_000)).toBe(9700);
    expect(quanta(new Recording(), {}).known).toBe(false);
  });

  it('are not told by a CPU that was idle too short to be halted, nor by what its own timer wakes', () => {
    const r = new Recording();
    r.event(99_500, 3, 'switch', 0, 9, 1).event(98_000, 1, 'waking', 10, 3, 0).put('places', { ts: 101_080, cpu: 3, on: 3, pid: 10 });
    r.event(110_000, 4, 'switch', 0, 9, 1).event(150_000, 4, 'waking', 12, 4, 1).put('places', { ts: 151_080, cpu: 4, on: 4, pid: 12 });
    expect(quanta(r).begun(200_500)).toBe(200_000);
  });

  it('keep their phase over ticks whose own is like that of the others', () => {
    const r = new Recording();
    for (let i = 0; i < 3; i++) takesUp(r, 4_000_500 + 4_000_000 * i, 3, 1);
    const found = quanta(r, undefined, 2_000_000);
    expect(found.begun(8_900_000)).toBe(8_899_500);
    expect(found.turn(9_000_000) - found.turn(8_000_000)).toBe(1000);
  });
});
