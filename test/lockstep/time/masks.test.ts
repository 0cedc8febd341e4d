import { describe, expect, it } from 'vitest';
import { masksOf, wakingsOf } from '../../../src/lockstep/time/masks.js';
import { Quanta } from '../../../src/lockstep/time/quanta.js';
import { Recording } from '../support/recording.js';

const [WF_TTWU, WF_SYNC] = [8, 0x10];
const NONE = new Quanta(0);
const TURNS = new Quanta(1000, [0]);

/** A search on CPU 0 that took `took` from its waking to its record. */
function searched(took: number, found: Readonly<Record<string, number>> = {}): Recording {
  return new Recording().event(100_000, 0, 'waking', 10, 3, 0)
    .put('wakeups', { ts: 100_000 + took, cpu: 0, pid: 10, prev: 0, chosen: 0, wake_flags: WF_TTWU, affine: -1, ...found });
}

/** From the waking to the mask, ns. */
function maskedAfter(took: number, found?: Readonly<Record<string, number>>): number {
  return masksOf(searched(took, found).contents(), NONE).masked[0]! - 100_000;
}

describe('the mask of idle CPUs', () => {
  it('is as long after the waking where the search went on for longer', () => {
    expect(maskedAfter(1200)).toBeLessThan(1200);
    expect(maskedAfter(2400)).toBeLessThan(1200);
  });

  it('is the later the more CPUs there are to look at, and the question of wake_affine() is not', () => {
    const small = searched(3000).contents();
    const [few, many] = [small, { ...small, manifest: { ...small.manifest, cpus: 16 } }].map((contents) => masksOf(contents, NONE));
    const step = (many!.masked[0]! - few!.masked[0]!) / (16 - small.manifest.cpus);
    expect(step).toBeGreaterThan(30);
    expect(many!.aimed[0]).toBe(few!.aimed[0]);
  });

  it('is the later the more of them are idle', () => {
    const [none, some, more] = [0, 0b110, 0b11110].map((low) => maskedAfter(3000, { idle_low: low }));
    expect(some! - none!).toBeGreaterThan(0);
    expect(more! - none!).toBe(2 * (some! - none!));
  });

  it('is known best by the searches that end with their first look', () => {
    const r = new Recording();
    const search = (at: number, took: number, found: Readonly<Record<string, number>>): void => {
      r.event(at, 0, 'waking', 10, 3, 0).put('wakeups', { ts: at + took, cpu: 0, pid: 10, prev: 0, target: 0, chosen: 0, affine: -1, wake_flags: WF_TTWU, ...found });
    };
    for (let i = 0; i < 20; i++) search(100_000 + 10_000 * i, 1300, { idle_low: 1 });
    search(600_000, 2400, {});
    const { masked } = masksOf(r.contents(), NONE);
    expect(100_000 + 1300 - masked[0]!).toBeLessThan(130);
    expect(masked[0]! - 100_000 - (masked[20]! - 600_000)).toBeLessThan(40);
  });

  it('comes after what wake_affine() takes: least where it is not asked, most where it weighs loads', () => {
    const other = { prev: 3, target: 3, affine: 3 };
    const [own, idle, weighed] = [maskedAfter(3000), maskedAfter(3000, { ...other, idle_low: 0b1000 }), maskedAfter(3000, other)];
    expect(idle).toBeGreaterThan(own);
    expect(weighed).toBeGreaterThan(idle);
    expect(maskedAfter(3000, { prev: 3, affine: 0 })).toBe(weighed);
    expect(maskedAfter(3000, { prev: 3, affine: -1 })).toBe(own);
  });

  it('tells by how long the search then took which way a waker went that is about to sleep', () => {
    const r = new Recording();
    const search = (at: number, took: number, found: Readonly<Record<string, number>>): void => {
      r.event(at, 0, 'waking', 10, 3, 0).put('wakeups', { ts: at + took, cpu: 0, pid: 10, prev: 3, target: 0, chosen: 0, wake_flags: WF_TTWU, ...found });
    };
    for (let i = 0; i < 40; i++) search(100_000 + 10_000 * i, 1600, { affine: -1, target: 0 });
    search(600_000, 1600, { affine: 0, wake_flags: WF_TTWU | WF_SYNC });
    search(700_000, 1760, { affine: 0, wake_flags: WF_TTWU | WF_SYNC });
    const { aimed, masked } = masksOf(r.contents(), NONE);
    expect(masked[40]! - 600_000).toBe(masked[0]! - 100_000);
    expect(masked[41]! - 700_000).toBeGreaterThan(masked[0]! - 100_000);
    expect(aimed[41]! - 700_000).toBe(aimed[40]! - 600_000);
  });
});

describe('the beginning of a search', () => {
  const spinning = new Recording().event(100_000, 0, 'waking', 10, 3, 0).event(108_000, 3, 'switch', 0, 10, 1)
    .put('wakeups', { ts: 110_500, cpu: 0, pid: 10, prev: 3, chosen: 3, wake_flags: WF_TTWU, affine: -1 }).contents();

  it('is when the task has left its CPU, for which the waker spins, in one round or a later one', () => {
    const begun = wakingsOf(spinning, TURNS)[0]!;
    expect(begun[0]).toBeGreaterThan(108_000);
    expect(begun.length).toBeGreaterThan(1);
    expect(begun.every((ts, i) => ts < 110_500 && (i === 0 || ts === begun[i - 1]! + 1000))).toBe(true);
    expect(wakingsOf(spinning, NONE)[0]).toHaveLength(1);
    expect(wakingsOf(searched(1200).contents(), TURNS)[0]).toEqual([100_000]);
  });

  it('is in the round after which the search took as long as such searches do', () => {
    const r = new Recording();
    for (let i = 0; i < 40; i++) {
      const at = 200_000 + 10_000 * i;
      r.event(at, 0, 'waking', 10, 3, 0).put('wakeups', { ts: at + 1300, cpu: 0, pid: 10, prev: 3, chosen: 3, wake_flags: WF_TTWU, affine: -1 });
    }
    r.event(700_000, 0, 'waking', 10, 3, 0).event(708_000, 3, 'switch', 0, 10, 1);
    const [first, second] = wakingsOf(r.put('wakeups', { ts: 710_700, cpu: 0, pid: 10, prev: 3, chosen: 3, wake_flags: WF_TTWU, affine: -1 }).contents(), TURNS)[40]!;
    const masked = masksOf(r.contents(), TURNS).masked;
    const usual = masked[0]! - 200_000;
    const expected = Math.abs(710_700 - 1300 - first!) < Math.abs(710_700 - 1300 - second!) ? first! : second!;
    expect(masked[40]).toBe(expected + usual);
  });
});
