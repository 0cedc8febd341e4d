import { InputError } from '../input/error.js';
import { EXACT, log2Fixed } from './integers.js';
import type { IntegerProgram } from './program.js';
import type { InputScaling } from './scaling.js';

/** Ends of an interval, both in it. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** What is proven of a program that can be: where each value lies, whatever the raw values are. */
export interface Proof {
  readonly inputs: readonly Interval[];
  /** By layer and unit. `sum` holds every partial sum in any order, `output` what the unit gives on. */
  readonly layers: ReadonlyArray<ReadonlyArray<{ readonly sum: Interval; readonly output: Interval }>>;
}

type Span = readonly [bigint, bigint];

const S32: Span = [-(2n ** 31n), 2n ** 31n - 1n];
/** Doubles are exact so far, and s64 goes further: within it JavaScript and C agree. */
const S53: Span = [BigInt(-EXACT), BigInt(EXACT)];

/**
 * Proves by interval arithmetic, from the clamps of the inputs on, layer by layer, that no value on the way overflows: sums
 * within s32 for 32-bit accumulators; for 64-bit ones, products and sums within ±(2^53 − 1), which s64 and a double both hold;
 * inputs and activations within s32. The sums' bounds hold for every order of adding.
 *
 * @param where what is named in the error, and the place in it
 * @throws InputError naming the input, or the layer and the unit, and the interval
 */
export function prove(program: IntegerProgram, where = 'program', place = ''): Proof {
  const refuse = refusal(where, place);
  const inputs = program.inputs.map(({ name, scaling }) => inputSpan(scaling, refuse(`input ${name}`)));
  const limit = program.accumulatorBits === 32 ? S32 : S53;
  let spans = inputs;
  const layers = program.layers.map((layer, l) => {
    const isLast = l === program.layers.length - 1;
    const units = layer.weights.map((weights, j) => {
      const within = refuse(`layer ${l + 1}, unit ${j + 1}`);
      const bias = BigInt(layer.biases[j]!);
      let [lo, hi] = [bias, bias];
      // All that is negative, or positive, alone: no order of adding gets beyond it.
      let [least, most]: Span = bias < 0n ? [bias, 0n] : [0n, bias];
      weights.forEach((weight, i) => {
        const [a, b] = spans[i]!;
        const w = BigInt(weight);
        const [low, high] = w < 0n ? [w * b, w * a] : [w * a, w * b];
        lo += low;
        hi += high;
        if (low < 0n) least += low;
        if (high > 0n) most += high;
      });
      within([least, most], limit, 'sums');
      const shift = BigInt(layer.shifts[j]!);
      const output: Span = isLast ? [lo, hi] : [relu(lo) >> shift, relu(hi) >> shift];
      if (!isLast) within(output, S32, 'activations');
      return { sum: [least, most] as Span, output };
    });
    spans = units.map((unit) => unit.output);
    return units;
  });
  return {
    inputs: inputs.map(interval),
    layers: layers.map((units) => units.map(({ sum, output }) => ({ sum: interval(sum), output: interval(output) }))),
  };
}

/** Every step of a scaling is monotone, so that its ends bound it. */
function inputSpan(s: InputScaling, within: Within): Span {
  const steps = [s.lo, s.hi].map((end) => {
    const difference = BigInt(s.kind === 'log2' ? log2Fixed(end) : end) - BigInt(s.base);
    within([difference, difference], S53, 'differences');
    const product = (difference >> BigInt(s.preShift)) * BigInt(s.multiplier);
    within([product, product], S53, 'products');
    const sum = product + BigInt(s.add);
    within([sum, sum], S53, 'sums');
    return sum >> BigInt(s.shift);
  });
  const span: Span = [steps[0]!, steps[1]!];
  within(span, S32, 'inputs');
  return span;
}

function relu(value: bigint): bigint {
  return value > 0n ? value : 0n;
}

/** Refuses a span that is not within bounds. */
type Within = (span: Span, bounds: Span, what: string) => void;

/** What refuses in the name of a part of the program. */
function refusal(where: string, place: string): (part: string) => Within {
  return (part) =>
    ([lo, hi], [least, most], what) => {
      if (lo >= least && hi <= most) return;
      const at = place === '' ? part : `${place}, ${part}`;
      throw new InputError(where, at, `${what} within ${least} to ${most}`, `${lo} to ${hi}`);
    };
}

function interval([lo, hi]: Span): Interval {
  return { lo: Number(lo), hi: Number(hi) };
}
