import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/input/error.js';
import type { Model } from '../../../src/libml/index.js';
import { neuralEarly, neuralForced, neuralImitate } from '../../../src/policies/neural/definitions.js';
import { resolveParams, type Params } from '../../../src/policies/params.js';
import { stockAnswer } from '../../../src/policies/stock.js';
import { PolicyEvent, type MigrationContext, type Policy } from '../../../src/sim/policy/policy.js';
import { task_hot } from '../../../src/sim/kernel/balance/hot.js';
import { decisionKernel, decisionState, DST, SRC, waiting, type DecisionState } from '../../support/decision.js';
import { MigrationContext as Context } from '../../../src/sim/policy/policy.js';
import { yesFromDelta } from '../../support/hand-model.js';

const DEFINITIONS = { 1: neuralImitate, 2: neuralEarly, 3: neuralForced } as const;
const US = 1000;

function made(model: Model, given: Params = {}, standby?: Model): Policy {
  const definition = DEFINITIONS[model.task];
  const params = resolveParams(definition.name, definition.params, given, 'test');
  const named = { model: { source: 'a.json', model }, ...(standby === undefined ? {} : { standby: { source: 'b.json', model: standby } }) };
  return definition.create(params, named);
}

/** A context that the policy is asked in again and again, and what it tells. */
function asked(state: DecisionState, policy: Policy) {
  const k = decisionKernel({ ...state, asked: 0 });
  const told: unknown[] = [];
  const context = new Context(k, k.lb_env, new Float64Array(policy.stateDoubles!(k.cpus)), {
    policy: (...event) => void told.push(event),
  });
  context.p = waiting(0);
  context.hot = task_hot(k, waiting(0), k.lb_env);
  return { k, context, told };
}

const HOT: DecisionState = {
  deltas: [100 * US, 0, 0, 0, 0, 0],
  idlePolicy: Array<boolean>(6).fill(false),
  pinned: Array<boolean>(6).fill(false),
  nr_balance_failed: 0,
  cache_nice_tries: 1,
  migration_cost_ns: 500 * US,
  newidle: false,
  asked: 0,
};

/** The same call with another time since the task ran. */
function ranBefore(context: MigrationContext, ns: number): void {
  const k = context.kernel;
  k.se.exec_start[context.p] = k.rq.clock_task[context.env.src_cpu]! - ns;
  context.hot = task_hot(k, context.p, context.env);
}

describe('what the answers mean', () => {
  const says = (state: DecisionState, ns: number): boolean => state.deltas[0]! >= ns;

  it.each([
    ['neural-imitate: the model alone', 1, (_c: MigrationContext, yes: boolean) => yes],
    ['neural-forced: the model forces, cold tasks go', 3, (c: MigrationContext, yes: boolean) => c.hot === 0 || yes],
    ['neural-early: what stock allows, and the model', 2, (c: MigrationContext, yes: boolean) => stockAnswer(c) || yes],
  ] as const)('%s', (_name, task, rule) => {
    const limit = 300 * US;
    const policy = made(yesFromDelta(task, limit));
    fc.assert(
      fc.property(decisionState, (state) => {
        // Where a raw value and its fixed-point image could fall on two sides of the limit.
        fc.pre(Math.abs(state.deltas[0]! - limit) > 100);
        const { context } = asked(state, policy);
        expect(policy.mayMigrate(context)).toBe(rule(context, says(state, limit)));
      }),
    );
  });

  it('is a model for another task: refused', () => {
    const definition = neuralEarly;
    const params = resolveParams(definition.name, definition.params, {}, 'test');
    const wrong = { model: { source: 'imitate.json', model: yesFromDelta(1, 5) } };
    expect(() => definition.create(params, wrong)).toThrow(InputError);
    expect(() => definition.create(params, wrong)).toThrow('imitate.json: task: expected 2, found 1');
  });

  it('says yes from another probability on where a threshold is given', () => {
    const { context } = asked(HOT, made(yesFromDelta(3, 300 * US)));
    const answers = [100, 280, 310, 500].map((us) => {
      ranBefore(context, us * US);
      return [0, -1, 700, 1000].map((threshold) => made(yesFromDelta(3, 300 * US), { threshold }).mayMigrate(context));
    });
    ranBefore(context, 280 * US);
    expect(context.hot).toBe(1);
    // Logits: −5.3, −0.53, 0.27, 5.3; 0 ‰ is −7.6, 700 ‰ 0.85, 1000 ‰ 7.6. From 500 µs on the task is cold.
    expect(answers).toEqual([
      [true, false, false, false],
      [true, false, false, false],
      [true, true, false, false],
      [true, true, true, true],
    ]);
  });
});

describe('refractory time', () => {
  it('keeps a CPU from losing another task early, and nothing else', () => {
    const policy = made(yesFromDelta(2, 50 * US), { refractoryNs: 1000 });
    const { k, context } = asked(HOT, policy);
    const at = (now: number): boolean => {
      k.g.now[0] = now;
      return policy.mayMigrate(context);
    };
    expect([at(5000), at(5000), at(5999), at(6000), at(6001)]).toEqual([true, false, false, true, false]);
    ranBefore(context, 900 * US);
    expect([context.hot, at(6002)]).toEqual([0, true]);
    ranBefore(context, 100 * US);
    expect(at(6999)).toBe(false);
    expect(at(7000)).toBe(true);
    context.env.src_cpu = DST;
    k.rq.clock_task[DST] = k.rq.clock_task[SRC]!;
    expect(at(7001)).toBe(true);
  });
});

describe('the swap', () => {
  const policy = made(yesFromDelta(3, 50 * US), { swapAtNs: 1000 }, yesFromDelta(3, 300 * US));

  it('falls between two decisions, once, and is told', () => {
    const { k, context, told } = asked(HOT, policy);
    const at = (now: number): boolean => {
      k.g.now[0] = now;
      return policy.mayMigrate(context);
    };
    expect([at(0), at(999), at(1000), at(5000)]).toEqual([true, true, false, false]);
    expect(told).toEqual([[PolicyEvent.SWAP, 1, 0]]);
  });

  it('is part of what a snapshot holds: from the same doubles the same answers', () => {
    const { k, context } = asked(HOT, policy);
    k.g.now[0] = 1000;
    const before = Float64Array.from(context.state);
    expect(policy.mayMigrate(context)).toBe(false);
    context.state.set(before);
    k.g.now[0] = 999;
    expect(policy.mayMigrate(context)).toBe(true);
  });

  it('does not happen where no model stands by', () => {
    const alone = made(yesFromDelta(3, 50 * US), { swapAtNs: 0 });
    const { context, told } = asked(HOT, alone);
    expect(alone.mayMigrate(context)).toBe(true);
    expect(told).toEqual([]);
  });

  it('shows both models', () => {
    expect(policy.models).toEqual({
      model: { source: 'a.json', hash: yesFromDelta(3, 50 * US).hash },
      standby: { source: 'b.json', hash: yesFromDelta(3, 300 * US).hash },
    });
  });
});

describe('drift', () => {
  /** Asks at hot calls by turns: failed too often, so that stock forces, and not. */
  function run(policy: Policy, calls: number) {
    const { k, context, told } = asked(HOT, policy);
    const answers: boolean[] = [];
    const costs: number[] = [];
    for (let i = 0; i < calls; i++) {
      k.sd.nr_balance_failed[context.env.sd] = i % 2 === 0 ? 5 : 0;
      costs.push(policy.costNow!(context.state));
      answers.push(policy.mayMigrate(context));
    }
    return { answers, costs, told };
  }

  it('makes a policy that is no better than a coin the stock kernel, which costs nothing more', () => {
    const policy = made(yesFromDelta(3, 50 * US), { driftFloor: 600, costNs: 70 });
    const { answers, costs, told } = run(policy, 200);
    const fallen = answers.indexOf(false);
    // With 32 outcomes of the class of which it is always wrong.
    expect(fallen).toBe(63);
    expect(answers.slice(64)).toEqual(answers.slice(64).map((_, i) => i % 2 === 0));
    expect(told).toEqual([[PolicyEvent.FALLBACK, 500, 64]]);
    expect(costs.slice(0, 64).every((cost) => cost === 70)).toBe(true);
    expect(costs.slice(64).every((cost) => cost === 0)).toBe(true);
  });

  it('leaves a policy alone that is good enough, or not watched', () => {
    expect(run(made(yesFromDelta(3, 50 * US), { driftFloor: 500 }), 200).told).toEqual([]);
    expect(run(made(yesFromDelta(3, 50 * US)), 200).answers).toEqual(Array<boolean>(200).fill(true));
  });

  it('begins anew with another model', () => {
    const policy = made(yesFromDelta(3, 50 * US), { driftFloor: 600, swapAtNs: 1000 }, yesFromDelta(3, 50 * US));
    const { k, context, told } = asked(HOT, policy);
    for (let i = 0; i < 62; i++) {
      k.sd.nr_balance_failed[context.env.sd] = i % 2 === 0 ? 5 : 0;
      policy.mayMigrate(context);
    }
    k.g.now[0] = 1000;
    for (let i = 0; i < 63; i++) {
      k.sd.nr_balance_failed[context.env.sd] = i % 2 === 0 ? 5 : 0;
      policy.mayMigrate(context);
    }
    expect(told).toEqual([[PolicyEvent.SWAP, 1, 0]]);
  });
});
