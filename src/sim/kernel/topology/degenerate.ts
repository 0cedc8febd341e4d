import {
  SD_ASYM_CPUCAPACITY,
  SD_ASYM_CPUCAPACITY_FULL,
  SD_ASYM_PACKING,
  SD_BALANCE_EXEC,
  SD_BALANCE_FORK,
  SD_BALANCE_NEWIDLE,
  SD_BALANCE_WAKE,
  SD_NUMA,
  SD_OVERLAP,
  SD_PREFER_SIBLING,
  SD_SERIALIZE,
  SD_SHARE_CPUCAPACITY,
  SD_SHARE_PKG_RESOURCES,
  SD_WAKE_AFFINE,
} from '../constants.js';
import { cpumask_equal, cpumask_weight } from './cpumask.js';
import type { DraftDomain } from './draft.js';

/** The flags that mean nothing in a domain of one group: all but SD_WAKE_AFFINE. */
const SD_DEGENERATE_GROUPS_MASK =
  SD_BALANCE_NEWIDLE |
  SD_BALANCE_EXEC |
  SD_BALANCE_FORK |
  SD_BALANCE_WAKE |
  SD_ASYM_CPUCAPACITY |
  SD_ASYM_CPUCAPACITY_FULL |
  SD_SHARE_CPUCAPACITY |
  SD_SHARE_PKG_RESOURCES |
  SD_SERIALIZE |
  SD_ASYM_PACKING |
  SD_PREFER_SIBLING |
  SD_OVERLAP |
  SD_NUMA;

/**
 * Whether a domain can do nothing.
 * @kernel kernel/sched/topology.c sd_degenerate
 * @omits nothing
 */
export function sd_degenerate(sd: DraftDomain): boolean {
  if (cpumask_weight(sd.span) === 1) return true;
  if ((sd.flags & SD_DEGENERATE_GROUPS_MASK) !== 0 && sd.groups !== sd.groups!.next) return false;
  return (sd.flags & SD_WAKE_AFFINE) === 0;
}

/**
 * Whether a parent can do nothing that the domain below it does not.
 * @kernel kernel/sched/topology.c sd_parent_degenerate
 * @omits nothing
 */
export function sd_parent_degenerate(sd: DraftDomain, parent: DraftDomain): boolean {
  if (sd_degenerate(parent)) return true;
  if (!cpumask_equal(sd.span, parent.span)) return false;
  let pflags = parent.flags;
  if (parent.groups === parent.groups!.next) pflags &= ~SD_DEGENERATE_GROUPS_MASK;
  return (~sd.flags & pflags) === 0;
}

/**
 * Takes the domains that do nothing out of a CPU's chain. A parent that goes leaves its SD_PREFER_SIBLING behind; its
 * parent's groups keep the flags that they copied from it. When the lowest goes, the next one's first group loses its
 * flags (only the first: the kernel's loop does not move on).
 * @kernel kernel/sched/topology.c cpu_attach_domain
 * @omits freeing, root domains, sysctl
 * @returns the lowest domain that is left, null where none is
 */
export function cpu_attach_domain(lowest: DraftDomain): DraftDomain | null {
  for (let tmp = lowest; tmp.parent !== null; ) {
    const parent: DraftDomain = tmp.parent;
    if (sd_parent_degenerate(tmp, parent)) {
      tmp.parent = parent.parent;
      if (parent.parent !== null) parent.parent.child = tmp;
      if ((parent.flags & SD_PREFER_SIBLING) !== 0) tmp.flags |= SD_PREFER_SIBLING;
    } else {
      tmp = parent;
    }
  }
  if (!sd_degenerate(lowest)) return lowest;
  const sd = lowest.parent;
  if (sd !== null) {
    sd.groups!.flags = 0;
    sd.child = null;
  }
  return sd;
}
