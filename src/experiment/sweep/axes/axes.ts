import { InputError } from '../../../input/error.js';
import type { AxisSpec, SweepSpec } from '../spec/schema.js';
import { MAX_RUNS } from '../spec/schema.js';
import { domainOf, type AxisValue, type Domain } from './domain.js';
import { defaultRole, partOf, type KnobPart } from './knobs.js';

/** One thing that a sweep varies. */
export interface Axis extends Domain {
  readonly knob: string;
  readonly part: KnobPart;
  readonly role: 'choice' | 'condition';
  /** Where it stands in the sweep's file, for errors. */
  readonly place: string;
}

/** A value for each axis of a list, in its order. */
export type Values = readonly AxisValue[];

/** The axes of a sweep. Policies come first, since parameters are those of the policy. @throws InputError */
export function axesOf(spec: SweepSpec, file: string): Axis[] {
  const axes = spec.axes.map((axis, i) => axisOf(axis, file, `axes.${i}`));
  return [...axes.filter(({ knob }) => knob === 'policy'), ...axes.filter(({ knob }) => knob !== 'policy')];
}

function axisOf(spec: AxisSpec, file: string, place: string): Axis {
  const part = partOf(spec.knob, file, `${place}.knob`);
  // Every knob that is a number is a whole one; the words of a workload and a policy are lists.
  const domain = domainOf(spec, true);
  return { ...domain, knob: spec.knob, part, role: spec.role ?? defaultRole(part), place };
}

/**
 * Every combination of values of some axes, the last axis fastest. No axes: one, the empty one.
 * @throws InputError where an axis is a range without steps, or there are more combinations than runs are allowed
 */
export function combinations(axes: readonly Axis[], file: string): Values[] {
  let count = 1;
  for (const axis of axes) count *= levelsOf(axis, file);
  if (count > MAX_RUNS) throw new InputError(file, 'axes', `at most ${MAX_RUNS} combinations`, String(count));
  return Array.from({ length: count }, (_, number) => {
    let rest = number;
    const values: AxisValue[] = [];
    for (let i = axes.length - 1; i >= 0; i--) {
      const axis = axes[i]!;
      const levels = axis.levels!;
      values.unshift(axis.at(axis.levelAt(rest % levels)));
      rest = Math.floor(rest / levels);
    }
    return values;
  });
}

/** @throws InputError where the axis is a range that does not say in how many steps */
export function levelsOf(axis: Axis, file: string): number {
  if (axis.levels === null) throw new InputError(file, `${axis.place}.steps`, 'a number of steps for a grid', 'nothing');
  return axis.levels;
}
