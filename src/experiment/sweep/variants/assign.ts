import { InputError } from '../../../input/error.js';
import { createPolicy } from '../../../policies/registry.js';
import { sortedNames } from '../../../policies/params.js';
import { edited, type Patch } from '../../variant.js';
import type { Axis, Values } from '../axes/axes.js';
import type { AxisValue } from '../axes/domain.js';
import { policyState, type VariantState } from './state.js';

/** A state in which some axes have their values, and how it differs from the base. */
export interface Assigned {
  readonly state: VariantState;
  readonly patches: readonly Patch[];
}

type Mutable = Record<string, unknown>;

/**
 * Sets the knobs of some axes.
 * @param file names the sweep in errors
 * @throws InputError where a knob is not there, or has a value of another type
 */
export function assign(base: VariantState, axes: readonly Axis[], values: Values, file: string): Assigned {
  const { value: state, patches } = edited(base, (draft) => {
    axes.forEach((axis, i) => setKnob(draft as unknown as Mutable, axis, values[i]!, file));
  });
  return { state, patches: [...patches].sort((a, b) => rank(a) - rank(b) || (a.path.join('.') < b.path.join('.') ? -1 : 1)) };
}

/** Policy first, then what the kernel is told, then the machine and what runs on it. */
const ORDER = ['policy', 'sysctl', 'domains', 'features', 'costs', 'cache', 'machine', 'topology', 'workload'];

function rank({ path }: Patch): number {
  return ORDER.indexOf(String(path[0]));
}

function setKnob(draft: Mutable, axis: Axis, value: AxisValue, file: string): void {
  const wrong = (expected: string, found: string): InputError => new InputError(file, axis.place, expected, found);
  if (axis.knob === 'policy') {
    if (typeof value !== 'string') throw wrong('names of policies', String(value));
    draft['policy'] = policyState(createPolicy(value, file));
    return;
  }
  const path = axis.part === 'machine' ? ['machine', axis.knob] : axis.knob.split('.');
  if (axis.part === 'policy') path.splice(1, 0, 'params');
  const key = path.pop()!;
  const holder = path.reduce<unknown>((at, name) => own(at, name), draft) as Mutable | undefined;
  if (holder === undefined || !Object.hasOwn(holder, key)) {
    const known = holder === undefined ? Object.keys(draft[axis.part] as object) : Object.keys(holder);
    throw wrong(known.length === 0 ? `a base that has ${axis.part}.*` : `${axis.part}.*, one of ${known.join(', ')}`, axis.knob);
  }
  const before = holder[key];
  if (typeof before !== typeof value) throw wrong(`values that are ${typeof before}s`, JSON.stringify(value));
  holder[key] = value;
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}

function own(at: unknown, name: string): unknown {
  return typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Mutable)[name] : undefined;
}

/** A policy as `createPolicy` takes it. */
export function policyText({ name, params }: VariantState['policy']): string {
  const given = sortedNames(params).map((param) => `${param}=${params[param]!}`);
  return given.length === 0 ? name : `${name}:${given.join(',')}`;
}

/** In one line how a state differs from its base: `policy.attempts 1 → 2, sysctl.nr_migrate 32 → 8`. */
export function difference(base: VariantState, patches: readonly Patch[]): string {
  const parts = patches.flatMap(({ path, value }) => leaves(path.map(String), base, value));
  return parts.length === 0 ? 'the base' : parts.join(', ');
}

function leaves(path: readonly string[], base: unknown, value: unknown): string[] {
  const before = path.reduce<unknown>((at, name) => own(at, name), base);
  if (path[0] === 'policy' && path.length === 1) {
    return [`policy ${policyText(before as VariantState['policy'])} → ${policyText(value as VariantState['policy'])}`];
  }
  const name = path.filter((word, i) => !(i === 1 && path[0] === 'policy' && word === 'params') && !(i === 0 && word === 'machine')).join('.');
  return [`${name} ${shown(before)} → ${shown(value)}`];
}
