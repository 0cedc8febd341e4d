import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/policies/registry.js';
import { askedTask, contextOf, decisionKernel, decisionState } from '../support/decision.js';

describe('always, never and cold-only', () => {
  it('allow everything, nothing, and cold tasks', () => {
    fc.assert(
      fc.property(decisionState, fc.constantFrom(0, 1), (state, hot) => {
        const context = contextOf(decisionKernel(state), askedTask(state), hot);
        expect(createPolicy('always').mayMigrate(context)).toBe(true);
        expect(createPolicy('never').mayMigrate(context)).toBe(false);
        expect(createPolicy('cold-only').mayMigrate(context)).toBe(hot === 0);
      }),
    );
  });
});
