import type { ProgramFormat } from './program.js';

/*
 * What a model takes in a kernel: a header, one record for each input (its clamp and scaling), then for each layer the biases
 * as s64, the weights and a shift for each unit. Like LibML of the NeuralCFS thesis (section 4.1.4), a model must fit in one
 * page, so that one allocation holds it and a swap is one pointer. The page itself is written in src/kernel-validation/page.
 */

/** A page of x86. */
export const MAX_PAGE_BYTES = 4096;
/** Units of a layer, and layers, that a kernel has room for on its stack and in the header. */
export const MAX_WIDTH = 128;
export const MAX_LAYERS = 8;

/** Magic, version, kind, length, checksum, hashes, threshold, format and sizes. */
export const HEADER_BYTES = 88;
/** lo, hi, base, add: s64; multiplier: s32; two shifts, the kind and the feature: u8 each. */
export const INPUT_BYTES = 40;
export const BIAS_BYTES = 8;
const SHIFT_BYTES = 1;

/** Bytes of a weight: s8, or s32. */
export function weightBytes(format: ProgramFormat): number {
  return format === 'int8' ? 1 : 4;
}

/** Bytes of a layer; layers are aligned to 8. */
export function layerBytes(inputs: number, outputs: number, format: ProgramFormat): number {
  return Math.ceil((outputs * (inputs * weightBytes(format) + BIAS_BYTES + SHIFT_BYTES)) / 8) * 8;
}

/** Bytes of a network of these sizes as a kernel keeps it, in a form of s32 unless another is named. */
export function pageBytes(sizes: readonly number[], format: ProgramFormat = 'q16'): number {
  let bytes = HEADER_BYTES + sizes[0]! * INPUT_BYTES;
  for (let l = 0; l + 1 < sizes.length; l++) bytes += layerBytes(sizes[l]!, sizes[l + 1]!, format);
  return bytes;
}
