import { layersOf, type DenseLayer, type Network } from './network.js';
import { FRACTION, halves, powerOfTwo } from './integers.js';
import { exponentOf, type IntegerLayer } from './program.js';
import { narrowed, scaled, type ModelInput } from './scaling.js';

/** Greatest weight; −128 is left out, so that weights are symmetric. */
const TOP = 127;
/** The largest shift, which leaves a hidden value of 31 bits eleven. */
const MAX_SHIFT = 20;
/** Products and bias may each take half of what an s32 accumulator holds, less half a step for rounding. */
const HALF_RANGE = 2 ** 30 - 2 ** 20;
/** An input keeps at least 16 − 8 bits where its weights are small. */
const MAX_NARROWING = 8;

/**
 * A network with weights of 8 bits. ReLU lets a positive factor through, so the scale of a unit need not be multiplied out: it
 * goes into the weights of the next layer, and at last into the threshold. What is chosen:
 *
 * - each row of weights has a scale of its own, that of its greatest weight;
 * - an input, or a hidden unit, whose greatest weight is small beside the others' has its value shifted right, so that its
 *   weights become larger: bits go from values, which have plenty, to weights, which have few;
 * - hidden values keep as many bits as the next accumulator has room for.
 *
 * @returns logitUnit: what 1 of the output is worth as a logit
 */
export function quantiseInt8(
  network: Network,
  inputs: readonly ModelInput[],
): { readonly inputs: ModelInput[]; readonly layers: IntegerLayer[]; readonly logitUnit: number } {
  const dense = layersOf(network);
  const narrow = narrowInputs(inputs, dense[0]!);
  let values: Value[] = narrow.map(({ scaling }, i) => ({
    lo: scaled(scaling, scaling.lo),
    hi: scaled(scaling, scaling.hi),
    // Each bit that was taken off the shift's 16 doubles the worth of a step.
    unit: powerOfTwo(scaling.shift - inputs[i]!.scaling.shift - FRACTION),
  }));
  let logitUnit = 1;
  const layers = dense.map((layer, l) => {
    const rows = layer.weights.map((row, j) => quantiseRow(row, layer.biases[j]!, values));
    const next = dense[l + 1];
    if (next === undefined) logitUnit = rows[0]!.scale;
    const shifts = next === undefined ? rows.map(() => 0) : shiftsOf(rows, next);
    values = rows.map(({ scale, hi }, j) => ({ lo: 0, hi: Math.floor(hi * halves(shifts[j]!)) + 1, unit: scale * powerOfTwo(shifts[j]!) }));
    return {
      weights: rows.map(({ weights }) => weights),
      // Half a step, so that the shift rounds.
      biases: rows.map(({ bias }, j) => bias + Math.floor(powerOfTwo(shifts[j]! - 1))),
      shifts,
    };
  });
  return { inputs: narrow, layers, logitUnit };
}

/** A value on its way: its bounds as an integer, and what 1 of it is worth. */
interface Value {
  readonly lo: number;
  readonly hi: number;
  readonly unit: number;
}

interface Row {
  readonly weights: number[];
  readonly bias: number;
  /** What 1 of the sum is worth. */
  readonly scale: number;
  /** The greatest sum, at least 0. */
  readonly hi: number;
}

function quantiseRow(row: readonly number[], bias: number, values: readonly Value[]): Row {
  const worths = row.map((weight, i) => weight * values[i]!.unit);
  const greatest = Math.max(...worths.map(Math.abs)) / TOP;
  const scale = Math.max(greatest, Math.abs(bias) / HALF_RANGE) || 1;
  const weights = worths.map((worth) => Math.round(worth / scale) + 0);
  const whole = Math.round(bias / scale) + 0;
  const hi = weights.reduce((sum, w, i) => sum + Math.max(w * values[i]!.lo, w * values[i]!.hi), whole);
  return { weights, bias: whole, scale, hi: Math.max(0, hi) };
}

/** The greatest size of the weights that a layer has for each of its inputs. */
function columnTops(layer: DenseLayer): number[] {
  return layer.weights[0]!.map((_, i) => Math.max(...layer.weights.map((row) => Math.abs(row[i]!))));
}

function narrowInputs(inputs: readonly ModelInput[], first: DenseLayer): ModelInput[] {
  const exponents = columnTops(first).map((top) => (top > 0 ? exponentOf(top) : -Infinity));
  const greatest = Math.max(...exponents);
  const spare = exponents.map((e) => Math.min(MAX_NARROWING, greatest - e) || 0);
  for (let more = 0; ; more++) {
    const narrow = inputs.map(({ name, scaling }, i) => ({ name, scaling: narrowed(scaling, spare[i]! + more) }));
    const reach = narrow.reduce((sum, { scaling: s }) => sum + Math.max(-scaled(s, s.lo), scaled(s, s.hi)), 0);
    if (TOP * reach <= HALF_RANGE || more === FRACTION) return narrow;
  }
}

/** Shifts with which all hidden values weigh alike in the next layer, and fit in its accumulators. */
function shiftsOf(rows: readonly Row[], next: DenseLayer): number[] {
  const tops = columnTops(next);
  const exponents = rows.map(({ scale }, j) => (tops[j]! > 0 ? exponentOf(scale * tops[j]!) : null));
  const least = Math.min(...exponents.filter((e) => e !== null));
  for (let bits = 0; ; bits++) {
    // What the next layer does not look at is shifted away.
    const shifts = exponents.map((e) => (e === null ? MAX_SHIFT : Math.min(MAX_SHIFT, Math.max(0, least + bits - e))));
    const reach = rows.reduce((sum, { hi }, j) => sum + Math.floor(hi * halves(shifts[j]!)) + 1, 0);
    if (TOP * reach <= HALF_RANGE || bits > 1024) return shifts;
  }
}
