import type { Matrix } from '../../libml/matrix.js';

/** Anything that gives each row a probability of being positive. */
export interface Predictor {
  /** `rule`, `logistic`, `tree` or a model's own. */
  readonly name: string;
  /** Names of the columns that it needs. */
  readonly features: readonly string[];
  /**
   * @param inputs raw values of at least its features, columns in any order
   * @returns a score from 0 to 1 for each row
   * @throws InputError where a feature is missing
   */
  predict(inputs: Matrix): Float64Array;
}
