import { InputError } from '../input/error.js';
import type { Policy } from '../sim/policy/policy.js';
import { always } from './always.js';
import { coldOnly } from './cold-only.js';
import type { PolicyDefinition } from './definition.js';
import { earlyMigration } from './early-migration.js';
import { never } from './never.js';
import { resolveModels } from './models.js';
import { neuralEarly, neuralForced, neuralImitate } from './neural/definitions.js';
import { resolveParams, sortedNames, type Params } from './params.js';
import { stock } from './stock.js';

/** Every policy that can be named. A new one is one line here. */
export const POLICIES: readonly PolicyDefinition[] = [
  stock,
  earlyMigration,
  always,
  never,
  coldOnly,
  neuralImitate,
  neuralForced,
  neuralEarly,
];

const byName = new Map(POLICIES.map((definition) => [definition.name, definition]));

/**
 * Makes a policy from its name and parameters: `stock`, `early-migration:attempts=2,minDeltaNs=200000`,
 * `neural-early:model=mine.json,threshold=800`. Files of models are read.
 * @param file option or file that the text stands in, for the message
 * @throws InputError on an unknown policy or parameter, a parameter given twice, a value that is not an integer in its
 * range, and a file that is no model for it
 */
export function createPolicy(text: string, file = '--policies'): Policy {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const definition = byName.get(name);
  if (definition === undefined) {
    const known = POLICIES.map((policy) => policy.name).join(', ');
    throw new InputError(file, '', `one of ${known}`, name);
  }
  const given = colon < 0 ? NOTHING : parseGiven(definition, text.slice(colon + 1), file);
  return definePolicy(definition, given.params, file, given.models);
}

/** Makes a policy from its definition, with parameters checked and defaults filled in. */
export function definePolicy(
  definition: PolicyDefinition,
  given: Params = {},
  file = '--policies',
  models: Readonly<Record<string, string>> = {},
): Policy {
  const params = resolveParams(definition.name, definition.params, given, file);
  return definition.create(params, resolveModels(definition.name, definition.models ?? {}, models));
}

/**
 * A policy by its name and everything that was or could have been given, in order of name: `createPolicy` makes the same
 * policy of it again, as long as the files of its models stay what they are.
 */
export function policyId(policy: Policy): string {
  const { params, models = {} } = policy;
  const given = [
    ...sortedNames(params).map((name) => `${name}=${params[name]}`),
    ...sortedNames(models).map((name) => `${name}=${models[name]!.source}`),
  ];
  return given.length === 0 ? policy.name : `${policy.name}:${given.join(',')}`;
}

/** What stands behind a policy's name. */
interface Given {
  readonly params: Params;
  /** Names or files. */
  readonly models: Readonly<Record<string, string>>;
}

const NOTHING: Given = { params: {}, models: {} };

function parseGiven(definition: PolicyDefinition, text: string, file: string): Given {
  const params = Object.create(null) as Record<string, number>;
  const models = Object.create(null) as Record<string, string>;
  for (const part of text.split(',')) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9]*)=(.+)$/s.exec(part) ?? [];
    const isModel = name !== undefined && Object.hasOwn(definition.models ?? {}, name);
    if (name === undefined || (!isModel && !/^-?[0-9]{1,16}$/.test(value!))) {
      throw new InputError(file, `parameters of ${definition.name}`, 'name=integer', part);
    }
    if (Object.hasOwn(params, name) || Object.hasOwn(models, name)) {
      throw new InputError(file, `${definition.name}:${name}`, 'one value', `another one: ${part}`);
    }
    if (isModel) models[name] = value!;
    else params[name] = Number(value);
  }
  return { params, models };
}
