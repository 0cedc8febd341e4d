import { QUANTILE_STEPS } from '../sim/programs/program.js';
import { exp, ln, normalQuantile } from '../sim/engine/elementary.js';

/**
 * Distributions as quantile tables: entry i is the value, ns, at probability i / 256, and a draw interpolates between two
 * neighbours. The ends of a tail that has no end stand at probability 1/1024 and 1023/1024.
 */
export type Quantiles = Float64Array;

const END = 1 / (4 * QUANTILE_STEPS);

/** Always the same value. @param ns 0 or more */
export function constant(ns: number): Quantiles {
  return table(() => ns);
}

/** Every value between two equally likely. @param low ns @param high ns, not below `low` */
export function uniform(low: number, high: number): Quantiles {
  if (!(low <= high)) throw new Error(`uniform: ${low} is above ${high}`);
  return table((p) => low + (high - low) * p);
}

/** Exponential with its far tail cut, scaled so that the mean is right. @param mean ns */
export function exponential(mean: number): Quantiles {
  return scaledTo(mean, (p) => -ln(1 - (p > 1 - END ? 1 - END : p)));
}

/**
 * Log-normal with its far tails cut, scaled so that the mean is right.
 * @param mean ns
 * @param sigma standard deviation of the logarithm, 0…4: 0.2 is a narrow hump, 1 is heavy-tailed
 */
export function logNormal(mean: number, sigma: number): Quantiles {
  if (!(sigma >= 0 && sigma <= 4)) throw new Error(`logNormal: sigma ${sigma} is not in 0…4`);
  return scaledTo(mean, (p) => exp(sigma * normalQuantile(p < END ? END : p > 1 - END ? 1 - END : p)));
}

/** One of two distributions. @param share probability of the second, 0…1 */
export function bimodal(first: Quantiles, second: Quantiles, share: number): Quantiles {
  return mixture([first, second], [1 - share, share]);
}

/** One of several distributions, with the given weights (which need not add up to 1). */
export function mixture(parts: readonly Quantiles[], weights: readonly number[]): Quantiles {
  const used: Quantiles[] = [];
  const usedWeights: number[] = [];
  let total = 0;
  parts.forEach((part, i) => {
    const weight = weights[i] ?? 0;
    if (!(weight >= 0)) throw new Error(`mixture: weight ${weight} is below 0`);
    if (weight === 0) return;
    used.push(part);
    usedWeights.push(weight);
    total += weight;
  });
  if (used.length === 0) throw new Error('mixture: there is nothing to mix');
  let lowest = Infinity;
  let highest = 0;
  for (const part of used) {
    lowest = Math.min(lowest, part[0]!);
    highest = Math.max(highest, part[QUANTILE_STEPS]!);
  }
  return table((p) => {
    if (p === 0) return lowest;
    if (p === 1) return highest;
    // The least value at or below which a share p lies, by bisection.
    let below = lowest - 1;
    let above = highest;
    for (let i = 0; i < 64; i++) {
      const middle = (below + above) / 2;
      let share = 0;
      used.forEach((part, j) => (share += usedWeights[j]! * shareBelow(part, middle)));
      if (share >= p * total) above = middle;
      else below = middle;
    }
    return above;
  });
}

/** Mean of a table whose draws interpolate. */
export function meanOf(quantiles: Quantiles): number {
  let sum = (quantiles[0]! + quantiles[QUANTILE_STEPS]!) / 2;
  for (let i = 1; i < QUANTILE_STEPS; i++) sum += quantiles[i]!;
  return sum / QUANTILE_STEPS;
}

/** Share of the draws at or below a value. */
function shareBelow(quantiles: Quantiles, value: number): number {
  if (value < quantiles[0]!) return 0;
  if (value >= quantiles[QUANTILE_STEPS]!) return 1;
  let low = 0;
  let high = QUANTILE_STEPS;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (quantiles[middle]! <= value) low = middle;
    else high = middle;
  }
  const step = quantiles[high]! - quantiles[low]!;
  return (low + (value - quantiles[low]!) / step) / QUANTILE_STEPS;
}

function scaledTo(mean: number, at: (p: number) => number): Quantiles {
  const raw = new Float64Array(QUANTILE_STEPS + 1);
  for (let i = 0; i <= QUANTILE_STEPS; i++) raw[i] = at(i / QUANTILE_STEPS);
  const scale = mean / meanOf(raw);
  return table((p) => raw[p * QUANTILE_STEPS]! * scale);
}

/** Whole ns, so that what is drawn does not hang on the last bit of a product. */
function table(at: (p: number) => number): Quantiles {
  const quantiles = new Float64Array(QUANTILE_STEPS + 1);
  for (let i = 0; i <= QUANTILE_STEPS; i++) {
    // Adding 0 makes a 0 of a −0, which would have bytes of its own.
    const value = Math.round(at(i / QUANTILE_STEPS)) + 0;
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new Error(`distribution: ${value} ns is out of range`);
    quantiles[i] = value;
  }
  return quantiles;
}
