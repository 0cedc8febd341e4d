import {
  SD_BALANCE_EXEC,
  SD_BALANCE_FORK,
  SD_BALANCE_NEWIDLE,
  SD_PREFER_SIBLING,
  SD_WAKE_AFFINE,
} from '../constants.js';
import type { BuiltTopology } from './built.js';
import type { TopologyName } from './names.js';

/** The flags of a domain that say what is done in it; all others say what its CPUs share. */
const SET_FLAGS = { SD_BALANCE_NEWIDLE, SD_BALANCE_EXEC, SD_BALANCE_FORK, SD_WAKE_AFFINE, SD_PREFER_SIBLING } as const;

export type SetFlag = keyof typeof SET_FLAGS;
export const SET_FLAG_NAMES = Object.keys(SET_FLAGS) as readonly SetFlag[];

/** What is set of the domains of one level after boot. */
export interface DomainSettings extends Readonly<Partial<Record<SetFlag, boolean>>> {
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

/** Whether a domain has each of the flags. */
export function setFlagsOf(flags: number): Record<SetFlag, boolean> {
  return Object.fromEntries(SET_FLAG_NAMES.map((name) => [name, (flags & SET_FLAGS[name]) !== 0])) as Record<SetFlag, boolean>;
}

function withFlags(flags: number, settings: DomainSettings): number {
  let result = flags;
  for (const name of SET_FLAG_NAMES) {
    const set = settings[name];
    if (set !== undefined) result = set ? result | SET_FLAGS[name] : result & ~SET_FLAGS[name];
  }
  return result;
}

/**
 * A domain tree in which a user has written to the domains' files in debugfs (`sched/domains/cpuN/domainM/…`) after boot:
 * what the kernel derived from the old values while it built the tree stays. The flags cannot be written in 6.1; they are as
 * if sd_init() had them otherwise.
 */
export function withDomainSettings(built: BuiltTopology, settings: DomainsSettings): BuiltTopology {
  return {
    ...built,
    sds: built.sds.map((sd) => {
      const own = settings[sd.name as TopologyName];
      if (own === undefined) return sd;
      return {
        ...sd,
        flags: withFlags(sd.flags, own),
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
