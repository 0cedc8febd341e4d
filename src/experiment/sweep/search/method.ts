import { InputError } from '../../../input/error.js';
import { levelsOf, type Axis } from '../axes/axes.js';
import { MAX_RUNS, type SearchSpec } from '../spec/schema.js';
import { cmaEs } from './cma-es.js';
import { grid, latin, random, sobol } from './designs.js';
import { halving } from './halving.js';
import type { SearchMethod, Space } from './types.js';

/** What a search over some axes searches. */
export function spaceOf(axes: readonly Axis[]): Space {
  return {
    levels: axes.map((axis) => (axis.levels === null ? null : Array.from({ length: axis.levels }, (_, i) => axis.levelAt(i)))),
    continuous: axes.map((axis) => axis.continuous),
  };
}

/**
 * The search that a sweep's file asks for.
 * @throws InputError where it cannot work on these axes
 */
export function methodOf(spec: SearchSpec, axes: readonly Axis[], file: string): SearchMethod {
  switch (spec.method) {
    case 'grid': {
      const count = axes.reduce((product, axis) => product * levelsOf(axis, file), 1);
      if (count > MAX_RUNS) throw new InputError(file, 'axes', `at most ${MAX_RUNS} combinations`, String(count));
      return grid() as SearchMethod;
    }
    case 'random':
      return random(spec.points, spec.seed) as SearchMethod;
    case 'latin':
      return latin(spec.points, spec.seed) as SearchMethod;
    case 'sobol':
      return sobol(spec.points, spec.seed) as SearchMethod;
    case 'halving':
      return halving(spec.points, spec.eta, spec.seed) as SearchMethod;
    case 'cmaes': {
      const astray = axes.find((axis) => !axis.continuous);
      if (astray !== undefined) throw new InputError(file, astray.place, 'a range for cmaes: linear, log or integer', astray.knob);
      if (axes.length === 0) throw new InputError(file, 'axes', 'an axis that is a choice', 'none');
      return cmaEs(spec) as SearchMethod;
    }
  }
}
