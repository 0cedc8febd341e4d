import { describe, expect, it } from 'vitest';
import { Foresight } from '../../../src/lockstep/past/foresight.js';
import { WF_EXEC } from '../../../src/sim/kernel/constants.js';
import { Recording, group } from '../support/recording.js';

const US = 1000;
const [OFF, CALL] = [2500 * US, 9030 * US];

/** Task 10 runs in the root group, is put off its CPU, comes back at `back` and starts a program, which is seen in group 2. */
function started({ state = 0, back = 9000 * US, group: placed = -1 } = {}): Recording {
  const r = new Recording([group(2)]).task(10);
  r.put('places', { ts: 1000 * US, cpu: 1, on: 1, pid: 10, tg: 0, initial: 0 }).event(2000 * US, 1, 'switch', 10, 0, 0);
  if (placed >= 0) r.put('places', { ts: OFF - 4 * US, cpu: placed, on: 1, pid: -1, tg: 0, initial: 0 });
  r.event(OFF, 1, 'switch', 0, 10, state).event(back, 3, 'switch', 10, 0, 0);
  r.put('wakeups', { ts: CALL, on: 3, pid: 10, wake_flags: WF_EXEC }).event(9200 * US, 3, 'exec', 10);
  return r.put('ticks', { ts: 9900 * US, cpu: 3, on: 3, pid: 10, tg: 2 });
}

function changeOf(r: Recording): unknown {
  const foresight = new Foresight(r.contents());
  const [change] = foresight.regroupings;
  expect(foresight.regroupings).toHaveLength(1);
  expect([change!.ts - 1, change!.ts].map((ts) => foresight.group(10, ts))).toEqual([0, 2]);
  return change;
}

describe('findRegroupings', () => {
  it('has a task in its group just before it was put off, which its change of queue asked for', () => {
    expect(changeOf(started())).toEqual({ ts: OFF - 3300, cpu: 1, pid: 10 });
  });

  it.each([
    ['it blocked', started({ state: 1 })],
    ['it had more to do until exec()', started({ back: 8900 * US })],
    ['a record tells when an entity of the group was queued there', started({ group: 1 })],
  ])('has it there when it calls exec() where %s', (_, r) => {
    expect(changeOf(r)).toEqual({ ts: CALL, cpu: 3, pid: 10 });
  });

  it('does not take an entity that is queued on another CPU for its own', () => {
    expect(changeOf(started({ group: 2 }))).toEqual({ ts: OFF - 3300, cpu: 1, pid: 10 });
  });

  it('leaves changes alone that no program follows', () => {
    const r = new Recording([group(2)]).task(10).put('places', { ts: 100, cpu: 0, on: 0, pid: 10, tg: 0, initial: 0 });
    r.put('ticks', { ts: 900, cpu: 0, on: 0, pid: 10, tg: 2 });
    expect(new Foresight(r.contents()).regroupings).toEqual([]);
  });
});
