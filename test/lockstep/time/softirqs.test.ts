import { describe, expect, it } from 'vitest';
import { SOFTIRQ_NS, softirqsOf } from '../../../src/lockstep/time/softirqs.js';
import { Recording } from '../support/recording.js';

const TICK = 1_000_000;
const WF_TTWU = 8;
/** Of a waking: by an interrupt. */
const INTERRUPT = 1;

function softirq(r: Recording, cpu: number): number {
  return softirqsOf(r.contents(), [TICK]).find((moment) => moment.cpu === cpu)!.ts;
}

describe('the softirq of a tick', () => {
  it('runs a fixed time after it on every CPU', () => {
    const found = softirqsOf(new Recording().contents(), [TICK, 5 * TICK]);
    expect(found).toHaveLength(2 * 8);
    expect(new Set(found.map(({ ts }) => ts))).toEqual(new Set([TICK + SOFTIRQ_NS, 5 * TICK + SOFTIRQ_NS]));
  });

  it('comes after what the same interrupt wakes, one after the other', () => {
    const r = new Recording()
      .event(TICK + 500, 2, 'waking', 10, 0, INTERRUPT).put('wakeups', { ts: TICK + 1800, cpu: 2, pid: 10, wake_flags: WF_TTWU })
      .event(TICK + 2400, 2, 'migrate', 10, 2, 5)
      .event(TICK + 4000, 2, 'waking', 11, 0, INTERRUPT).event(TICK + 7000, 2, 'wakeup', 11, 2);
    expect(softirq(r, 2)).toBeGreaterThan(TICK + 7000);
    expect(softirq(r, 3)).toBe(TICK + SOFTIRQ_NS);
  });

  it('does not wait for what a task wakes, nor for an interrupt of another time', () => {
    expect(softirq(new Recording().event(TICK + 500, 2, 'waking', 10, 0, 0).event(TICK + 3000, 2, 'wakeup', 10, 2), 2)).toBe(TICK + SOFTIRQ_NS);
    for (const away of [-20_000, 20_000]) {
      const r = new Recording().event(TICK + away, 2, 'waking', 10, 0, INTERRUPT).event(TICK + away + 2000, 2, 'wakeup', 10, 2);
      expect(softirq(r, 2)).toBe(TICK + SOFTIRQ_NS);
    }
  });
});
