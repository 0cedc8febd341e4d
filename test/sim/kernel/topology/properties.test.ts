import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SD_OVERLAP } from '../../../../src/sim/kernel/constants.js';
import { build_topology } from '../../../../src/sim/kernel/topology/build.js';
import type { BuiltTopology } from '../../../../src/sim/kernel/topology/built.js';
import type { TopologyDescription } from '../../../../src/sim/kernel/topology/description.js';
import { chainOf, cpusOf, ringOf } from './shapes.js';

/** Machines of any regular shape, with symmetric distances and a capacity per core, CPUs numbered at random. */
const machines: fc.Arbitrary<TopologyDescription> = fc
  .record({
    nodes: fc.integer({ min: 1, max: 5 }),
    llcs: fc.integer({ min: 1, max: 3 }),
    cores: fc.integer({ min: 1, max: 3 }),
    threads: fc.integer({ min: 1, max: 2 }),
    distances: fc.array(fc.constantFrom(15, 20, 25, 40), { minLength: 25, maxLength: 25 }),
    capacities: fc.array(fc.constantFrom(1024, 1024, 600), { minLength: 45, maxLength: 45 }),
    order: fc.array(fc.nat(), { minLength: 90, maxLength: 90 }),
  })
  .map(({ nodes, llcs, cores, threads, distances, capacities, order }) => {
    const cpus: Array<TopologyDescription['cpus'][number]> = [];
    for (let core = 0; core < nodes * llcs * cores; core++) {
      const llc = Math.floor(core / cores);
      const node = Math.floor(llc / llcs);
      for (let thread = 0; thread < threads; thread++) {
        cpus.push({ core, package: node, node, llc, capacity: capacities[core]! });
      }
    }
    const shuffled = cpus
      .map((cpu, index) => ({ cpu, key: order[index]!, index }))
      .sort((a, b) => a.key - b.key || a.index - b.index)
      .map((entry) => entry.cpu);
    const distance = Array.from({ length: nodes }, (_, a) =>
      Array.from({ length: nodes }, (_, b) => (a === b ? 10 : distances[Math.min(a, b) * 5 + Math.max(a, b)]!)),
    );
    return { cpus: shuffled, distance };
  });

function checkDomains(built: BuiltTopology, description: TopologyDescription): void {
  for (let cpu = 0; cpu < built.cpus; cpu++) {
    const chain = chainOf(built, cpu);
    chain.forEach((sd, index) => {
      const span = cpusOf(built, sd.span);
      expect(sd.cpu).toBe(cpu);
      expect(span).toContain(cpu);
      expect(span.length).toBeGreaterThan(1);
      expect(sd.child).toBe(index === 0 ? -1 : built.sds.indexOf(chain[index - 1]!));
      if (index > 0) {
        const below = cpusOf(built, chain[index - 1]!.span);
        expect(span).toEqual(expect.arrayContaining(below));
        expect(sd.level).toBeGreaterThan(chain[index - 1]!.level);
      }
      const covered: number[] = [];
      ringOf(built, sd).forEach((row, place) => {
        const sg = built.sgs[row]!;
        const members = cpusOf(built, sg.span);
        if (place === 0) expect(members).toContain(cpu);
        expect(members).toEqual(expect.arrayContaining(cpusOf(built, sg.mask)));
        expect(sg.mask.len).toBeGreaterThan(0);
        covered.push(...members);
        const capacities = members.map((member) => description.cpus[member]!.capacity!);
        const sgc = built.sgcs[sg.sgc]!;
        expect(sgc.capacity).toBeLessThanOrEqual(1024 * members.length);
        if ((sd.flags & SD_OVERLAP) === 0) {
          expect(sgc.capacity).toBe(capacities.reduce((a, b) => a + b, 0));
          expect(sgc.minCapacity).toBe(Math.min(...capacities));
          expect(sgc.maxCapacity).toBe(Math.max(...capacities));
        }
      });
      if ((sd.flags & SD_OVERLAP) === 0) expect(new Set(covered).size).toBe(covered.length);
      expect([...new Set(covered)].sort((a, b) => a - b)).toEqual(span);
    });
    // Where CPUs are alone in their caches, no domain shares one.
    const sharers = description.cpus.flatMap((other, number) => (other.llc === description.cpus[cpu]!.llc ? [number] : []));
    expect([built.perCpu[cpu]!.llcId, built.perCpu[cpu]!.llcSize]).toEqual([sharers[0], sharers.length]);
    expect(chain.length === 0 ? 1 : chain.at(-1)!.span.len).toBe(built.cpus);
  }
}

describe('any machine', () => {
  it('has nested domains that end at the whole machine, with groups that cover them', () => {
    fc.assert(
      fc.property(machines, (description) => {
        checkDomains(build_topology(description), description);
      }),
      { numRuns: 200 },
    );
  });

  it('is built the same twice', () => {
    fc.assert(
      fc.property(machines, (description) => {
        expect(build_topology(description)).toEqual(build_topology(description));
      }),
      { numRuns: 30 },
    );
  });
});
