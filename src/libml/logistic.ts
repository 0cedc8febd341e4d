import { exp, ln } from '../sim/engine/elementary.js';

/** Beyond it e^−|z| is nothing beside 1 in a double; far within the range of `exp`. */
const FAR = 700;

/**
 * e^−|z|, which probability and loss of a logit are made of: it never overflows, and training takes it once for both.
 * NaN where z is, so that training that diverges is told of at the end of its epoch.
 */
export function tailOf(z: number): number {
  const size = z < 0 ? -z : z;
  if (size !== size) return NaN;
  return exp(size > FAR ? -FAR : -size);
}

/** The probability that a logit stands for: 1 / (1 + e^−z). @param tail `tailOf(z)` */
export function sigmoid(z: number, tail = tailOf(z)): number {
  return z < 0 ? tail / (1 + tail) : 1 / (1 + tail);
}

/**
 * Binary cross-entropy of a logit against a label: −ln σ(z) where the label is 1, −ln (1 − σ(z)) where it is 0, taken on
 * the logit, where it neither overflows nor loses small probabilities.
 *
 * @param tail `tailOf(z)`
 */
export function crossEntropy(z: number, label: number, tail = tailOf(z)): number {
  if (tail !== tail) return NaN;
  const wrong = label === 0 ? z : -z;
  return (wrong > 0 ? wrong : 0) + ln(1 + tail);
}

/** The logit of a probability: ln (p / (1 − p)). @param p above 0 and below 1 */
export function logitOf(p: number): number {
  return ln(p) - ln(1 - p);
}
