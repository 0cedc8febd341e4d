import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/policies/registry.js';
import { stockAnswer } from '../../src/policies/stock.js';
import { SRC, askedTask, contextOf, decisionKernel, decisionState, type DecisionState } from '../support/decision.js';
import { runnerOf } from '../support/wakeup-kernel.js';

const HOT: DecisionState = {
  deltas: [100_000, 100_000, 100_000, 100_000, 100_000, 100_000],
  idlePolicy: [],
  pinned: [],
  nr_balance_failed: 0,
  cache_nice_tries: 3,
  migration_cost_ns: 500_000,
  newidle: false,
  asked: 0,
};

function answer(policy: string, change: Partial<DecisionState> = {}, hot = 1): boolean {
  const state = { ...HOT, ...change };
  return createPolicy(`early-migration:${policy}`).mayMigrate(contextOf(decisionKernel(state), askedTask(state), hot));
}

describe('early-migration', () => {
  it('forces a hot task once the domain failed `attempts` times', () => {
    expect([0, 1, 2, 3, 4].map((n) => answer('attempts=2', { nr_balance_failed: n }))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    expect(answer('attempts=0')).toBe(true);
  });

  it('waits like the stock kernel where attempts is above cache_nice_tries', () => {
    const answers = [0, 3, 4].map((n) => answer('attempts=100', { nr_balance_failed: n }));
    expect(answers).toEqual([false, false, true]);
  });

  it('leaves a task that ran less than minDeltaNs ago to the stock rule', () => {
    expect(answer('attempts=0,minDeltaNs=100001')).toBe(false);
    expect(answer('attempts=0,minDeltaNs=100000')).toBe(true);
    expect(answer('attempts=0,minDeltaNs=100001', { nr_balance_failed: 4 })).toBe(true);
  });

  it('credits a queue without cold candidates with `lookahead` failures', () => {
    const policy = 'attempts=100,lookahead=2';
    expect(answer(policy, { nr_balance_failed: 1 })).toBe(false);
    expect(answer(policy, { nr_balance_failed: 2 })).toBe(true);
    // One task of the queue is cold: it will be pulled, and the balance does not fail.
    expect(answer(policy, { nr_balance_failed: 2, deltas: [1, 1, 600_000, 1, 1, 1] })).toBe(false);
    expect(answer(policy, { nr_balance_failed: 2, idlePolicy: [false, true] })).toBe(false);
  });

  it('does not count a cold task that may not run on the destination', () => {
    const state = { nr_balance_failed: 2, deltas: [1, 1, 600_000, 1, 1, 1], pinned: [false, false, true] };
    expect(answer('attempts=100,lookahead=2', state)).toBe(true);
  });

  it('does not count the running task, however long ago its run began', () => {
    const state = { ...HOT, nr_balance_failed: 2 };
    const k = decisionKernel(state);
    k.se.exec_start[runnerOf(SRC)] = 0;
    const policy = createPolicy('early-migration:attempts=100,lookahead=2');
    expect(policy.mayMigrate(contextOf(k, askedTask(state), 1))).toBe(true);
  });

  it('allows cold tasks, and whatever else the stock kernel allows', () => {
    expect(answer('attempts=100', {}, 0)).toBe(true);
    const params = fc.record({ attempts: fc.nat(5), lookahead: fc.nat(5), minDeltaNs: fc.nat(1_000_000) });
    fc.assert(
      fc.property(decisionState, params, fc.constantFrom(0, 1), (state, p, hot) => {
        const context = contextOf(decisionKernel(state), askedTask(state), hot);
        const text = `early-migration:attempts=${p.attempts},lookahead=${p.lookahead},minDeltaNs=${p.minDeltaNs}`;
        if (stockAnswer(context)) expect(createPolicy(text).mayMigrate(context)).toBe(true);
      }),
    );
  });

  it('forces no later for fewer attempts', () => {
    fc.assert(
      fc.property(decisionState, fc.nat(6), (state, attempts) => {
        const context = contextOf(decisionKernel(state), askedTask(state), 1);
        const later = createPolicy(`early-migration:attempts=${attempts + 1}`).mayMigrate(context);
        if (later) expect(createPolicy(`early-migration:attempts=${attempts}`).mayMigrate(context)).toBe(true);
      }),
    );
  });
});
