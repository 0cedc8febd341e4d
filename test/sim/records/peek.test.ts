import fc from 'fast-check';
import { expect, it } from 'vitest';
import { peekTaskHLoad } from '../../../src/sim/records/peek.js';
import { task_h_load } from '../../../src/sim/kernel/fair/h-load.js';
import { WAKEE, grid, handMadeKernel } from '../../support/wakeup-kernel.js';

it('answers as task_h_load() does, and leaves the kernel’s notes alone', () => {
  const load = fc.nat(100_000);
  fc.assert(
    fc.property(
      fc.record({ task: load, root: load, outer: load, inner: load, outerSe: load, innerSe: load, kept: load }),
      fc.constantFrom(0, 1, 2),
      fc.constantFrom(0, 1, 2, 3),
      (s, group, fresh) => {
        // Group 2 lies in group 1, which lies in the root.
        const k = handMadeKernel(grid(1, 4, 2), { groups: 3 });
        const cpu = 3;
        const cfs = [0, 1, 2].map((tg) => k.tg_cfs_rq(tg, cpu));
        k.se.cfs_rq[k.tg_se(1, cpu)] = cfs[0]!;
        k.se.cfs_rq[k.tg_se(2, cpu)] = cfs[1]!;
        k.se.parent[k.tg_se(2, cpu)] = k.tg_se(1, cpu);
        [s.root, s.outer, s.inner].forEach((value, tg) => (k.avg.load_avg[k.cfs_avg + cfs[tg]!] = value));
        k.avg.load_avg[k.tg_se(1, cpu)] = s.outerSe;
        k.avg.load_avg[k.tg_se(2, cpu)] = s.innerSe;
        k.avg.load_avg[WAKEE] = s.task;
        k.se.cfs_rq[WAKEE] = cfs[group]!;
        if (fresh < 3) {
          // One of them was computed in this jiffy already, from other loads.
          k.cfs.last_h_load_update[cfs[fresh]!] = k.g.jiffies[0]!;
          k.cfs.h_load[cfs[fresh]!] = s.kept;
        }
        const before = Buffer.from(k.arena.save());
        const peeked = peekTaskHLoad(k, WAKEE);
        expect(before.equals(Buffer.from(k.arena.save()))).toBe(true);
        expect(peeked).toBe(task_h_load(k, WAKEE));
      },
    ),
  );
});
