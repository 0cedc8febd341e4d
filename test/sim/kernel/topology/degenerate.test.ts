import { describe, expect, it } from 'vitest';
import {
  SD_BALANCE_NEWIDLE,
  SD_PREFER_SIBLING,
  SD_SHARE_PKG_RESOURCES,
  SD_WAKE_AFFINE,
} from '../../../../src/sim/kernel/constants.js';
import { cpumaskOf } from '../../../../src/sim/kernel/topology/cpumask.js';
import { cpu_attach_domain, sd_degenerate, sd_parent_degenerate } from '../../../../src/sim/kernel/topology/degenerate.js';
import type { DraftDomain, DraftGroup } from '../../../../src/sim/kernel/topology/draft.js';

/** A domain of CPU 0 on a machine of 8, with a ring of groups that are not looked into. */
function domain(span: number[], flags: number, groups: number, child: DraftDomain | null = null): DraftDomain {
  const mask = cpumaskOf(8, span);
  const ring = Array.from({ length: groups }, (): DraftGroup => ({
    next: null,
    span: mask,
    flags: 1,
    asym_prefer_cpu: 0,
    sgc: { capacity: 0, min_capacity: 0, max_capacity: 0, mask },
  }));
  ring.forEach((sg, index) => (sg.next = ring[(index + 1) % groups]!));
  const sd: DraftDomain = {
    cpu: 0, tl: 0, parent: null, child, level: 0, name: 'MC', flags, span: mask, groups: ring[0]!, imbalance_pct: 117,
    cache_nice_tries: 1, busy_factor: 16, min_interval: 1, max_interval: 2, balance_interval: 1, newidle_call: 0,
    newidle_success: 0, newidle_ratio: 0, imb_numa_nr: 0, shared: null,
  };
  if (child !== null) child.parent = sd;
  return sd;
}

describe('sd_degenerate', () => {
  it.each([
    ['one CPU', domain([0], SD_BALANCE_NEWIDLE | SD_WAKE_AFFINE, 2), true],
    ['several groups to balance', domain([0, 1], SD_BALANCE_NEWIDLE, 2), false],
    ['one group, and affine wake-ups', domain([0, 1], SD_BALANCE_NEWIDLE | SD_WAKE_AFFINE, 1), false],
    ['one group, and nothing else', domain([0, 1], SD_BALANCE_NEWIDLE, 1), true],
    ['several groups, and nothing to do', domain([0, 1], 0, 2), true],
  ])('%s', (_, sd, answer) => {
    expect(sd_degenerate(sd)).toBe(answer);
  });
});

describe('sd_parent_degenerate', () => {
  const flags = SD_BALANCE_NEWIDLE | SD_WAKE_AFFINE;
  it.each([
    ['the same span, one group', domain([0, 1], flags | SD_SHARE_PKG_RESOURCES, 1), true],
    ['the same span and flags', domain([0, 1], flags, 2), true],
    ['another span', domain([0, 1, 2], flags, 2), false],
    ['a flag that the child lacks', domain([0, 1], flags | SD_SHARE_PKG_RESOURCES, 2), false],
  ])('%s', (_, parent, answer) => {
    expect(sd_parent_degenerate(domain([0, 1], flags, 2), parent)).toBe(answer);
  });
});

describe('cpu_attach_domain', () => {
  const flags = SD_BALANCE_NEWIDLE | SD_WAKE_AFFINE;

  it('takes a parent out, which leaves SD_PREFER_SIBLING behind', () => {
    const low = domain([0, 1], flags, 2);
    const repeated = domain([0, 1], flags | SD_PREFER_SIBLING, 1, low);
    const high = domain([0, 1, 2, 3], flags, 2, repeated);
    expect(cpu_attach_domain(low)).toBe(low);
    expect(low.flags).toBe(flags | SD_PREFER_SIBLING);
    expect(low.parent).toBe(high);
    expect(high.child).toBe(low);
    expect(high.groups!.flags).toBe(1);
  });

  it('takes several parents out, one after another', () => {
    const low = domain([0, 1], flags, 2);
    domain([0, 1], flags, 1, domain([0, 1], flags, 1, low));
    expect(cpu_attach_domain(low)).toBe(low);
    expect(low.parent).toBeNull();
    expect(low.flags).toBe(flags);
  });

  it('takes the lowest out, and the flags from the first group above it only', () => {
    const low = domain([0], flags, 1);
    const high = domain([0, 1], flags, 2, low);
    expect(cpu_attach_domain(low)).toBe(high);
    expect(high.child).toBeNull();
    expect([high.groups!.flags, high.groups!.next!.flags]).toEqual([0, 1]);
  });

  it('leaves nothing where one CPU is all', () => {
    expect(cpu_attach_domain(domain([0], flags, 1))).toBeNull();
  });
});
