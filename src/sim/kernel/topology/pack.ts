import type { BuiltCpu, BuiltDomain, BuiltGroup, BuiltGroupCapacity, BuiltTopology, Span } from './built.js';
import type { Cpumask } from './cpumask.js';
import type { Draft, DraftDomain, DraftGroup, DraftGroupCapacity, DraftShared } from './draft.js';
import { update_top_cache_domain } from './llc.js';

/** Rows of one table, numbered in order of first mention. */
class Rows<T extends object> {
  readonly items: T[] = [];
  private readonly index = new Map<T, number>();

  /** The row of `item`, −1 for null. */
  of(item: T | null): number {
    if (item === null) return -1;
    const known = this.index.get(item);
    if (known !== undefined) return known;
    const row = this.items.push(item) - 1;
    this.index.set(item, row);
    return row;
  }
}

/** CPU lists, each different one kept once. */
class CpuLists {
  readonly cpus: number[] = [];
  private readonly byMask = new Map<Cpumask, Span>();
  private readonly byContent = new Map<string, Span>();

  span(mask: Cpumask): Span {
    const known = this.byMask.get(mask);
    if (known !== undefined) return known;
    const key = mask.list.join(' ');
    let span = this.byContent.get(key);
    if (span === undefined) {
      span = { off: this.cpus.length, len: mask.list.length };
      for (const cpu of mask.list) this.cpus.push(cpu);
      this.byContent.set(key, span);
    }
    this.byMask.set(mask, span);
    return span;
  }
}

/** The part of a BuiltTopology that the domain tree makes up. */
export type PackedTree = Pick<BuiltTopology, 'cpuLists' | 'sds' | 'sgs' | 'sgcs' | 'shared' | 'perCpu'>;

/**
 * Numbers what is left of the tree: domains CPU by CPU from the lowest up, then their groups ring by ring, and so on.
 * @param lowest lowest domain by CPU after the degenerate ones went
 * @param smt SMT siblings by CPU
 */
export function packTree(draft: Draft, lowest: ReadonlyArray<DraftDomain | null>, smt: readonly Cpumask[]): PackedTree {
  const lists = new CpuLists();
  const domains = new Rows<DraftDomain>();
  const groups = new Rows<DraftGroup>();
  const capacities = new Rows<DraftGroupCapacity>();
  const shared = new Rows<DraftShared>();
  for (let cpu = 0; cpu < draft.cpus; cpu++) {
    for (let sd: DraftDomain | null = lowest[cpu]!; sd !== null; sd = sd.parent) {
      domains.of(sd);
      let sg = sd.groups!;
      do {
        groups.of(sg);
        sg = sg.next!;
      } while (sg !== sd.groups);
    }
  }
  const sds: BuiltDomain[] = domains.items.map((sd) => ({
    cpu: sd.cpu,
    parent: domains.of(sd.parent),
    child: domains.of(sd.child),
    level: sd.level,
    name: sd.name,
    flags: sd.flags,
    span: lists.span(sd.span),
    groups: groups.of(sd.groups),
    imbalancePct: sd.imbalance_pct,
    cacheNiceTries: sd.cache_nice_tries,
    busyFactor: sd.busy_factor,
    minInterval: sd.min_interval,
    maxInterval: sd.max_interval,
    balanceInterval: sd.balance_interval,
    newidleCall: sd.newidle_call,
    newidleSuccess: sd.newidle_success,
    newidleRatio: sd.newidle_ratio,
    maxNewidleLbCost: 0,
    imbNumaNr: sd.imb_numa_nr,
    shared: shared.of(sd.shared),
  }));
  const sgs: BuiltGroup[] = groups.items.map((sg) => ({
    next: groups.of(sg.next),
    span: lists.span(sg.span),
    mask: lists.span(sg.sgc.mask!),
    flags: sg.flags,
    asymPreferCpu: sg.asym_prefer_cpu,
    sgc: capacities.of(sg.sgc),
  }));
  const sgcs: BuiltGroupCapacity[] = capacities.items.map((sgc) => ({
    capacity: sgc.capacity,
    minCapacity: sgc.min_capacity,
    maxCapacity: sgc.max_capacity,
  }));
  const perCpu: BuiltCpu[] = lowest.map((sd, cpu) => {
    const top = update_top_cache_domain(sd, cpu);
    return {
      sd: domains.of(sd),
      llc: domains.of(top.llc),
      llcShared: shared.of(top.llc === null ? null : top.llc.shared),
      llcId: top.llc_id,
      llcSize: top.llc_size,
      asymCapacity: domains.of(top.asym_cpucapacity),
      asymPacking: domains.of(top.asym_packing),
      smt: lists.span(smt[cpu]!),
    };
  });
  return { cpuLists: lists.cpus, sds, sgs, sgcs, shared: shared.items.map((item) => item.nr_busy_cpus), perCpu };
}
