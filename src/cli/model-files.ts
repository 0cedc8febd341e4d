import type { Model } from '../libml/index.js';
import { modelNames, namedModel } from '../policies/models.js';

/** The models that are shipped and those that the user names with `--model`, by their hash. @throws InputError */
export function availableModels(files: readonly string[]): ReadonlyMap<string, Model> {
  return new Map([...modelNames(), ...files].map((source) => {
    const { model } = namedModel(source, '--model');
    return [model.hash, model];
  }));
}
