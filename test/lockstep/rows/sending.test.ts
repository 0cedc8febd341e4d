import { describe, expect, it } from 'vitest';
import { onHanded, onReceived, onSent, onTaken, onWaking } from '../../../src/lockstep/rows/sending.js';
import { PF_KTHREAD, PF_PER_CPU_KTHREAD, TASK_WAKING } from '../../../src/sim/kernel/constants.js';
import { Recording, start } from '../support/recording.js';

const WF_TTWU = 8;
/** A task that wakes on CPU 5, which finishes that itself. */
const TO_FIVE = { at: 5, ts: 1_002_000, by: 5, placed: true, bound: false };
type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** A task whose wake-up CPU 0 is about to send to CPU 5. */
function sending() {
  const r = new Recording().task(10);
  r.put('wakeups', { ts: 1_000_000, cpu: 0, pid: 10, prev: 5, chosen: 5, wake_flags: WF_TTWU });
  r.put('places', { ts: 1_002_000, cpu: 5, pid: 10 });
  const w = r.world();
  const { wakeups, places } = r.contents().instrument;
  const p = w.roster.adopt(10, 5);
  w.k.task.state[p] = TASK_WAKING;
  return { w, p, searches: wakeups!.columns as Columns, places: places!.columns as Columns };
}

describe('a wake-up that is sent', () => {
  it('makes the CPU look busy until that takes it up', () => {
    const { w, p, searches, places } = sending();
    onSent(w, searches, 0, 1_000_600, true);
    expect([w.k.rq.ttwu_pending[5], w.sentTo[p], w.pendingWakes[5], w.arrivedFrom[5]]).toEqual([1, 5, 1, 0]);
    onTaken(w, places, 0);
    expect([w.k.rq.ttwu_pending[5], w.sentTo[p], w.pendingWakes[5]]).toEqual([0, -1, 0]);
  });

  it('leaves the CPU busy where another is still on its way', () => {
    const { w, searches, places } = sending();
    onSent(w, searches, 0, 1_000_600, true);
    w.pendingWakes[5]!++;
    onTaken(w, places, 0);
    expect(w.k.rq.ttwu_pending[5]).toBe(1);
  });

  it('is not on its way where the waker finished it itself, was overtaken by it, or the task does not wake', () => {
    const { w, p, searches, places } = sending();
    onSent(w, searches, 0, 1_000_600, false);
    expect(w.k.rq.ttwu_pending[5]).toBe(0);
    onTaken(w, places, 0);
    onSent(w, searches, 0, 1_000_600, true);
    expect(w.k.rq.ttwu_pending[5]).toBe(0);
    w.takenAt[p] = -1;
    w.k.task.state[p] = 0;
    onSent(w, searches, 0, 1_000_600, true);
    expect(w.k.rq.ttwu_pending[5]).toBe(0);
  });

  it('goes to an idle CPU where the recording does not tell, and not to the waker itself', () => {
    const { w, searches } = sending();
    onSent(w, searches, 0, 1_000_600, null);
    expect(w.k.rq.ttwu_pending[5]).toBe(1);
    const other = sending();
    start(other.w, 11, 0);
    onSent(other.w, { ...other.searches, chosen: [0] }, 0, 1_000_600, null);
    expect(other.w.k.rq.ttwu_pending[0]).toBe(0);
  });
});

describe('a wake-up of a real-time task', () => {
  const world = () => new Recording().task(50, 79).world();

  it('makes the CPU that finishes it look busy until that takes it up', () => {
    const w = world();
    onHanded(w, 1_000_700, 0, 50, TO_FIVE);
    expect([w.k.rq.ttwu_pending[5], w.pendingWakes[5], w.arrivedFrom[5]]).toEqual([1, 1, 0]);
    onReceived(w, { ts: 1_001_200, cpu: 5 }, 50);
    expect([w.k.rq.ttwu_pending[5], w.pendingWakes[5]]).toEqual([0, 0]);
  });

  it('is not on its way where the waker finishes it, the task is still runnable, or it was taken up before', () => {
    const local = world();
    onHanded(local, 1_000_700, 0, 50, { ...TO_FIVE, by: 0 });
    expect(local.k.rq.ttwu_pending[5]).toBe(0);
    const runnable = world();
    runnable.above.queue(50, 5);
    onHanded(runnable, 1_000_700, 0, 50, TO_FIVE);
    expect(runnable.k.rq.ttwu_pending[5]).toBe(0);
    const before = world();
    onReceived(before, { ts: 1_000_600, cpu: 5 }, 50);
    onHanded(before, 1_000_700, 0, 50, TO_FIVE);
    expect([before.k.rq.ttwu_pending[5], before.pendingWakes[5]]).toEqual([0, 0]);
  });
});

describe('a wake-up without a search', () => {
  it('goes to the CPU that the task is bound to, and tells that a kernel thread is', () => {
    const { w, p } = sending();
    w.k.task.flags[p]! |= PF_KTHREAD;
    onHanded(w, 1_000_700, 0, 10, TO_FIVE);
    expect(w.k.task.flags[p]! & PF_PER_CPU_KTHREAD).toBe(PF_PER_CPU_KTHREAD);
    const user = sending();
    onHanded(user.w, 1_000_700, 0, 10, TO_FIVE);
    expect(user.w.sentTo[user.p]).toBe(5);
    // One that the CPU has just taken up is not sent again.
    const again = sending();
    again.w.takenAt[again.p] = 1_000_000;
    onHanded(again.w, 1_000_700, 0, 10, TO_FIVE);
    expect(again.w.sentTo[again.p]).toBe(-1);
  });

  it('is remembered to be an interrupt’s or not', () => {
    const { w, p } = sending();
    onWaking(w, 10, 3);
    expect(w.wokenByInterrupt[p]).toBe(1);
    onWaking(w, 10, 2);
    expect(w.wokenByInterrupt[p]).toBe(0);
  });
});
