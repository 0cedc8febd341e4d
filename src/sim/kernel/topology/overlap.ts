import { cpumask_equal, cpumask_first, cpumaskOf, cpumask_subset, for_each_cpu_wrap, type Cpumask } from './cpumask.js';
import type { Draft, DraftDomain, DraftGroup } from './draft.js';
import { assumeFullCapacity, levelSgc } from './groups.js';

/*
 * Groups of NUMA levels. Where node A reaches B, B reaches C and A does not reach C, the domains of A and C overlap
 * and cannot be cut into the same groups; so every CPU gets groups of its own, and only their capacities are shared.
 * A group's balance mask holds the CPUs that see exactly this group from their own side, and the first of them owns
 * the capacity.
 */

/**
 * The CPUs of a group that have this very group on their side of the level.
 * @kernel kernel/sched/topology.c build_balance_mask
 * @omits nothing
 */
function build_balance_mask(draft: Draft, sd: DraftDomain, span: Cpumask): Cpumask {
  const { sd: siblings } = draft.data[sd.tl]!;
  const members = span.list.filter((cpu) => {
    const child = siblings[cpu]?.child ?? null;
    return child !== null && cpumask_equal(span, child.span);
  });
  return cpumaskOf(draft.cpus, members);
}

/**
 * A group of its own: the span below a sibling's domain, with the capacity that its balance CPU owns.
 * @kernel kernel/sched/topology.c build_group_from_child_sched_domain init_overlap_sched_group
 * @omits reference counts
 */
function overlapGroup(draft: Draft, sibling: DraftDomain): DraftGroup {
  const span = sibling.child === null ? sibling.span : sibling.child.span;
  const mask = build_balance_mask(draft, sibling, span);
  const balance_cpu = cpumask_first(mask);
  if (balance_cpu < 0) throw new RangeError(`CPU ${sibling.cpu}: nobody balances for a group of its ${sibling.name} domain`);
  const sgc = levelSgc(draft, sibling.tl, balance_cpu);
  sgc.mask ??= mask;
  assumeFullCapacity(sgc, span);
  return { next: null, span, flags: sibling.child === null ? 0 : sibling.child.flags, asym_prefer_cpu: 0, sgc };
}

/**
 * The highest domain of a sibling whose child lies within `sd`, below those that repeat a span.
 * @kernel kernel/sched/topology.c find_descended_sibling
 * @omits nothing
 */
function find_descended_sibling(sd: DraftDomain, sibling: DraftDomain): DraftDomain {
  let found = sibling;
  while (found.child !== null && !cpumask_subset(found.child.span, sd.span)) found = found.child;
  while (found.child !== null && cpumask_equal(found.child.span, found.span)) found = found.child;
  return found;
}

/**
 * The ring of groups of a domain that overlaps those of other CPUs.
 * @kernel kernel/sched/topology.c build_overlap_sched_groups
 * @omits nothing
 */
export function build_overlap_sched_groups(draft: Draft, sd: DraftDomain, cpu: number): void {
  const { sd: siblings } = draft.data[sd.tl]!;
  const covered = new Uint8Array(draft.cpus);
  let first: DraftGroup | null = null;
  let last: DraftGroup | null = null;
  for (const i of for_each_cpu_wrap(sd.span, cpu)) {
    if (covered[i] === 1) continue;
    // A CPU whose lower levels span the machine already has no domain at this level.
    let sibling = siblings[i];
    if (sibling === undefined) continue;
    if (sibling.child !== null && !cpumask_subset(sibling.child.span, sd.span)) {
      sibling = find_descended_sibling(sd, sibling);
    }
    const sg = overlapGroup(draft, sibling);
    for (const member of sg.span.list) covered[member] = 1;
    first ??= sg;
    if (last !== null) last.next = sg;
    last = sg;
    last.next = first;
  }
  sd.groups = first;
}
