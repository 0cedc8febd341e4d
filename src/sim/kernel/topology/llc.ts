import { SD_ASYM_CPUCAPACITY_FULL, SD_ASYM_PACKING, SD_SHARE_PKG_RESOURCES } from '../constants.js';
import { cpumask_first, cpumask_weight } from './cpumask.js';
import type { DraftDomain } from './draft.js';

/** The per-CPU short cuts into a CPU's chain of domains: sd_llc, sd_llc_id, sd_llc_size and the asymmetric ones. */
export interface TopCacheDomain {
  readonly llc: DraftDomain | null;
  readonly llc_id: number;
  readonly llc_size: number;
  readonly asym_packing: DraftDomain | null;
  readonly asym_cpucapacity: DraftDomain | null;
}

/** @kernel kernel/sched/sched.h highest_flag_domain @omits nothing */
function highest_flag_domain(lowest: DraftDomain | null, flag: number): DraftDomain | null {
  let found: DraftDomain | null = null;
  for (let sd = lowest; sd !== null && (sd.flags & flag) !== 0; sd = sd.parent) found = sd;
  return found;
}

/** @kernel kernel/sched/sched.h lowest_flag_domain @omits nothing */
function lowest_flag_domain(lowest: DraftDomain | null, flag: number): DraftDomain | null {
  for (let sd = lowest; sd !== null; sd = sd.parent) if ((sd.flags & flag) !== 0) return sd;
  return null;
}

/**
 * Finds a CPU's last-level cache and asymmetric domains in what is left of its chain.
 * @kernel kernel/sched/topology.c update_top_cache_domain
 * @omits sd_numa (of NUMA balancing only)
 */
export function update_top_cache_domain(lowest: DraftDomain | null, cpu: number): TopCacheDomain {
  const llc = highest_flag_domain(lowest, SD_SHARE_PKG_RESOURCES);
  return {
    llc,
    llc_id: llc === null ? cpu : cpumask_first(llc.span),
    llc_size: llc === null ? 1 : cpumask_weight(llc.span),
    asym_packing: highest_flag_domain(lowest, SD_ASYM_PACKING),
    asym_cpucapacity: lowest_flag_domain(lowest, SD_ASYM_CPUCAPACITY_FULL),
  };
}
