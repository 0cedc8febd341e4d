import type { MigrationContext, Policy } from '../sim/policy/policy.js';
import type { PolicyDefinition } from './definition.js';

/** What the soft test looks at. */
export type SoftTest = Pick<MigrationContext, 'hot' | 'nrBalanceFailed' | 'cacheNiceTries'>;

/**
 * The kernel's own soft test: a cold task may go; a hot one is forced once the domain failed to balance more often than
 * cache_nice_tries.
 */
export function stockAnswer(context: SoftTest): boolean {
  return context.hot === 0 || context.nrBalanceFailed > context.cacheNiceTries;
}

export const stock: PolicyDefinition = {
  name: 'stock',
  summary: 'The kernel as it is: hot tasks wait until nr_balance_failed > cache_nice_tries.',
  params: {},
  create(params): Policy {
    return { name: 'stock', params, costNs: 0, mayMigrate: stockAnswer };
  },
};
