import type { MigrationContext, Policy } from '../sim/policy/policy.js';
import type { PolicyDefinition } from './definition.js';
import type { Params } from './params.js';
import { coldCandidates, ranFor } from './queue.js';
import { stockAnswer } from './stock.js';

/**
 * Forces a hot task before the stock kernel would, where a forced migration is on its way anyhow.
 *
 * The stock kernel forces at nr_balance_failed > cache_nice_tries. Until then every pass over a queue of hot tasks is
 * wasted, and the imbalance stays. This policy cuts that short in two ways:
 *
 *     tries:       nr_balance_failed ≥ attempts
 *     prediction:  nr_balance_failed + lookahead > cache_nice_tries, and no candidate of the queue is cold
 *
 * The prediction says: nothing on the source CPU can be pulled cold, so this pass will fail as the last one did, and so
 * will the next; `lookahead` failures are taken as having happened already. It looks at the queue's waiting tasks as
 * they are now; it does not foresee that one cools down or is woken there.
 *
 * Whatever the stock kernel allows is allowed, so the parameters only ever add moves.
 */
class EarlyMigration implements Policy {
  readonly name = 'early-migration';
  readonly costNs: number;
  private readonly attempts: number;
  private readonly lookahead: number;
  private readonly minDeltaNs: number;

  constructor(readonly params: Params) {
    this.costNs = params.costNs!;
    this.attempts = params.attempts!;
    this.lookahead = params.lookahead!;
    this.minDeltaNs = params.minDeltaNs!;
  }

  mayMigrate(context: MigrationContext): boolean {
    if (stockAnswer(context)) return true;
    if (ranFor(context, context.p) < this.minDeltaNs) return false;
    const failed = context.nrBalanceFailed;
    if (failed >= this.attempts) return true;
    return this.lookahead > 0 && failed + this.lookahead > context.cacheNiceTries && coldCandidates(context) === 0;
  }
}

export const earlyMigration: PolicyDefinition = {
  name: 'early-migration',
  summary: 'Forces a hot task after `attempts` failed balances, or sooner where every candidate of the queue is hot.',
  params: {
    attempts: {
      min: 0,
      max: 100,
      default: 1,
      doc: 'failed balances of the domain after which a hot task is moved; 0 moves it at once, 100 leaves it to the rest',
    },
    lookahead: {
      min: 0,
      max: 100,
      default: 0,
      doc: 'failed balances that a queue without cold candidates is credited with; 0 switches the prediction off',
    },
    minDeltaNs: {
      min: 0,
      max: 1_000_000_000,
      default: 0,
      doc: 'ns: a hot task that ran less than this ago is not moved earlier than the stock kernel would',
    },
    costNs: {
      min: 0,
      max: 1_000_000,
      default: 5,
      doc: 'ns that one decision takes beyond the stock test: an assumption, a few loads and comparisons',
    },
  },
  create(params): Policy {
    return new EarlyMigration(params);
  },
};
