import { describe, expect, it } from 'vitest';
import { PolicyHook } from '../../../src/sim/policy/policy-hook.js';
import { PolicyEvent, type MigrationContext, type Policy } from '../../../src/sim/policy/policy.js';
import { grid, handMadeKernel } from '../../support/wakeup-kernel.js';

function policyThat(mayMigrate: (context: MigrationContext) => boolean, costNs: number): Policy {
  return { name: 'test', params: {}, costNs, mayMigrate };
}

describe('PolicyHook', () => {
  it('hands the policy the decision, and charges for it afterwards', () => {
    const k = handMadeKernel(grid(1, 2, 1));
    const seen: unknown[] = [];
    const hook = new PolicyHook(
      k,
      policyThat((context) => {
        seen.push([context.p, context.env, context.hot, context.kernel, k.g.charged[0]]);
        return context.hot === 0;
      }, 30),
    );
    expect(hook.may_migrate(3, k.lb_env, 1)).toBe(false);
    expect(hook.may_migrate(4, k.active_env, 0)).toBe(true);
    expect(seen).toEqual([
      [3, k.lb_env, 1, k, 0],
      [4, k.active_env, 0, k, 30],
    ]);
    expect(k.g.charged[0]).toBe(60);
    expect([hook.decisions, hook.policyNs]).toEqual([2, 60]);
  });

  it('does not ask, nor charge, at wake-ups where the policy has nothing to say', () => {
    const k = handMadeKernel(grid(1, 2, 1));
    const hook = new PolicyHook(k, policyThat(() => true, 30));
    expect(hook.select_cpu(0, 1, 8, 1)).toBe(1);
    expect([k.g.charged[0], hook.decisions]).toEqual([0, 0]);
  });

  it('asks at wake-ups where it has', () => {
    const k = handMadeKernel(grid(1, 2, 1));
    const policy: Policy = {
      ...policyThat(() => true, 30),
      selectCpu: (kernel, _p, prev, _flags, stock) => (kernel === k ? 10 * stock + prev : -1),
    };
    const hook = new PolicyHook(k, policy);
    expect(hook.select_cpu(0, 1, 8, 4)).toBe(41);
    expect(k.g.charged[0]).toBe(30);
  });

  it('counts into a column that can be part of a snapshot', () => {
    const k = handMadeKernel(grid(1, 2, 1));
    const counters = k.arena.f64(2);
    const hook = new PolicyHook(k, policyThat(() => true, 7), counters);
    const saved = k.arena.save();
    hook.may_migrate(0, k.lb_env, 0);
    expect([...counters]).toEqual([1, 7]);
    k.arena.load(saved);
    expect(hook.policyNs).toBe(0);
  });

  it('gives the policy the doubles that it asks for, and charges what it says that a decision costs now', () => {
    const k = handMadeKernel(grid(1, 2, 1));
    const policy: Policy = {
      ...policyThat((context) => ++context.state[1]! > 1, 30),
      stateDoubles: (cpus) => cpus,
      costNow: (state) => 100 * state[1]!,
    };
    const hook = new PolicyHook(k, policy);
    expect([hook.may_migrate(0, k.lb_env, 0), hook.may_migrate(0, k.lb_env, 0)]).toEqual([false, true]);
    // What it cost before it was asked: 0, then 100.
    expect(hook.policyNs).toBe(100);
  });

  it('passes on what the policy tells of itself', () => {
    const k = handMadeKernel(grid(1, 2, 1));
    const told: unknown[] = [];
    const policy = policyThat((context) => {
      context.tell(PolicyEvent.FALLBACK, 612, 300);
      return true;
    }, 0);
    const sink = { policy: (...event: unknown[]) => void told.push(event) };
    new PolicyHook(k, policy, new Float64Array(2), new Float64Array(0), sink).may_migrate(0, k.lb_env, 0);
    new PolicyHook(k, policy).may_migrate(0, k.lb_env, 0);
    expect(told).toEqual([[PolicyEvent.FALLBACK, 612, 300]]);
  });
});
