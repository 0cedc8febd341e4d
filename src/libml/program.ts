import { ln } from '../sim/engine/elementary.js';
import { powerOfTwo } from './integers.js';
import { logitOf } from './logistic.js';
import type { ModelInput } from './scaling.js';

/** The integer forms of a network. */
export const FORMATS = ['q16', 's11', 'int8'] as const;

/**
 * - `q16`: Q16.16, weights and activations s32 with 16 fraction bits, accumulators s64
 * - `s11`: the same with 11 fraction bits
 * - `int8`: weights s8, accumulators s32; scales are folded into weights, biases and shifts
 */
export type ProgramFormat = (typeof FORMATS)[number];

/**
 * A dense layer in integers. Unit j of a hidden layer is
 *
 *     max(0, biases[j] + Σ weights[j][i] · x[i]) >> shifts[j]
 *
 * where half a step for rounding is in the bias; the output unit is the sum itself.
 */
export interface IntegerLayer {
  readonly weights: readonly (readonly number[])[];
  readonly biases: readonly number[];
  /** 0…31 each; 0 for the output. */
  readonly shifts: readonly number[];
}

/** A network from raw counters to the answer, without floating point. */
export interface NetworkProgram {
  readonly kind: 'network';
  readonly format: ProgramFormat;
  /** Bits of an accumulator; what passes them is refused by the proof, so nothing saturates. */
  readonly accumulatorBits: 32 | 64;
  readonly inputs: readonly ModelInput[];
  /** All but the last have ReLU. */
  readonly layers: readonly IntegerLayer[];
  /** The answer is yes where the output is at least this. */
  readonly threshold: number;
  /** What the output's 1 is worth as a logit; not used to decide, but to move the threshold and to show probabilities. */
  readonly logitUnit: number;
}

/** What a policy evaluates and a kernel is given. Other kinds, as trees, join here. */
export type IntegerProgram = NetworkProgram;

/** The largest threshold; beyond any output, as the proof bounds these. */
const MAX_THRESHOLD = 2 ** 52;

/**
 * The least output that stands for a probability of at least p.
 *
 * @param p above 0 and below 1
 */
export function thresholdOf(p: number, logitUnit: number): number {
  const threshold = Math.ceil(logitOf(p) / logitUnit) + 0;
  return Math.max(-MAX_THRESHOLD, Math.min(MAX_THRESHOLD, threshold));
}

/** The same program that says yes from another probability on. @param p above 0 and below 1 */
export function withThreshold<P extends IntegerProgram>(program: P, p: number): P {
  return { ...program, threshold: thresholdOf(p, program.logitUnit) };
}

/** ⌊log2 x⌋. @param x above 0 and finite */
export function exponentOf(x: number): number {
  const e = Math.floor(ln(x) / 0.6931471805599453);
  // The quotient may be off by a hair at a power of two.
  const power = powerOfTwo(e);
  return x < power ? e - 1 : x >= 2 * power ? e + 1 : e;
}
