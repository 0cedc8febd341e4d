import type { Policy } from '../sim/policy/policy.js';
import type { PolicyDefinition } from './definition.js';

/** The other bound: balancing moves nothing but what the stopper pushes (active balance asks no policy). */
export const never: PolicyDefinition = {
  name: 'never',
  summary: 'Refuses every move: only active balance is left.',
  params: {},
  create(params): Policy {
    return { name: 'never', params, costNs: 0, mayMigrate: () => false };
  },
};
