import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/input/error.js';
import type { PolicyDefinition } from '../../src/policies/definition.js';
import { sortedNames, type Params } from '../../src/policies/params.js';
import { POLICIES, createPolicy, definePolicy, policyId } from '../../src/policies/registry.js';
import { template } from '../../src/policies/template.js';
import { can_migrate_task } from '../../src/sim/kernel/balance/can-migrate.js';
import { task_hot } from '../../src/sim/kernel/balance/hot.js';
import { PolicyHook } from '../../src/sim/policy/policy-hook.js';
import type { Policy } from '../../src/sim/policy/policy.js';
import { askedTask, contextOf, decisionKernel, decisionState, type DecisionState } from '../support/decision.js';

/*
 * What every policy must keep to. A new policy is held to these laws by standing in the registry.
 */

/** Parameters in their ranges, the ends more often than not. */
function paramsOf(definition: PolicyDefinition): fc.Arbitrary<Params> {
  const specs = Object.entries(definition.params).map(
    ([name, spec]) =>
      [
        name,
        fc.oneof(
          fc.constantFrom(spec.min, spec.max, spec.default),
          fc.integer({ min: spec.min, max: Math.min(spec.max, spec.min + 10) }),
          fc.integer({ min: spec.min, max: spec.max }),
        ),
      ] as const,
  );
  return fc.record(Object.fromEntries(specs), { requiredKeys: [] }) as fc.Arbitrary<Params>;
}

/** Asks the kernel with the policy in place. */
function ask(state: DecisionState, policy: Policy) {
  const k = decisionKernel(state);
  const hook = new PolicyHook(k, policy);
  k.policy = hook;
  const answer = can_migrate_task(k, askedTask(state), k.lb_env);
  return { answer, hook, k };
}

/** Whether the kernel refuses before it comes to the policy. */
function refusedHard(state: DecisionState): boolean {
  return state.asked < 0 || state.pinned[state.asked] === true;
}

describe.each([...POLICIES, template].map((definition) => [definition.name, definition] as const))(
  'the policy %s',
  (_name, definition) => {
    const made = paramsOf(definition).map((params) => definePolicy(definition, params));

    it('is asked after the hard refusals only, and cannot undo one', () => {
      fc.assert(
        fc.property(decisionState, made, (state, policy) => {
          const { answer, hook } = ask(state, policy);
          expect(hook.decisions).toBe(refusedHard(state) ? 0 : 1);
          if (refusedHard(state)) expect(answer).toBe(false);
        }),
      );
    });

    it('changes nothing but what is its own', () => {
      fc.assert(
        fc.property(decisionState, made, (state, policy) => {
          const k = decisionKernel({ ...state, asked: Math.max(0, state.asked) });
          const p = askedTask({ ...state, asked: Math.max(0, state.asked) });
          const own = new Float64Array(policy.stateDoubles?.(k.cpus) ?? 0);
          const context = contextOf(k, p, task_hot(k, p, k.lb_env), own);
          const env = JSON.stringify(k.lb_env);
          const before = Buffer.from(k.arena.save());
          policy.mayMigrate(context);
          expect(before.equals(Buffer.from(k.arena.save()))).toBe(true);
          expect(JSON.stringify(k.lb_env)).toBe(env);
          expect([context.p, context.hot, context.env]).toEqual([p, task_hot(k, p, k.lb_env), k.lb_env]);
        }),
      );
    });

    it('answers alike for the same state: asked twice, and made anew', () => {
      fc.assert(
        fc.property(fc.array(decisionState, { minLength: 1, maxLength: 5 }), made, (states, policy) => {
          const first = states.map((state) => ask(state, policy).answer);
          const again = states.map((state) => ask(state, policy).answer);
          // In reverse, by an instance that has seen nothing else: no answer depends on an earlier one.
          const other = createOrDefine(definition, policy);
          const fresh = [...states].reverse().map((state) => ask(state, other).answer);
          expect(again).toEqual(first);
          expect(fresh.reverse()).toEqual(first);
        }),
      );
    });

    it('charges its cost to the CPU that balances, once a decision', () => {
      fc.assert(
        fc.property(decisionState, made, (state, policy) => {
          const { hook, k } = ask(state, policy);
          expect(Number.isInteger(policy.costNs) && policy.costNs >= 0).toBe(true);
          expect(k.g.charged[0]).toBe(hook.decisions * policy.costNs);
          expect(hook.policyNs).toBe(k.g.charged[0]);
        }),
      );
    });

    it('shows all of its parameters, and refuses values out of range', () => {
      const policy = definePolicy(definition);
      expect(policy.name).toBe(definition.name);
      expect(sortedNames(policy.params)).toEqual(sortedNames(definition.params));
      for (const [name, spec] of Object.entries(definition.params)) {
        expect(policy.params[name]).toBe(spec.default);
        for (const value of [spec.min - 1, spec.max + 1, spec.min + 0.5, NaN, Infinity]) {
          expect(() => definePolicy(definition, { [name]: value })).toThrow(InputError);
        }
      }
      expect(() => definePolicy(definition, { nonesuch: 1 })).toThrow(InputError);
    });
  },
);

describe('the identity of a policy', () => {
  const named = POLICIES.map((definition) => [definition.name, definition] as const);
  it.each(named)('%s: makes the same policy', (_name, definition) => {
    fc.assert(
      fc.property(paramsOf(definition), (params) => {
        const policy = definePolicy(definition, params);
        const again = createPolicy(policyId(policy));
        expect(again.name).toBe(policy.name);
        expect(again.params).toEqual(policy.params);
        expect(policyId(again)).toBe(policyId(policy));
      }),
    );
  });

  it('is different for different parameters', () => {
    const ids = [1, 2].map((attempts) => policyId(createPolicy(`early-migration:attempts=${attempts}`)));
    expect(ids[0]).not.toBe(ids[1]);
  });
});

/** A second instance of a policy: by its identity where it is registered. */
function createOrDefine(definition: PolicyDefinition, policy: Policy): Policy {
  return POLICIES.includes(definition) ? createPolicy(policyId(policy)) : definePolicy(definition, policy.params);
}
