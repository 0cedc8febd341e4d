import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { group_classify, SgLbStats } from '../../../../src/sim/kernel/balance/sg-stats.js';
import { bench, domain } from '../../../support/balance-kernel.js';

interface Facts {
  readonly pct: number;
  readonly capacity: number;
  readonly util: number;
  readonly runnable: number;
  readonly nr: number;
  readonly weight: number;
  readonly imbalanced: boolean;
  readonly asym: number;
  readonly misfit: number;
}

/** The classification written down a second time, in whole numbers without limit. */
function reference(f: Facts): string {
  const [pct, capacity, util, runnable] = [BigInt(f.pct), BigInt(f.capacity), BigInt(f.util), BigInt(f.runnable)];
  const utilFull = capacity * 100n < util * pct;
  const runnableFull = capacity * pct < runnable * 100n;
  if (f.nr > f.weight && (utilFull || runnableFull)) return 'overloaded';
  if (f.imbalanced) return 'imbalanced';
  if (f.asym !== 0) return 'asym_packing';
  if (f.misfit !== 0) return 'misfit_task';
  if (f.nr < f.weight) return 'has_spare';
  return !runnableFull && capacity * 100n > util * pct ? 'has_spare' : 'fully_busy';
}

const NAMES = ['has_spare', 'fully_busy', 'misfit_task', 'asym_packing', 'imbalanced', 'overloaded'];

const { k } = bench();
const sg = k.sd.groups[domain(k, 0)]!;

function classify(f: Facts): string {
  const sgs = new SgLbStats();
  sgs.group_capacity = f.capacity;
  sgs.group_util = f.util;
  sgs.group_runnable = f.runnable;
  sgs.sum_nr_running = f.nr;
  sgs.group_weight = f.weight;
  sgs.group_asym_packing = f.asym;
  sgs.group_misfit_task_load = f.misfit;
  k.sgc.imbalance[k.sg.sgc[sg]!] = f.imbalanced ? 1 : 0;
  return NAMES[group_classify(k, f.pct, sg, sgs)]!;
}

describe('group_classify', () => {
  it('is the reference on 150,000 groups, many of them on the borders', () => {
    // Utilisation and runnable time are drawn around the two thresholds, where a wrong comparison shows.
    const facts = fc.record({
      pct: fc.constantFrom(110, 117, 125),
      capacity: fc.integer({ min: 1, max: 16 * 1024 }),
      util: fc.integer({ min: -3, max: 3 }),
      runnable: fc.integer({ min: -3, max: 3 }),
      near: fc.boolean(),
      far: fc.integer({ min: 0, max: 100_000 }),
      nr: fc.integer({ min: 0, max: 9 }),
      weight: fc.integer({ min: 1, max: 8 }),
      imbalanced: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
      asym: fc.integer({ min: 0, max: 4 }).map((n) => (n === 0 ? 1 : 0)),
      misfit: fc.integer({ min: 0, max: 4 }).map((n) => (n === 0 ? 17 : 0)),
    });
    const seen = new Set<string>();
    fc.assert(
      fc.property(facts, (f) => {
        const util = f.near ? Math.max(0, Math.round((f.capacity * 100) / f.pct) + f.util) : f.far;
        const runnable = Math.max(0, Math.round((f.capacity * f.pct) / 100) + f.runnable);
        const all = { ...f, util, runnable: f.near ? runnable : f.far };
        const got = classify(all);
        seen.add(got);
        return got === reference(all);
      }),
      { numRuns: 150_000 },
    );
    expect([...seen].toSorted((a, b) => a.localeCompare(b))).toHaveLength(6);
  });

  it('tells the borders apart', () => {
    const full: Facts = {
      pct: 125,
      capacity: 1000,
      util: 800,
      runnable: 1250,
      nr: 3,
      weight: 2,
      imbalanced: false,
      asym: 0,
      misfit: 0,
    };
    // 1000·100 = 800·125 and 1000·125 = 1250·100: neither overloaded nor with capacity.
    expect(classify(full)).toBe('fully_busy');
    expect(classify({ ...full, util: 801 })).toBe('overloaded');
    expect(classify({ ...full, runnable: 1251 })).toBe('overloaded');
    expect(classify({ ...full, util: 799 })).toBe('has_spare');
    expect(classify({ ...full, util: 5000, nr: 2 })).toBe('fully_busy');
    expect(classify({ ...full, util: 5000, nr: 1 })).toBe('has_spare');
  });

  it('ranks the reasons: overloaded, imbalanced, packing, misfit', () => {
    const f: Facts = {
      pct: 117,
      capacity: 1024,
      util: 1024,
      runnable: 9000,
      nr: 2,
      weight: 1,
      imbalanced: true,
      asym: 1,
      misfit: 5,
    };
    expect(classify(f)).toBe('overloaded');
    expect(classify({ ...f, nr: 1 })).toBe('imbalanced');
    expect(classify({ ...f, nr: 1, imbalanced: false })).toBe('asym_packing');
    expect(classify({ ...f, nr: 1, imbalanced: false, asym: 0 })).toBe('misfit_task');
  });
});

describe('SgLbStats', () => {
  it('assigns and clears every member', () => {
    const a = new SgLbStats();
    const keys = Object.keys(a) as Array<Exclude<keyof SgLbStats, 'clear' | 'assign'>>;
    keys.forEach((key, i) => {
      a[key] = i + 1;
    });
    const b = new SgLbStats();
    b.assign(a);
    expect(b).toEqual(a);
    b.clear();
    expect(keys.every((key) => b[key] === 0)).toBe(true);
    expect(keys).toHaveLength(12);
  });
});
