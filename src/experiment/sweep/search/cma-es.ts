import { exp, ln, normalQuantile } from '../../../sim/engine/elementary.js';
import { Stream } from '../../../sim/engine/rng.js';
import { eigen, identity, norm, times, transposed, type Matrix } from './linear-algebra.js';
import { ranking, type SearchMethod, type Step } from './types.js';

/**
 * CMA-ES (N. Hansen, The CMA Evolution Strategy: A Tutorial, arXiv:1604.00772): points are drawn from a normal distribution whose
 * mean, size and shape follow the best of each generation. With n dimensions, m the mean, σ the size, C the shape:
 *
 *     draw      y_k ~ N(0, C),  x_k = m + σ y_k                              k = 1 … λ
 *     mean      m ← m + σ ⟨y⟩,            ⟨y⟩ = Σ w_i y_(i), the best µ weighted
 *     size      p_σ ← (1 − c_σ) p_σ + √(c_σ (2 − c_σ) µ_eff) C^(−½) ⟨y⟩,  σ ← σ exp(c_σ / d_σ (‖p_σ‖ / E‖N(0, I)‖ − 1))
 *     shape     p_c ← (1 − c_c) p_c + h √(c_c (2 − c_c) µ_eff) ⟨y⟩,  C ← (1 − c_1 − c_µ) C + c_1 p_c p_cᵀ + c_µ Σ w_i y_(i) y_(i)ᵀ
 *
 * The cube's walls are mirrors: a point beyond one is tried where its image is, so that nothing pulls the mean away from a wall.
 */
export interface CmaState {
  readonly generation: number;
  /** Trials so far, those of the step included. */
  readonly trials: number;
  readonly mean: readonly number[];
  readonly sigma: number;
  readonly shape: Matrix;
  readonly pathSigma: readonly number[];
  readonly pathShape: readonly number[];
  /** y_k of the step's trials. */
  readonly draws: ReadonlyArray<readonly number[]>;
}

export interface CmaOptions {
  /** Most trials; the last generation is whole. */
  readonly points: number;
  /** λ; absent: 4 + ⌊3 ln n⌋. */
  readonly population?: number | undefined;
  /** Size of the first distribution, as a part of a side. */
  readonly sigma: number;
  readonly seed: number;
}

export function cmaEs(options: CmaOptions): SearchMethod<CmaState> {
  return {
    name: 'cmaes',
    first: ({ levels }) => {
      const n = levels.length;
      const zero = new Array<number>(n).fill(0);
      return draw(options, {
        generation: 0, trials: 0, mean: new Array<number>(n).fill(0.5), sigma: options.sigma, shape: identity(n), pathSigma: zero, pathShape: zero,
      });
    },
    next: (_, { inner }, values) => {
      const state = learn(inner, values);
      return state.trials + inner.draws.length > options.points ? null : draw(options, state);
    },
  };
}

function draw(options: CmaOptions, state: Omit<CmaState, 'draws'>): Step<CmaState> {
  const n = state.mean.length;
  const lambda = Math.min(options.points, options.population ?? 4 + Math.floor(3 * ln(n)));
  const stream = new Stream(options.seed, `cmaes ${state.generation}`);
  const { values, vectors } = eigen(state.shape);
  const draws = Array.from({ length: lambda }, () => {
    const z = values.map((value) => Math.sqrt(Math.max(0, value)) * normal(stream));
    return times(vectors, z);
  });
  const trials = draws.map((y) => ({ point: y.map((value, i) => mirrored(state.mean[i]! + state.sigma * value)), share: 1 }));
  return { trials, inner: { ...state, trials: state.trials + lambda, draws } };
}

function learn(state: CmaState, values: ReadonlyArray<number | null>): Omit<CmaState, 'draws'> {
  const { mean, sigma, shape, generation, draws } = state;
  const n = mean.length;
  const lambda = draws.length;
  const mu = Math.max(1, Math.floor(lambda / 2));
  const raw = Array.from({ length: mu }, (_, i) => ln((lambda + 1) / 2) - ln(i + 1));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const muEff = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);

  const cSigma = (muEff + 2) / (n + muEff + 5);
  const dSigma = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma;
  const cC = (4 + muEff / n) / (n + 4 + (2 * muEff) / n);
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  const cMu = Math.min(1 - c1, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff));
  const expected = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

  const best = ranking(values).slice(0, mu).map((k) => draws[k]!);
  const step = mean.map((_, i) => best.reduce((sum, y, k) => sum + weights[k]! * y[i]!, 0));
  const { values: sizes, vectors } = eigen(shape);
  // C^(−½) ⟨y⟩ = B D^(−1) Bᵀ ⟨y⟩
  const turned = times(transposed(vectors), step).map((value, i) => value / Math.sqrt(Math.max(sizes[i]!, 1e-20)));
  const whitened = times(vectors, turned);
  const pathSigma = state.pathSigma.map((p, i) => (1 - cSigma) * p + Math.sqrt(cSigma * (2 - cSigma) * muEff) * whitened[i]!);
  const fade = 1 - power((1 - cSigma) * (1 - cSigma), generation + 1);
  const h = norm(pathSigma) / Math.sqrt(fade) < (1.4 + 2 / (n + 1)) * expected ? 1 : 0;
  const pathShape = state.pathShape.map((p, i) => (1 - cC) * p + h * Math.sqrt(cC * (2 - cC) * muEff) * step[i]!);
  const keep = 1 - c1 - cMu + (1 - h) * c1 * cC * (2 - cC);
  return {
    generation: generation + 1,
    trials: state.trials,
    mean: mean.map((m, i) => inside(m + sigma * step[i]!)),
    sigma: Math.min(1, sigma * exp(Math.min(1, (cSigma / dSigma) * (norm(pathSigma) / expected - 1)))),
    shape: shape.map((row, i) =>
      row.map((value, j) => {
        const rankMu = best.reduce((sum, y, k) => sum + weights[k]! * y[i]! * y[j]!, 0);
        return keep * value + c1 * pathShape[i]! * pathShape[j]! + cMu * rankMu;
      }),
    ),
    pathSigma,
    pathShape,
  };
}

function normal(stream: Stream): number {
  return normalQuantile((stream.uint32() + 0.5) / 2 ** 32);
}

/** Where a point beyond the walls is seen in them: 1.2 is 0.8, −0.2 is 0.2. */
function mirrored(x: number): number {
  const folded = Math.abs(x) % 2;
  return folded > 1 ? 2 - folded : folded;
}

/** x to the n-th by multiplication: what `**` gives is not the same to the last bit everywhere. */
function power(x: number, n: number): number {
  let product = 1;
  for (let i = 0; i < n; i++) product *= x;
  return product;
}

function inside(x: number): number {
  return Math.max(0, Math.min(1, x));
}
