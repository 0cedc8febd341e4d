import type { MigrationContext, Policy } from '../sim/policy/policy.js';
import type { PolicyDefinition } from './definition.js';

function mayMigrate(context: MigrationContext): boolean {
  return context.hot === 0;
}

/** The stock test without its second half: what forced migrations are good for shows against this one. */
export const coldOnly: PolicyDefinition = {
  name: 'cold-only',
  summary: 'Allows cold tasks and never forces a hot one.',
  params: {},
  create(params): Policy {
    return { name: 'cold-only', params, costNs: 0, mayMigrate };
  },
};
