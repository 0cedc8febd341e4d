import { describe, expect, it } from 'vitest';
import { Foresight, NONE } from '../../../src/lockstep/past/foresight.js';
import { SCHED_BATCH, SCHED_IDLE, SCHED_NORMAL } from '../../../src/sim/kernel/constants.js';
import { Recording, group } from '../support/recording.js';

const foresight = (r: Recording): Foresight => new Foresight(r.contents());

/** Task 10 is switched in at 100 with nice 0 and seen with another at 900. */
function reniced(prio: number, between: (r: Recording) => void): Recording {
  const r = new Recording().task(10, 120).event(100, 0, 'switch', 10, 0, 0);
  between(r);
  return r.event(900, 0, 'prio', 10, prio).event(900, 0, 'switch', 0, 10, 1);
}

describe('the class above the fair one', () => {
  const changes = (r: Recording) => foresight(r).classChanges;

  it('is a task’s from the beginning of the run that ends with it', () => {
    const r = reniced(79, () => undefined);
    expect(changes(r)).toEqual([{ ts: 101, cpu: 0, pid: 10, prio: 79 }]);
    expect([foresight(r).priority(10, 100), foresight(r).priority(10, 101)]).toEqual([120, 79]);
  });

  it('is not before a tick or a preemption that shows a fair task', () => {
    expect(changes(reniced(79, (r) => r.put('ticks', { ts: 300, cpu: 0, pid: 10 })))[0]!.ts).toBe(301);
    expect(changes(reniced(79, (r) => r.put('preempts', { ts: 400, cpu: 0, curr: 10, pid: 11 })))[0]!.ts).toBe(401);
  });

  it('comes when it is seen where the task did not run, when its program began where it started one, and leaves with a nice value', () => {
    const asleep = new Recording().task(10, 120).event(100, 0, 'switch', 10, 0, 0).event(200, 0, 'switch', 0, 10, 1)
      .event(900, 1, 'prio', 10, 79).event(900, 1, 'switch', 10, 0, 0);
    expect([changes(asleep), foresight(asleep).priority(10, 899), foresight(asleep).priority(10, 900)]).toEqual([[], 120, 79]);
    const started = reniced(79, (r) => r.event(500, 0, 'exec', 10));
    expect([changes(started), foresight(started).priority(10, 500)]).toEqual([[], 79]);
    expect(changes(reniced(125, () => undefined))).toEqual([]);
  });
});

describe('nice values', () => {
  it('change before the program that the task starts, where it starts one', () => {
    const f = foresight(reniced(125, (r) => r.event(300, 0, 'exec', 10).event(500, 0, 'exec', 10)));
    expect(f.priority(10, 499)).toBe(120);
    expect(f.priority(10, 500)).toBe(125);
  });

  it('are a child’s from its birth, and so its parent’s before the fork', () => {
    const f = foresight(
      reniced(125, (r) =>
        r.task(11, 125)
          .put('places', { ts: 600, cpu: 0, on: 0, pid: 11, tg: 0, initial: 1 })
          .event(610, 0, 'fork', 10, 11)
          .event(620, 0, 'wakeup_new', 11, 0)),
    );
    expect(f.priority(11, 600)).toBe(125);
    expect(f.priority(10, 599)).toBe(120);
    expect(f.priority(10, 600)).toBe(125);
  });

  it('are not taken from a child that was reset to nice 0', () => {
    const r = new Recording().task(10, 110).task(11, 120).event(100, 0, 'switch', 10, 0, 0);
    r.event(600, 0, 'fork', 10, 11).event(620, 0, 'wakeup_new', 11, 0);
    r.event(900, 0, 'prio', 10, 105).event(900, 0, 'switch', 0, 10, 1);
    const f = foresight(r);
    expect(f.priority(10, 899)).toBe(110);
    expect(f.priority(11, 600)).toBe(120);
  });

  it('change when they are first seen where nothing tells more', () => {
    const f = foresight(reniced(130, () => undefined));
    expect([f.priority(10, 899), f.priority(10, 900)]).toEqual([120, 130]);
    expect(f.pendingPriority(10, 500)).toMatchObject({ value: 130, after: 100, seen: 900 });
    expect(f.pendingPriority(10, 901)).toBeNull();
  });

  it('of a pid that is used again are those of the task that has it', () => {
    const r = new Recording().task(10, 120).task(11, 125).event(50, 0, 'fork', 10, 11).event(60, 0, 'wakeup_new', 11, 0);
    r.event(500, 0, 'fork', 10, 11).event(510, 0, 'prio', 11, 110).event(510, 0, 'wakeup_new', 11, 0);
    const f = foresight(r);
    expect([f.priority(11, 499), f.priority(11, 500)]).toEqual([125, 110]);
  });
});

describe('policies', () => {
  it('are inherited until the program starts that is seen with another', () => {
    const r = new Recording().task(10).event(100, 0, 'fork', 10, 11).event(200, 0, 'exec', 11);
    r.put('decisions', { ts: 700, pid: 11, policy: SCHED_IDLE });
    const f = foresight(r);
    expect([f.policy(11, 100), f.policy(11, 199), f.policy(11, 200)]).toEqual([NONE, NONE, SCHED_IDLE]);
  });

  it('show in preemptions: what can be told from several records together', () => {
    const r = new Recording().task(10).task(11).task(12);
    r.put('preempts', { ts: 100, cpu: 0, pid: 11, curr: 12, cause: 3 });
    r.put('preempts', { ts: 200, cpu: 0, pid: 11, curr: 10, cause: 4 });
    r.put('preempts', { ts: 300, cpu: 0, pid: 10, curr: 11, cause: 7 });
    const f = foresight(r);
    expect(f.policy(12, 100)).toBe(SCHED_IDLE);
    expect(f.policy(11, 100)).toBe(SCHED_BATCH);
    expect(f.policy(10, 300)).toBe(SCHED_NORMAL);
  });

  it('that contradict each other have changed between', () => {
    const r = new Recording().task(10);
    r.put('decisions', { ts: 100, pid: 10, policy: SCHED_NORMAL });
    r.put('decisions', { ts: 800, pid: 10, policy: SCHED_BATCH });
    const f = foresight(r);
    expect([f.policy(10, 799), f.policy(10, 800)]).toEqual([SCHED_NORMAL, SCHED_BATCH]);
    expect(f.pendingPolicy(10, 400)?.value).toBe(SCHED_BATCH);
  });
});

describe('groups', () => {
  it('of a parent show where its child is placed', () => {
    const r = new Recording([group(2)]).task(10);
    r.put('places', { ts: 100, cpu: 0, on: 0, pid: 10, tg: 0, initial: 0 });
    r.put('places', { ts: 500, cpu: 0, on: 0, pid: 11, tg: 2, initial: 1 }).event(520, 0, 'fork', 10, 11);
    const f = foresight(r);
    expect([f.group(10, 499), f.group(10, 500), f.group(11, 500)]).toEqual([0, 2, 2]);
    expect(f.pendingGroup(10, 300)).toMatchObject({ value: 2, after: 100, seen: 500 });
  });

  it('change before the program that starts in them', () => {
    const r = new Recording([group(2)]).task(10);
    r.put('places', { ts: 100, cpu: 0, on: 0, pid: 10, tg: 0, initial: 0 }).event(300, 0, 'exec', 10);
    r.put('ticks', { ts: 900, cpu: 0, on: 0, pid: 10, tg: 2 });
    expect([299, 300].map((ts) => foresight(r).group(10, ts))).toEqual([0, 2]);
  });

  it('are not looked for in a recording without groups', () => {
    const r = new Recording().task(10).put('places', { ts: 100, cpu: 0, on: 0, pid: 10, tg: 0, initial: 0 });
    expect(foresight(r).group(10, 100)).toBe(NONE);
  });
});
