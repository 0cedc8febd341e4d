import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../input/error.js';
import { packageRoot } from '../input/package-root.js';
import { loadModel } from '../libml/index.js';
import type { Models, ModelSpec, NamedModel } from './definition.js';
import { FEATURES } from './features.js';
import { sortedNames } from './params.js';

function modelsFolder(): string {
  return join(packageRoot(), 'calibration', 'models');
}

/** Names of the models that come with the package, in alphabetical order. */
export function modelNames(): string[] {
  return readdirSync(modelsFolder())
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * The model that `model=NAME|FILE` means.
 * @param option what is named in the error where it is neither a shipped model nor a file
 * @throws InputError where it is neither, and where the file is no model that can be proven safe
 */
export function namedModel(nameOrPath: string, option: string): NamedModel {
  const names = modelNames();
  const file = names.includes(nameOrPath) ? join(modelsFolder(), `${nameOrPath}.json`) : nameOrPath;
  if (file === '' || file.includes('\0') || !existsSync(file)) {
    throw new InputError(option, '', `a model's file or one of ${names.join(', ')}`, nameOrPath);
  }
  return { source: nameOrPath, model: loadModel(file, FEATURES) };
}

/**
 * Reads the models of a policy, those that are given and the shipped ones in place of those that are not.
 * @param policy name of the policy, for the message
 * @param given NAME|FILE by the name of the specification
 * @throws InputError as `namedModel` does
 */
export function resolveModels(policy: string, specs: Readonly<Record<string, ModelSpec>>, given: Readonly<Record<string, string>>): Models {
  const models: Record<string, NamedModel> = {};
  for (const name of sortedNames(specs)) {
    const source = Object.hasOwn(given, name) ? given[name]! : specs[name]!.default;
    if (source !== null) models[name] = namedModel(source, `${policy}:${name}`);
  }
  return models;
}
