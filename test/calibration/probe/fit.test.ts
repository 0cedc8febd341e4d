import { describe, expect, it } from 'vitest';
import { fitCaches, fitCachesInFull } from '../../../src/calibration/probe/fit.js';
import type { FitRow } from '../../../src/calibration/types.js';
import { loadMachine } from '../../../src/experiment/schema/profile.js';
import { cacheSchema } from '../../../src/experiment/schema/profile-costs.js';
import { sizesUpTo, syntheticProbe, TRUTH, trueMix, trueRate, type Truth } from './synthetic.js';

const PROFILE = loadMachine('epyc-256');
const QUIET = { seed: 1, relative: 0.03, outliers: 0.03 };

function rowOf(rows: readonly FitRow[], parameter: string): FitRow {
  const row = rows.find((one) => one.parameter === `cache.${parameter}`);
  if (row === undefined) throw new Error(`no row for ${parameter}`);
  return row;
}

const EXPECTED: ReadonlyArray<readonly [string, number]> = [
  ['privateBytes', TRUTH.privateBytes],
  ['llcBytes', TRUTH.llcBytes],
  ['llcPsPerByte', trueMix(TRUTH, 'llc')],
  ['memoryPsPerByte', trueMix(TRUTH, 'node')],
  ['remotePsPerByte', trueMix(TRUTH, 'remote')],
];

describe('fitCaches', () => {
  it('gets back the parameters that the data were made with, within 2 % where there is next to no noise', () => {
    const rows = fitCaches(syntheticProbe(TRUTH, { seed: 3, relative: 0.0005, outliers: 0 }), PROFILE, { resamples: 40 });
    for (const [parameter, truth] of EXPECTED) {
      expect(Math.abs(rowOf(rows, parameter).value / truth - 1), parameter).toBeLessThan(0.02);
    }
  });

  it('with noise and outliers is near the truth, and its intervals hold it as often as they say', () => {
    const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
    let held = 0;
    for (const seed of seeds) {
      const probe = syntheticProbe(TRUTH, { ...QUIET, seed });
      const rows = fitCaches(probe, PROFILE, { resamples: 60, seed });
      for (const [parameter, truth] of EXPECTED) {
        const { value, lo, hi } = rowOf(rows, parameter);
        expect(Math.abs(value / truth - 1), `${parameter}, seed ${seed}`).toBeLessThan(0.1);
        if (lo! <= truth && truth <= hi!) held += 1;
        expect(hi! - lo!, `width of ${parameter}, seed ${seed}`).toBeLessThan(0.3 * truth);
      }
    }
    expect(held / (seeds.length * EXPECTED.length)).toBeGreaterThan(0.85);
  });

  it('fits every curve, siblings as free', () => {
    const { curves } = fitCachesInFull(syntheticProbe(TRUTH, QUIET), PROFILE, { resamples: 40 });
    expect(curves).toHaveLength(24);
    for (const { relation, pattern, access, psPerByte, relErr } of curves) {
      const truth = trueRate(TRUTH, relation, pattern, access);
      expect(Math.abs(psPerByte - truth), `${relation} ${pattern} ${access}`).toBeLessThan(0.12 * truth + 3);
      if (relation !== 'smt') expect(relErr, `${relation} ${pattern} ${access}`).toBeLessThan(0.15);
    }
  });

  it('fits a profile that its schema takes, with what was before', () => {
    const rows = fitCaches(syntheticProbe(TRUTH, QUIET), PROFILE, { resamples: 20 });
    const cache = Object.fromEntries(rows.map((row) => [row.parameter.slice('cache.'.length), row.value]));
    expect(cacheSchema.parse(cache)).toEqual(cache);
    expect(Object.keys(cache)).toHaveLength(5);
    for (const row of rows) expect(row.previous).toBe(PROFILE.cache[row.parameter.slice(6) as keyof typeof PROFILE.cache]);
  });

  it('is the same for the same input, and its intervals depend on the seed', () => {
    const probe = syntheticProbe(TRUTH, QUIET);
    const fit = fitCachesInFull(probe, PROFILE, { resamples: 20, seed: 5 });
    expect(fitCachesInFull(probe, PROFILE, { resamples: 20, seed: 5 })).toEqual(fit);
    const other = fitCachesInFull(probe, PROFILE, { resamples: 20, seed: 6 });
    expect(other.rows.map((row) => row.value)).toEqual(fit.rows.map((row) => row.value));
    expect(other.rows.map((row) => row.hi)).not.toEqual(fit.rows.map((row) => row.hi));
  });

  it('mixes the curves as it is told', () => {
    const probe = syntheticProbe(TRUTH, { seed: 3, relative: 0.0005, outliers: 0 });
    const rate = (chaseShare: number, writeShare: number): number =>
      rowOf(fitCaches(probe, PROFILE, { resamples: 10, chaseShare, writeShare }), 'memoryPsPerByte').value;
    expect(Math.abs(rate(1, 0) / trueRate(TRUTH, 'node', 'chase', 'read') - 1)).toBeLessThan(0.02);
    expect(Math.abs(rate(0, 1) / trueRate(TRUTH, 'node', 'stream', 'write') - 1)).toBeLessThan(0.02);
  });
});

describe('fitCaches with little to go on', () => {
  const { displaced, flushed } = TRUTH.ps as Required<Truth['ps']>;

  it('takes the rates of a machine of one CPU from displaced caches, and says what is missing', () => {
    const alone: Truth = { ...TRUTH, ps: { displaced, flushed } };
    const { rows, notes } = fitCachesInFull(syntheticProbe(alone, QUIET), PROFILE, { resamples: 20 });
    expect(rows.map((row) => row.parameter)).not.toContain('cache.remotePsPerByte');
    expect(Math.abs(rowOf(rows, 'llcPsPerByte').value / trueMix(TRUTH, 'displaced') - 1)).toBeLessThan(0.1);
    expect(Math.abs(rowOf(rows, 'memoryPsPerByte').value / trueMix(TRUTH, 'flushed') - 1)).toBeLessThan(0.1);
    expect(notes.filter((note) => note.startsWith('Not measured'))).toHaveLength(4);
  });

  it('takes sizes from the machine where the measured sets do not reach past them', () => {
    const probe = syntheticProbe(TRUTH, QUIET, sizesUpTo(2 ** 19));
    const rows = fitCaches(probe, PROFILE, { resamples: 40 });
    expect(rowOf(rows, 'privateBytes')).toMatchObject({ value: 2 ** 20, lo: null, hi: null, n: 0 });
    expect(rowOf(rows, 'llcBytes')).toMatchObject({ value: 2 ** 24, lo: null, hi: null, n: 0 });
    expect(Math.abs(rowOf(rows, 'llcPsPerByte').value / trueMix(TRUTH, 'llc') - 1)).toBeLessThan(0.1);
  });

  it('has finite intervals, or none, however few sizes and however much noise there are', () => {
    for (const max of [17, 19, 20, 21, 22, 23]) {
      for (const seed of [1, 2]) {
        const noise = { seed, relative: 0.3, outliers: 0.1 };
        const rows = fitCaches(syntheticProbe(TRUTH, noise, sizesUpTo(2 ** max)), PROFILE, { resamples: 20, seed });
        for (const row of rows) {
          expect(JSON.parse(JSON.stringify(row)), `up to 2^${max}, seed ${seed}`).toEqual(row);
          expect(row.lo === null).toBe(row.hi === null);
        }
      }
    }
  });

  it('says nothing of sizes that neither the curves nor the machine tell', () => {
    const probe = syntheticProbe(TRUTH, QUIET, sizesUpTo(2 ** 19));
    const unknown = { ...probe, machine: { ...probe.machine, privateBytes: null, llcBytes: null } };
    const rows = fitCaches(unknown, PROFILE, { resamples: 20 });
    expect(rows.map((row) => row.parameter).filter((name) => name.endsWith('Bytes'))).toEqual([]);
  });

  it('has only the stated sizes of a probe that measured nothing', () => {
    const probe = { ...syntheticProbe(TRUTH, QUIET), curves: [] };
    const { rows, residuals } = fitCachesInFull(probe, PROFILE, { resamples: 20 });
    expect(rows.map((row) => row.parameter)).toEqual(['cache.privateBytes', 'cache.llcBytes']);
    expect(residuals).toEqual([]);
  });

  it('gives no rate of a curve with too few sizes, and says so', () => {
    const { rows, notes } = fitCachesInFull(syntheticProbe(TRUTH, QUIET, [8192, 65536]), PROFILE, { resamples: 20 });
    expect(rows.map((row) => row.parameter)).toEqual(['cache.privateBytes', 'cache.llcBytes']);
    expect(notes.filter((note) => note.includes('has 2 sizes, too few'))).toHaveLength(24);
  });

  it('lets no stream stand in for a chase: it takes the next relation with all curves', () => {
    const probe = syntheticProbe(TRUTH, QUIET);
    const curves = probe.curves.filter((curve) => curve.relation !== 'llc' || curve.pattern === 'stream');
    const rows = fitCaches({ ...probe, curves }, PROFILE, { resamples: 20 });
    expect(rowOf(rows, 'llcPsPerByte').method).toContain('displaced');
    expect(Math.abs(rowOf(rows, 'llcPsPerByte').value / trueMix(TRUTH, 'displaced') - 1)).toBeLessThan(0.1);
  });

  it('has no interval for a rate that came out below zero', () => {
    const probe = syntheticProbe({ ...TRUTH, ps: { ...TRUTH.ps, llc: -300 } }, QUIET);
    const { rows, notes } = fitCachesInFull(probe, PROFILE, { resamples: 20 });
    expect(rowOf(rows, 'llcPsPerByte')).toMatchObject({ value: 0, lo: null, hi: null });
    expect(notes.join('\n')).toContain('The refill after llc came out below zero');
  });
});

describe('what is left', () => {
  it('has a residual for each curve and for the mix at each size', () => {
    const sizes = sizesUpTo(2 ** 22);
    const { residuals, rows } = fitCachesInFull(syntheticProbe(TRUTH, QUIET, sizes), PROFILE, { resamples: 20 });
    expect(residuals).toHaveLength((24 + 6) * sizes.length);
    const mixed = residuals.filter((row) => row.pattern === 'mixed' && row.relation === 'llc');
    expect(mixed.map((row) => row.bytes)).toEqual(sizes);
    const last = mixed.at(-1)!;
    const charged = (rowOf(rows, 'llcPsPerByte').value * rowOf(rows, 'privateBytes').value) / 1000;
    expect(last.simulatorNs).toBe(Math.floor(charged));
    for (const row of residuals) {
      const error = (row.fittedNs - row.measuredNs) / Math.abs(row.measuredNs);
      if (row.relErr !== null) expect(row.relErr).toBeCloseTo(error, 12);
    }
  });

  it('shows that the simulator leaves out what lies beyond the private cache', () => {
    const { residuals } = fitCachesInFull(syntheticProbe(TRUTH, QUIET), PROFILE, { resamples: 20 });
    const far = residuals.filter((row) => row.pattern === 'mixed' && row.relation === 'node');
    const small = far.find((row) => row.bytes === 2 ** 19)!;
    const large = far.find((row) => row.bytes === 2 ** 23)!;
    expect(Math.abs(small.simulatorNs! / small.measuredNs - 1)).toBeLessThan(0.1);
    expect(large.simulatorNs! / large.measuredNs).toBeLessThan(0.3);
  });

  it('finds the canary: a refill that grows with the square of the size follows no formula of ours', () => {
    const square = (_ns: number, bytes: number): number => (bytes * bytes) / 2 ** 21;
    const right = fitCachesInFull(syntheticProbe(TRUTH, QUIET), PROFILE, { resamples: 40 });
    const wrong = fitCachesInFull(syntheticProbe(TRUTH, QUIET, undefined, square), PROFILE, { resamples: 40 });
    expect(right.notes.filter((note) => note.includes('does not follow'))).toEqual([]);
    expect(wrong.notes.filter((note) => note.includes('does not follow')).length).toBeGreaterThan(10);
    const width = (rows: readonly FitRow[]): number => {
      const { lo, hi, value } = rowOf(rows, 'llcPsPerByte');
      return (hi! - lo!) / Math.max(1, value);
    };
    expect(width(wrong.rows)).toBeGreaterThan(3 * width(right.rows));
  });

  it('finds the canary: a curve that jumps about', () => {
    const jumpy = (ns: number, bytes: number): number => (Math.log2(bytes) % 2 < 1 ? ns : ns * 4);
    const { notes } = fitCachesInFull(syntheticProbe(TRUTH, QUIET, undefined, jumpy), PROFILE, { resamples: 20 });
    expect(notes.filter((note) => note.includes('does not follow')).length).toBeGreaterThan(10);
  });
});

describe('notes', () => {
  const notesFor = (ps: Truth['ps']): string => {
    const probe = syntheticProbe({ ...TRUTH, ps: { ...TRUTH.ps, ...ps } }, QUIET);
    return fitCachesInFull(probe, PROFILE, { resamples: 20 }).notes.join('\n');
  };

  it('are empty where all is as the model has it', () => {
    expect(notesFor({})).toBe('');
  });

  it('tell of two CPUs that seem to share a core, of dear siblings, of a remote node that is near', () => {
    expect(notesFor({ llc: 5 })).toContain('may share a core');
    expect(notesFor({ llc: 900 })).toContain("come from the other core's cache");
    expect(notesFor({ smt: 140 })).toContain('siblings');
    expect(notesFor({ remote: 400 })).toContain('Another node costs less');
  });

  it('tell of a probe that ran out of time, and of a machine that was not idle', () => {
    const probe = { ...syntheticProbe(TRUTH, QUIET), cut: true, disturbed: 100_000 };
    const notes = fitCachesInFull(probe, PROFILE, { resamples: 5 }).notes.join('\n');
    expect(notes).toContain('ran out of time');
    expect(notes).toContain('was not idle');
  });
});
