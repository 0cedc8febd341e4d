import { SD_NUMA, SD_SHARE_PKG_RESOURCES } from '../constants.js';
import { cpumask_weight } from './cpumask.js';
import type { DraftDomain } from './draft.js';

/**
 * How many more tasks one group of a NUMA domain may run than another before that counts as an imbalance: one eighth
 * of the CPUs where a node has one last-level cache, one per cache where it has several; more on levels that span more.
 * @kernel kernel/sched/topology.c build_sched_domains
 * @omits all but the loop that sets imb_numa_nr
 */
export function set_imb_numa_nr(lowest: DraftDomain): void {
  let imb = 0;
  let imb_span = 1;
  for (let sd: DraftDomain | null = lowest; sd !== null; sd = sd.parent) {
    const child: DraftDomain | null = sd.child;
    const span_weight = cpumask_weight(sd.span);
    if ((sd.flags & SD_SHARE_PKG_RESOURCES) === 0 && child !== null && (child.flags & SD_SHARE_PKG_RESOURCES) !== 0) {
      const nr_llcs = Math.floor(span_weight / cpumask_weight(child.span));
      imb = Math.max(1, nr_llcs === 1 ? span_weight >> 3 : nr_llcs);
      sd.imb_numa_nr = imb;
      let top_p: DraftDomain | null = sd.parent;
      while (top_p !== null && (top_p.flags & SD_NUMA) === 0) top_p = top_p.parent;
      imb_span = top_p === null ? span_weight : cpumask_weight(top_p.span);
    } else {
      sd.imb_numa_nr = imb * Math.max(1, Math.floor(span_weight / imb_span));
    }
  }
}
