import { writeFileAtomic } from '../input/atomic.js';
import { check } from '../input/check.js';
import { InputError } from '../input/error.js';
import { readJsonFile } from '../input/json.js';
import { checkModel, type KnownFeature } from './check-model.js';
import { canonical, modelHash, type Model } from './model.js';
import { modelSchema } from './model-schema.js';

/**
 * Reads a model file.
 *
 * @param known the features that a model may take; a model with others is refused
 * @throws InputError naming what is wrong: no JSON, another schema, features, sizes, scales or ranges that do not fit, numbers
 * that are none, a program that cannot be proven, or content that is not what the hash is of
 */
export function loadModel(file: string, known: readonly KnownFeature[]): Model {
  return parseModel(readJsonFile(file), known, file);
}

/** The model that a value is. @param file named in the error @throws InputError as `loadModel` does */
export function parseModel(value: unknown, known: readonly KnownFeature[], file: string): Model {
  const model = check(modelSchema, value, file) as Model;
  checkModel(model, known, file);
  const hash = modelHash(model);
  if (hash !== model.hash) throw new InputError(file, 'hash', `${hash}, which is that of its content`, model.hash);
  return model;
}

/** Writes a model file, whole or not at all. @throws InputError where the place cannot be written to */
export function saveModel(file: string, model: Model): void {
  writeFileAtomic(file, textOf(model));
}

/** The text of a model file: the same for the same content, names in order. */
export function textOf(model: Model): string {
  return `${JSON.stringify(JSON.parse(canonical(model)), null, 1)}\n`;
}
