import { InputError } from '../input/error.js';

/** A parameter of a policy: an integer. */
export interface ParamSpec {
  readonly min: number;
  readonly max: number;
  /** In force where the user names none. */
  readonly default: number;
  /** Unit and meaning. */
  readonly doc: string;
}

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
export type Params = Readonly<Record<string, number>>;

/** Names of a record in order, so that nothing depends on the order in which they were written. */
export function sortedNames(record: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(record).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * Fills in defaults and checks ranges.
 * @param policy name of the policy, for the message
 * @param given what the user gave
 * @param file where it stands, for the message
 * @returns every parameter of `specs` by name
 * @throws InputError on a parameter that the policy does not have, and on one that is not an integer in its range
 */
export function resolveParams(policy: string, specs: ParamSpecs, given: Params, file: string): Params {
  for (const name of sortedNames(given)) {
    if (Object.hasOwn(specs, name)) continue;
    const known = sortedNames(specs);
    const expected = known.length === 0 ? 'no parameters' : `one of ${known.join(', ')}`;
    throw new InputError(file, `parameters of ${policy}`, expected, name);
  }
  const params: Record<string, number> = {};
  for (const name of sortedNames(specs)) {
    const spec = specs[name]!;
    const value = Object.hasOwn(given, name) ? given[name]! : spec.default;
    if (!Number.isInteger(value) || value < spec.min || value > spec.max) {
      throw new InputError(file, `${policy}:${name}`, `an integer ${spec.min}…${spec.max}`, String(value));
    }
    params[name] = value;
  }
  return params;
}
