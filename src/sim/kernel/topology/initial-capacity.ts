import { SD_OVERLAP } from '../constants.js';
import { cpumask_first } from './cpumask.js';
import type { Draft, DraftDomain } from './draft.js';

/**
 * The capacity of a domain's own group, as it is before anything ran.
 * @kernel kernel/sched/fair.c update_group_capacity
 * @omits time taken by interrupts and other classes (none was), next_update (attach.ts sets it)
 */
function update_group_capacity(draft: Draft, sd: DraftDomain, cpu: number): void {
  const { sgc, span } = sd.groups!;
  const child = sd.child;
  if (child === null) {
    const capacity = draft.capacity[cpu]!;
    draft.cpu_capacity[cpu] = capacity;
    sgc.capacity = capacity;
    sgc.min_capacity = capacity;
    sgc.max_capacity = capacity;
    return;
  }
  let capacity = 0;
  let min_capacity = Infinity;
  let max_capacity = 0;
  if ((child.flags & SD_OVERLAP) !== 0) {
    for (const member of span.list) {
      const cpu_cap = draft.cpu_capacity[member]!;
      capacity += cpu_cap;
      min_capacity = Math.min(min_capacity, cpu_cap);
      max_capacity = Math.max(max_capacity, cpu_cap);
    }
  } else {
    let group = child.groups!;
    do {
      capacity += group.sgc.capacity;
      min_capacity = Math.min(min_capacity, group.sgc.min_capacity);
      max_capacity = Math.max(max_capacity, group.sgc.max_capacity);
      group = group.next!;
    } while (group !== child.groups);
  }
  sgc.capacity = capacity;
  sgc.min_capacity = min_capacity;
  sgc.max_capacity = max_capacity;
}

/**
 * Computes the capacity of a domain's own group where `cpu` is the one that balances for it.
 * @kernel kernel/sched/topology.c init_sched_groups_capacity
 * @omits group_weight (the length of the span), asym_prefer_cpu (no domain has SD_ASYM_PACKING)
 */
export function init_sched_groups_capacity(draft: Draft, cpu: number, sd: DraftDomain): void {
  if (cpu !== cpumask_first(sd.groups!.sgc.mask!)) return;
  update_group_capacity(draft, sd, cpu);
}
