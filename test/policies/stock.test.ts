import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/policies/registry.js';
import { can_migrate_task } from '../../src/sim/kernel/balance/can-migrate.js';
import { PolicyHook } from '../../src/sim/policy/policy-hook.js';
import { askedTask, decisionKernel, decisionState } from '../support/decision.js';

describe('the policy stock', () => {
  it('leaves the kernel as it is: answer, counters, charge and all', () => {
    let hot = 0;
    fc.assert(
      fc.property(decisionState, (state) => {
        const plain = decisionKernel(state);
        const policed = decisionKernel(state);
        policed.policy = new PolicyHook(policed, createPolicy('stock'));
        const want = can_migrate_task(plain, askedTask(state), plain.lb_env);
        expect(can_migrate_task(policed, askedTask(state), policed.lb_env)).toBe(want);
        expect(Buffer.from(policed.arena.save()).equals(Buffer.from(plain.arena.save()))).toBe(true);
        hot += plain.task.nr_failed_migrations_hot[askedTask(state)]!;
      }),
      { numRuns: 300 },
    );
    // The states above do contain what policies differ on: about one in fifteen is a hot refusal, and none of 300 would
    // be a matter of one in 10^8.
    expect(hot).toBeGreaterThan(0);
  });
});
