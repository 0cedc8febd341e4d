import type { BuiltTopology } from './built.js';
import type { TopologyName } from './names.js';

/** What is set of the domains of one level after boot. */
export interface DomainSettings {
  /** Failed balances after which a hot task is moved all the same, 0…2^31−1. */
  readonly cache_nice_tries?: number;
  /** Percent of the local load from which another group counts as busier, 100…2^31−1. */
  readonly imbalance_pct?: number;
  /** How many times as rarely a busy CPU balances as an idle one, 1 or more. */
  readonly busy_factor?: number;
  /** ms between two balances at least, and from which on it grows no more, 1 or more. */
  readonly min_interval?: number;
  readonly max_interval?: number;
  /** What the dearest newly-idle balance is taken to have cost at first, ns; it fades by about 1 % a second. */
  readonly max_newidle_lb_cost?: number;
}

/** By the name of the level that debugfs shows. */
export type DomainsSettings = Readonly<Partial<Record<TopologyName, DomainSettings>>>;

/**
 * A domain tree in which a user has written to the domains' files in debugfs (`sched/domains/cpuN/domainM/…`) after boot:
 * what the kernel derived from the old values while it built the tree stays.
 */
export function withDomainSettings(built: BuiltTopology, settings: DomainsSettings): BuiltTopology {
  return {
    ...built,
    sds: built.sds.map((sd) => {
      const own = settings[sd.name as TopologyName];
      if (own === undefined) return sd;
      return {
        ...sd,
        cacheNiceTries: own.cache_nice_tries ?? sd.cacheNiceTries,
        imbalancePct: own.imbalance_pct ?? sd.imbalancePct,
        busyFactor: own.busy_factor ?? sd.busyFactor,
        minInterval: own.min_interval ?? sd.minInterval,
        maxInterval: own.max_interval ?? sd.maxInterval,
        maxNewidleLbCost: own.max_newidle_lb_cost ?? sd.maxNewidleLbCost,
      };
    }),
  };
}
