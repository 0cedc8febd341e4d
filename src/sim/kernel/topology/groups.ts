import { SCHED_CAPACITY_SCALE } from '../constants.js';
import { cpumask_first, cpumaskOf, cpumask_weight, for_each_cpu_wrap, type Cpumask } from './cpumask.js';
import type { Draft, DraftDomain, DraftGroup, DraftGroupCapacity } from './draft.js';

/** The sched_group_capacity of a level that belongs to `cpu`, made when first asked for. */
export function levelSgc(draft: Draft, tl: number, cpu: number): DraftGroupCapacity {
  return (draft.data[tl]!.sgc[cpu] ??= { capacity: 0, min_capacity: 0, max_capacity: 0, mask: null });
}

/** What a group's capacity is until it is computed: that of full CPUs. */
export function assumeFullCapacity(sgc: DraftGroupCapacity, span: Cpumask): void {
  sgc.capacity = SCHED_CAPACITY_SCALE * cpumask_weight(span);
  sgc.min_capacity = SCHED_CAPACITY_SCALE;
  sgc.max_capacity = SCHED_CAPACITY_SCALE;
}

/**
 * The group of a level that `cpu` is in: the span of its domain one level below, or the CPU alone. All CPUs of the
 * group find the same object, that of its first CPU.
 * @kernel kernel/sched/topology.c get_group
 * @omits reference counts
 */
function get_group(draft: Draft, tl: number, cpu: number): DraftGroup {
  const data = draft.data[tl]!;
  const child = data.sd[cpu]!.child;
  const owner = child === null ? cpu : cpumask_first(child.span);
  const visited = data.sg[owner];
  if (visited !== undefined) return visited;

  const span = child === null ? cpumaskOf(draft.cpus, [owner]) : child.span;
  const sgc = levelSgc(draft, tl, owner);
  sgc.mask = span;
  assumeFullCapacity(sgc, span);
  const sg: DraftGroup = { next: null, span, flags: child === null ? 0 : child.flags, asym_prefer_cpu: 0, sgc };
  data.sg[owner] = sg;
  return sg;
}

/**
 * The ring of a domain's groups, its own CPU's first. The groups of a level without overlap are the same objects for
 * all CPUs, only each domain enters the ring elsewhere.
 * @kernel kernel/sched/topology.c build_sched_groups
 * @omits nothing
 */
export function build_sched_groups(draft: Draft, sd: DraftDomain, cpu: number): void {
  const covered = new Uint8Array(draft.cpus);
  let first: DraftGroup | null = null;
  let last: DraftGroup | null = null;
  for (const i of for_each_cpu_wrap(sd.span, cpu)) {
    if (covered[i] === 1) continue;
    const sg = get_group(draft, sd.tl, i);
    for (const member of sg.span.list) covered[member] = 1;
    first ??= sg;
    if (last !== null) last.next = sg;
    last = sg;
  }
  last!.next = first;
  sd.groups = first;
}
