import { log2Fixed } from './integers.js';
import type { Inference } from './interpreter.js';
import { javascriptOf } from './javascript.js';
import type { IntegerProgram } from './program.js';

type Evaluate = (raw: ArrayLike<number>) => number;

/**
 * A program compiled to JavaScript of its own: the one place where text becomes code. The text is made of the program's
 * numbers only, none of its names; numbers are checked to be whole first.
 *
 * @param program proven: nothing here looks for overflow
 */
export function compile(program: IntegerProgram): Inference {
  for (const value of numbersOf(program)) {
    if (!Number.isSafeInteger(value)) throw new Error(`compile: ${String(value)} is not a whole number`);
  }
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  const logit = new Function('log2Fixed', `return function (raw) {\n${javascriptOf(program)}\n};`)(log2Fixed) as Evaluate;
  const { threshold } = program;
  return { logit, decide: (raw) => logit(raw) >= threshold };
}

function* numbersOf(program: IntegerProgram): Generator<unknown> {
  for (const { scaling: s } of program.inputs) yield* [s.lo, s.hi, s.base, s.preShift, s.multiplier, s.add, s.shift];
  for (const { weights, biases, shifts } of program.layers) yield* [...weights.flat(), ...biases, ...shifts];
  yield program.threshold;
}
