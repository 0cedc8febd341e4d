import { createHash } from 'node:crypto';
import { FEATURES } from '../../policies/features.js';

/*
 * The feature table as kernel and page know it: a feature's number is its place in the table. What a number means hangs on
 * all of the table, so a page carries the table's hash and a kernel of another table refuses it.
 */

/** sha256 of names, ranges and the kernel's expressions, in order. */
export function featureTableHash(): string {
  const content = FEATURES.map(({ name, min, max, kernel }) => [name, min, max, kernel]);
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

const numbers = new Map(FEATURES.map(({ name }, number) => [name, number]));

/** The number of a feature, or undefined where the table has none of that name. */
export function featureNumber(name: string): number | undefined {
  return numbers.get(name);
}
