import { describe, expect, it } from 'vitest';
import { Foresight } from '../../../src/lockstep/past/foresight.js';
import { Recording } from '../support/recording.js';

/** Task 10 holds a lock on CPU 0 while task 20, a real-time one, waits for it on CPU 1 from 40 to 80 µs. */
function lent(seen = 70_000): Recording {
  const r = new Recording().task(10, 120).task(20, 60)
    .event(10_000, 0, 'switch', 10, 0, 0).event(20_000, 1, 'switch', 20, 0, 0).event(40_000, 1, 'switch', 0, 20, 1)
    .event(seen, 0, 'prio', 10, 60).event(seen, 0, 'switch', 0, 10, 0).event(seen + 2000, 0, 'switch', 10, 0, 0);
  return r.event(80_000, 0, 'waking', 20, 2, 0).event(90_000, 0, 'prio', 10, 120).event(90_000, 0, 'switch', 0, 10, 1);
}

const changes = (r: Recording) => new Foresight(r.contents()).classChanges;

describe('priority inheritance', () => {
  it('lends the priority as the waiter goes to sleep, and takes it back as it is woken', () => {
    const [lends, returns] = changes(lent());
    expect([lends!.pid, lends!.prio, lends!.cpu]).toEqual([10, 60, 1]);
    expect(lends!.ts).toBeGreaterThan(35_000);
    expect(lends!.ts).toBeLessThan(40_000);
    expect([returns!.pid, returns!.prio]).toEqual([10, 120]);
    expect(returns!.ts).toBeGreaterThan(78_000);
    expect(returns!.ts).toBeLessThan(80_000);
  });

  it('is not before a record that shows a fair task', () => {
    expect(changes(lent().put('ticks', { ts: 45_000, cpu: 0, pid: 10 })).some(({ ts, prio }) => prio === 60 && ts < 45_000)).toBe(false);
  });

  it('explains no priority that the task has for good, nor one that nobody waits with', () => {
    const forGood = new Recording().task(10, 120).task(20, 60)
      .event(10_000, 0, 'switch', 10, 0, 0).event(20_000, 1, 'switch', 20, 0, 0).event(40_000, 1, 'switch', 0, 20, 1)
      .event(70_000, 0, 'prio', 10, 60).event(70_000, 0, 'switch', 0, 10, 1);
    expect(changes(forGood)).toEqual([{ ts: 10_001, cpu: 0, pid: 10, prio: 60 }]);
    const other = new Recording().task(10, 120).task(20, 59)
      .event(10_000, 0, 'switch', 10, 0, 0).event(20_000, 1, 'switch', 20, 0, 0).event(40_000, 1, 'switch', 0, 20, 1)
      .event(70_000, 0, 'prio', 10, 60).event(70_000, 0, 'switch', 0, 10, 0).event(90_000, 0, 'prio', 10, 120).event(90_000, 0, 'switch', 10, 0, 0);
    expect(changes(other)[0]).toEqual({ ts: 10_001, cpu: 0, pid: 10, prio: 60 });
  });
});
