import type { BuiltDomain, BuiltTopology, Span } from '../../../../src/sim/kernel/topology/built.js';
import type { TopologyDescription } from '../../../../src/sim/kernel/topology/description.js';

/** A machine of nodes with as many cores each, a last-level cache per node, siblings next to each other. */
export function nodesOf(distance: number[][], coresPerNode: number, threads = 1): TopologyDescription {
  const cpus: Array<TopologyDescription['cpus'][number]> = [];
  for (let node = 0; node < distance.length; node++) {
    for (let core = 0; core < coresPerNode; core++) {
      for (let thread = 0; thread < threads; thread++) cpus.push({ core, package: node, node, llc: node });
    }
  }
  return { cpus, distance };
}

export function cpusOf(built: BuiltTopology, span: Span): number[] {
  return built.cpuLists.slice(span.off, span.off + span.len);
}

/** A CPU's domains from the lowest up. */
export function chainOf(built: BuiltTopology, cpu: number): BuiltDomain[] {
  const chain: BuiltDomain[] = [];
  for (let row = built.perCpu[cpu]!.sd; row >= 0; row = built.sds[row]!.parent) chain.push(built.sds[row]!);
  return chain;
}

/** Rows of a domain's groups, in the order of the ring. */
export function ringOf(built: BuiltTopology, sd: BuiltDomain): number[] {
  const ring = [sd.groups];
  for (let row = built.sgs[sd.groups]!.next; row !== sd.groups; row = built.sgs[row]!.next) {
    ring.push(row);
    if (ring.length > built.cpus) throw new Error('the ring of groups does not close');
  }
  return ring;
}

/** The CPUs of a domain's groups, in the order of the ring. */
export function groupsOf(built: BuiltTopology, sd: BuiltDomain): number[][] {
  return ringOf(built, sd).map((row) => cpusOf(built, built.sgs[row]!.span));
}

/** CPUs first…last. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
