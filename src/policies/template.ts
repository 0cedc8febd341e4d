import type { MigrationContext, Policy } from '../sim/policy/policy.js';
import type { PolicyDefinition } from './definition.js';
import { ranFor } from './queue.js';
import { stockAnswer } from './stock.js';

/*
 * A policy to copy. It works as it stands: it forces a hot task that is about to cool down anyhow. To make your own:
 *
 * 1. Copy this file, give the policy a name of its own, and add a line to registry.ts.
 * 2. Say what it decides on. Everything that the kernel can read at this point is within reach: the task (`context.p`),
 *    the balance (`context.env`) and, through `context.kernel`, all tables. features.ts lists the usual ones with the
 *    expression that reads them in the kernel; a policy that keeps to those can be turned into C.
 * 3. Use integers only, no clock, no random numbers, and change nothing. The laws in test/property/policy-laws.test.ts
 *    are run on every policy of the registry and hold you to it.
 *
 * The policy is asked after the hard refusals only: the task waits on env.src_cpu and may run on env.dst_cpu.
 */

/** The decision. Plain functions and classes do equally well; a class can keep its parameters in fields. */
function mayMigrate(context: MigrationContext, percent: number): boolean {
  // Keeping what the stock kernel allows makes a policy easy to reason about: it can only add moves.
  if (stockAnswer(context)) return true;
  // `hot` is 1 from here on. Integer arithmetic: a share of the migration cost, in ns, without a fraction.
  const cost = context.kernel.sysctl.migration_cost_ns;
  return cost >= 0 && ranFor(context, context.p) * 100 >= cost * percent;
}

export const template: PolicyDefinition = {
  name: 'template',
  summary: 'The policy to copy: forces a hot task whose heat is `percent` over.',
  // Every number that can be tuned, with its range. Users write template:percent=80.
  params: {
    percent: { min: 0, max: 100, default: 90, doc: '% of migration_cost that must have passed since the task ran' },
  },
  create(params): Policy {
    const percent = params.percent!;
    return {
      name: 'template',
      params,
      // ns of CPU time beyond the stock test. Measure it in the kernel; the simulator charges it to the CPU that balances.
      costNs: 0,
      mayMigrate: (context) => mayMigrate(context, percent),
    };
  },
};
