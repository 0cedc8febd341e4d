import { modelNames, namedModel } from '../../policies/models.js';
import { COST_SHAPES, modelOfShape } from '../cost/shapes.js';
import { emitPolicy, type Emitted } from '../emit/index.js';
import { pageOfModel, type NetworkPage } from '../page/index.js';
import type { NamedPolicy } from '../page/named-page.js';

/** The forms of integers in which a network's cost is stated. */
const FORMATS = ['q16', 'int8'] as const;

/**
 * The policy of a kernel into which models are pushed: the shapes of the shipped models, and of those whose cost is stated, are as
 * quick as if they were built in.
 *
 * @param alike pages that are going to be pushed; only a shape that is new makes another kernel
 * @param builtin what is active from the start; null: nothing is until something is pushed
 */
export function usualPolicy(alike: readonly NetworkPage[] = [], builtin: NamedPolicy | null = null): Emitted {
  const shipped = modelNames().map((name) => pageOfModel(namedModel(name, 'kernel build').model));
  const stated = COST_SHAPES.flatMap((sizes) => FORMATS.map((format) => pageOfModel(modelOfShape(sizes, format))));
  return emitPolicy(builtin?.page ?? null, [...shipped, ...stated, ...alike], builtin?.standby ?? null);
}
