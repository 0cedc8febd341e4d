import { describe, expect, it } from 'vitest';
import { definePolicy } from '../../src/policies/registry.js';
import { template } from '../../src/policies/template.js';
import { contextOf, decisionKernel, waiting } from '../support/decision.js';

describe('the template', () => {
  it.each([
    [399_999, 80, false],
    [400_000, 80, true],
    [0, 0, true],
    [-1, 0, false],
  ])('%i ns after it ran, at %i %%: %s', (delta, percent, want) => {
    const k = decisionKernel({
      deltas: [delta, 0, 0, 0, 0, 0],
      idlePolicy: [],
      pinned: [],
      nr_balance_failed: 0,
      cache_nice_tries: 1,
      migration_cost_ns: 500_000,
      newidle: false,
      asked: 0,
    });
    const policy = definePolicy(template, { percent });
    expect(policy.mayMigrate(contextOf(k, waiting(0), 1))).toBe(want);
    expect(policy.mayMigrate(contextOf(k, waiting(0), 0))).toBe(true);
  });
});
