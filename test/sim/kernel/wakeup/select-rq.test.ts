import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PF_EXITING,
  SD_BALANCE_FORK,
  SD_BALANCE_WAKE,
  SD_WAKE_AFFINE,
  WF_EXEC,
  WF_FORK,
  WF_SYNC,
  WF_TTWU,
} from '../../../../src/sim/kernel/constants.js';
import type { DecisionHook } from '../../../../src/sim/kernel/hooks.js';
import type { Kernel } from '../../../../src/sim/kernel/kernel.js';
import { select_task_rq_fair } from '../../../../src/sim/kernel/wakeup/select-rq.js';
import { WAKEE, allow, busy, busyOnly, grid, handMadeKernel, runnerOf } from '../../../support/wakeup-kernel.js';

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];

function machine(busyCpus: readonly number[], this_cpu: number): Kernel {
  const k = handMadeKernel(grid(2, 2, 2));
  busyOnly(k, busyCpus);
  k.g.this_cpu[0] = this_cpu;
  k.sds.nr_idle_scan.fill(8);
  for (const cpu of ALL) k.rq.idle_stamp[cpu] = 100 + cpu;
  return k;
}

describe('select_task_rq_fair, wake-up', () => {
  it('stays with an idle previous CPU', () => {
    expect(select_task_rq_fair(machine([0], 0), WAKEE, 3, WF_TTWU)).toBe(3);
  });

  it('comes to the waker’s CPU for a synchronous wake-up, and not when the waker exits', () => {
    const k = machine([0], 0);
    expect(select_task_rq_fair(k, WAKEE, 3, WF_TTWU)).toBe(3);
    expect(select_task_rq_fair(k, WAKEE, 6, WF_TTWU | WF_SYNC)).not.toBe(6);
    k.task.flags[runnerOf(0)] = PF_EXITING;
    expect(select_task_rq_fair(k, WAKEE, 6, WF_TTWU | WF_SYNC)).toBe(6);
  });

  it('moves to an idle CPU of the waker’s cache when the previous CPU is the busier', () => {
    const k = machine([0, 6], 0);
    k.avg.load_avg[k.cfs_avg + 6] = 9000;
    k.se.cfs_rq[WAKEE] = 6;
    expect(select_task_rq_fair(k, WAKEE, 6, WF_TTWU)).toBe(1);
  });

  it('does not come to a CPU that the task may not use', () => {
    const k = machine([0, 6], 0);
    k.avg.load_avg[k.cfs_avg + 6] = 9000;
    allow(k, [1, 2, 3, 6, 7]);
    expect(select_task_rq_fair(k, WAKEE, 6, WF_TTWU)).toBe(7);
  });

  it('does not come to a waker that serves many', () => {
    const k = machine([0, 6], 0);
    k.avg.load_avg[k.cfs_avg + 6] = 9000;
    k.task.wakee_flips[WAKEE] = 4;
    k.task.wakee_flips[runnerOf(0)] = 40;
    expect(select_task_rq_fair(k, WAKEE, 6, WF_TTWU)).toBe(7);
  });

  it('counts the wake-up for wake_wide before it decides', () => {
    const k = machine([0], 0);
    select_task_rq_fair(k, WAKEE, 3, WF_TTWU);
    expect(k.task.wakee_flips[runnerOf(0)]).toBe(1);
    select_task_rq_fair(k, 12, 3, WF_FORK);
    expect(k.task.wakee_flips[runnerOf(0)]).toBe(1);
  });

  it('has nothing to weigh where the waker is on the previous CPU', () => {
    const k = machine([3], 3);
    k.task.recent_used_cpu[WAKEE] = 3;
    expect(select_task_rq_fair(k, WAKEE, 3, WF_TTWU | WF_SYNC)).toBe(2);
    expect(k.sd.ttwu_move_affine.every((count) => count === 0)).toBe(true);
  });

  it('takes the slow path where a domain balances on wake-ups and is not affine', () => {
    const k = machine([0, 1, 2, 3, 6], 0);
    for (let sd = 0; sd < k.sd.rows; sd++) k.sd.flags[sd] = (k.sd.flags[sd]! & ~SD_WAKE_AFFINE) | SD_BALANCE_WAKE;
    k.se.cfs_rq[WAKEE] = 0;
    expect(select_task_rq_fair(k, WAKEE, 0, WF_TTWU)).toBe(5);
  });
});

describe('select_task_rq_fair, fork and exec', () => {
  it('goes to the idlest CPU', () => {
    expect(select_task_rq_fair(machine([0, 1, 2, 3, 6], 0), WAKEE, 0, WF_FORK)).toBe(5);
    const k = machine([0, 1, 2, 3, 6], 0);
    k.se.cfs_rq[WAKEE] = 0;
    expect(select_task_rq_fair(k, WAKEE, 0, WF_EXEC)).toBe(5);
  });

  it('does not pass a domain that does not balance for the flag', () => {
    const k = machine([0, 1, 2, 3, 6], 0);
    k.sd.flags[k.rq.sd[0]!] = k.sd.flags[k.rq.sd[0]!]! & ~SD_BALANCE_FORK;
    expect(select_task_rq_fair(k, WAKEE, 0, WF_FORK)).toBe(0);
  });

  it('stays where there is but one CPU', () => {
    const k = handMadeKernel(grid(1, 1, 1));
    expect(select_task_rq_fair(k, WAKEE, 0, WF_FORK)).toBe(0);
    expect(select_task_rq_fair(k, WAKEE, 0, WF_TTWU)).toBe(0);
  });
});

describe('the policy’s say', () => {
  function withPolicy(answer: number, seen: number[][] = []): Kernel {
    const k = machine([0], 0);
    const hook: DecisionHook = {
      may_migrate: () => true,
      select_cpu: (...args) => {
        seen.push(args);
        return answer;
      },
    };
    k.policy = hook;
    return k;
  }

  it('replaces the stock answer, which it is told', () => {
    const seen: number[][] = [];
    expect(select_task_rq_fair(withPolicy(7, seen), WAKEE, 3, WF_TTWU)).toBe(7);
    expect(seen).toEqual([[WAKEE, 3, WF_TTWU, 3]]);
  });

  it('is ignored where the CPU is not allowed or does not exist', () => {
    for (const answer of [2, -1, 8, 1000, NaN, 0.5]) {
      const k = withPolicy(answer);
      allow(k, [3, 7]);
      expect(select_task_rq_fair(k, WAKEE, 3, WF_TTWU)).toBe(3);
    }
  });
});

describe('select_task_rq_fair on any state', () => {
  it('answers a CPU that the task may use, if prev is one; idle ones are not passed over for busy ones of the cache', () => {
    const cpu = fc.nat(7);
    fc.assert(
      fc.property(
        fc.uniqueArray(cpu),
        fc.uniqueArray(cpu, { minLength: 1 }),
        fc.record({ this_cpu: cpu, prev: fc.nat(7), recent: cpu, flips: fc.nat(20), load: fc.nat(4000) }),
        fc.constantFrom(WF_TTWU, WF_TTWU | WF_SYNC, WF_FORK, WF_EXEC),
        fc.boolean(),
        (busyCpus, allowed, s, wake_flags, cores) => {
          const prev = allowed[s.prev % allowed.length]!;
          const k = machine(busyCpus, s.this_cpu);
          for (const at of busyCpus) busy(k, at, s.load + 100 * at, 1 + (at % 3));
          allow(k, allowed);
          k.sds.has_idle_cores.fill(cores ? 1 : 0);
          k.task.cpu[WAKEE] = prev;
          k.se.cfs_rq[WAKEE] = prev;
          k.task.recent_used_cpu[WAKEE] = s.recent;
          k.task.wakee_flips[WAKEE] = s.flips;
          const answer = select_task_rq_fair(k, WAKEE, prev, wake_flags);
          if ((wake_flags & WF_TTWU) !== 0) {
            expect(allowed).toContain(answer);
            const llc = k.rq.sd_llc_id[answer]!;
            const idleHere = allowed.filter((at) => k.rq.sd_llc_id[at] === llc && !busyCpus.includes(at));
            // The scan limit is as wide as the cache: a busy answer means that nothing idle was there.
            if (busyCpus.includes(answer)) expect(idleHere).toEqual([]);
          } else if (allowed.includes(s.this_cpu)) {
            expect(allowed).toContain(answer);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
