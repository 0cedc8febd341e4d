import type { MachineProfile } from '../../sim/profile.js';
import type { FitRow } from '../types.js';
import { refillCurves } from './curves.js';
import { DEFAULT_MIX, type Mix } from './mix.js';
import { notesOf } from './notes.js';
import { type CacheResidual, type CurveFit, curveFits, residualsOf } from './residuals.js';
import { rowsOf } from './rows.js';
import type { Probe } from './schema.js';
import { fitWithSizes } from './sizes.js';

export interface FitOptions extends Mix {
  /** Of the bootstrap, an integer 0…2^32−1. */
  readonly seed: number;
  /** Replicas of the bootstrap. */
  readonly resamples: number;
}

export const DEFAULT_FIT: FitOptions = { ...DEFAULT_MIX, seed: 1, resamples: 200 };

/** The fit with everything that tells how good it is. */
export interface CacheFit {
  readonly rows: readonly FitRow[];
  readonly curves: readonly CurveFit[];
  readonly residuals: readonly CacheResidual[];
  readonly notes: readonly string[];
}

/**
 * Fits the cache model of a machine profile to what the probe measured: `cache.privateBytes`, `cache.llcBytes`,
 * `cache.llcPsPerByte`, `cache.memoryPsPerByte`, `cache.remotePsPerByte`. What was not measured has no row.
 */
export function fitCaches(probe: Probe, profile: MachineProfile, options: Partial<FitOptions> = {}): readonly FitRow[] {
  return fitCachesInFull(probe, profile, options).rows;
}

/** As `fitCaches`, with the fit of each curve, the residual at each size and notes. The same input gives the same bits. */
export function fitCachesInFull(probe: Probe, profile: MachineProfile, options: Partial<FitOptions> = {}): CacheFit {
  const { seed, resamples, ...mix } = { ...DEFAULT_FIT, ...options };
  const curves = refillCurves(probe);
  const sized = fitWithSizes(curves, probe, profile.cache, resamples, seed);
  const rows = rowsOf(curves, sized, probe, profile.cache, mix);
  const residuals = residualsOf(curves, sized, rows, profile.cache, mix);
  const fits = curveFits(curves, sized, residuals);
  return { rows, curves: fits, residuals, notes: notesOf(probe, curves, fits, sized, mix) };
}
