import { describe, expect, it } from 'vitest';
import { compareMinVruntime, compareVruntime, entityIn, settleVruntime } from '../../../src/lockstep/world/settle.js';
import { NIL } from '../../../src/sim/kernel/state/table.js';
import { Recording, group, start } from '../support/recording.js';

describe('recorded values', () => {
  it('move a waiting entity to its new place in the queue', () => {
    const w = new Recording().task(10).task(11).task(12).world();
    const running = start(w, 10, 0);
    const [b, c] = [start(w, 11, 0), start(w, 12, 0)];
    settleVruntime(w, b, 500);
    settleVruntime(w, c, 400);
    expect([w.k.cfs.first[0], w.k.se.next[c]]).toEqual([c, b]);
    settleVruntime(w, running, 1);
    expect(w.k.cfs.first[0]).toBe(c);
    expect(w.k.se.vruntime[running]).toBe(1);
  });

  it('are compared before they are taken', () => {
    const w = new Recording().task(10).world();
    const p = start(w, 10, 0);
    const { latency_ns } = w.k.sysctl;
    compareVruntime(w, 'here', p, w.k.se.vruntime[p]! + latency_ns / 100);
    compareVruntime(w, 'here', p, w.k.se.vruntime[p]!);
    compareMinVruntime(w, 0, 777);
    expect(w.features.summary()['here']).toMatchObject({ count: 2, exact: 1 });
    expect(w.k.cfs.min_vruntime[0]).toBe(777);
  });
});

describe('the entity in a group', () => {
  it('is the task or the group of its that is queued there', () => {
    const w = new Recording([group(2), group(3, 2)]).task(10).world();
    const p = start(w, 10, 0, 3);
    expect(entityIn(w, p, w.group(3))).toBe(p);
    expect(entityIn(w, p, w.group(2))).toBe(w.k.tg_se(w.group(3), 0));
    expect(entityIn(w, p, 0)).toBe(w.k.tg_se(w.group(2), 0));
    w.changeGroup(p, w.group(2));
    expect(entityIn(w, p, 2)).toBe(NIL);
  });
});
