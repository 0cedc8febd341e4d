import type { Policy } from '../sim/policy/policy.js';
import type { PolicyDefinition } from './definition.js';

/** One bound of what a policy can do: cache heat counts for nothing. */
export const always: PolicyDefinition = {
  name: 'always',
  summary: 'Allows every move: cache heat counts for nothing.',
  params: {},
  create(params): Policy {
    return { name: 'always', params, costNs: 0, mayMigrate: () => true };
  },
};
