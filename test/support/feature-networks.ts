import { quantise } from '../../src/libml/quantise.js';
import type { ProgramFormat } from '../../src/libml/program.js';
import { scalingOf, type ModelInput } from '../../src/libml/scaling.js';
import { pageOfModel, type Guard, type NetworkPage } from '../../src/kernel-validation/page/index.js';
import type { Model } from '../../src/libml/model.js';
import { FEATURES } from '../../src/policies/features.js';
import { Stream } from '../../src/sim/engine/rng.js';
import { someNetwork } from './networks.js';

/** `count` inputs that are features, clamped somewhere within their ranges; some to a few values, as counts are. */
export function featureInputs(count: number, seed: number): ModelInput[] {
  const stream = new Stream(seed, 'inputs');
  const left = [...FEATURES];
  return Array.from({ length: count }, () => {
    const [{ name, min, max }] = left.splice(stream.below(left.length), 1) as [(typeof FEATURES)[number]];
    const width = stream.below(2) === 0 ? Math.min(max - min, 1 + stream.below(12)) : max - min;
    const lo = min + Math.floor(((max - min - width) * stream.uint32()) / 2 ** 33);
    const kind = width > 1000 && stream.below(2) === 0 ? 'log2' : 'linear';
    return { name, scaling: scalingOf(kind, lo, Math.min(max, lo + Math.min(width, Number.MAX_SAFE_INTEGER))) };
  });
}

/** A page of a random network. */
export function somePage(shape: readonly number[], format: ProgramFormat, seed: number, task: 1 | 2 | 3 = 2, guard: Guard | null = null): NetworkPage {
  const program = quantise(someNetwork(shape, seed), featureInputs(shape[0]!, seed), format);
  const hash = seed.toString(16).padStart(64, '0');
  return pageOfModel({ task, hash, programs: {}, quantisation: format } as unknown as Model, program, guard);
}
