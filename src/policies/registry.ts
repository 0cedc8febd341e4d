import { InputError } from '../input/error.js';
import type { Policy } from '../sim/policy.js';
import { always } from './always.js';
import { coldOnly } from './cold-only.js';
import type { PolicyDefinition } from './definition.js';
import { earlyMigration } from './early-migration.js';
import { never } from './never.js';
import { resolveParams, sortedNames, type Params } from './params.js';
import { stock } from './stock.js';

/** Every policy that can be named. A new one is one line here. */
export const POLICIES: readonly PolicyDefinition[] = [
  stock,
  earlyMigration,
  always,
  never,
  coldOnly,
];

const byName = new Map(POLICIES.map((definition) => [definition.name, definition]));

/**
 * Makes a policy from its name and parameters: `stock`, `early-migration:attempts=2,minDeltaNs=200000`.
 * @param file option or file that the text stands in, for the message
 * @throws InputError on an unknown policy or parameter, a parameter given twice, and a value that is not an integer in
 * its range
 */
export function createPolicy(text: string, file = '--policies'): Policy {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const definition = byName.get(name);
  if (definition === undefined) {
    const known = POLICIES.map((policy) => policy.name).join(', ');
    throw new InputError(file, '', `one of ${known}`, name);
  }
  const given = colon < 0 ? {} : parseParams(name, text.slice(colon + 1), file);
  return definePolicy(definition, given, file);
}

/** Makes a policy from its definition, with parameters checked and defaults filled in. */
export function definePolicy(definition: PolicyDefinition, given: Params = {}, file = '--policies'): Policy {
  return definition.create(resolveParams(definition.name, definition.params, given, file));
}

/**
 * What identifies a policy in a bundle: its name and every parameter in force, in order of name. `createPolicy` makes
 * the same policy of it again; a hash of it is the policy's hash.
 */
export function policyId(policy: Policy): string {
  const params = sortedNames(policy.params).map((name) => `${name}=${policy.params[name]}`);
  return params.length === 0 ? policy.name : `${policy.name}:${params.join(',')}`;
}

function parseParams(policy: string, text: string, file: string): Params {
  const params: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const part of text.split(',')) {
    const match = /^([A-Za-z][A-Za-z0-9]*)=(-?[0-9]{1,15})$/.exec(part);
    if (match === null) throw new InputError(file, `parameters of ${policy}`, 'name=integer', part);
    const name = match[1]!;
    if (Object.hasOwn(params, name)) throw new InputError(file, `${policy}:${name}`, 'one value', `another one: ${part}`);
    params[name] = Number(match[2]);
  }
  return params;
}
