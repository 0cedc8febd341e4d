/**
 * What a model takes in a kernel, in its int32 form: a header, one record for each input (its clamp and scaling), then for
 * each layer the weights as s32, the biases as s64 and a shift for each unit. Like LibML of the NeuralCFS thesis (section
 * 4.1.4), a model must fit in one page, so that one allocation holds it and a swap is one pointer.
 */

/** A page of x86. */
export const MAX_PAGE_BYTES = 4096;

/** Magic, version, counts, accumulators, threshold and checksum. */
const HEADER_BYTES = 32;
/** lo, hi, base, add: s64; multiplier: s32; two shifts and the kind: u8 each; one to align. */
const INPUT_BYTES = 40;
const WEIGHT_BYTES = 4;
const BIAS_BYTES = 8;
const SHIFT_BYTES = 1;

/** Bytes of a network of these sizes as a kernel keeps it; each layer is aligned to 8. */
export function pageBytes(sizes: readonly number[]): number {
  let bytes = HEADER_BYTES + sizes[0]! * INPUT_BYTES;
  for (let l = 0; l + 1 < sizes.length; l++) {
    const outputs = sizes[l + 1]!;
    bytes += Math.ceil((outputs * (sizes[l]! * WEIGHT_BYTES + BIAS_BYTES + SHIFT_BYTES)) / 8) * 8;
  }
  return bytes;
}
