import type { Model } from '../libml/index.js';
import type { Policy } from '../sim/policy/policy.js';
import type { Params, ParamSpecs } from './params.js';

/** A model that a policy decides by, as its user names it: a shipped one or a file. */
export interface ModelSpec {
  /** Name of a shipped model, in force where the user names none; null: there is none then. */
  readonly default: string | null;
  readonly doc: string;
}

/** A model that was read, and where from. */
export interface NamedModel {
  /** Name of a shipped model, or file. */
  readonly source: string;
  readonly model: Model;
}

export type Models = Readonly<Record<string, NamedModel>>;

/** What a policy's file exports: how it is called, what can be set, and how one is made. */
export interface PolicyDefinition {
  /** Lower case letters, digits and dashes. */
  readonly name: string;
  /** One sentence for the list of policies. */
  readonly summary: string;
  readonly params: ParamSpecs;
  /** By the name under which it is given: `neural-early:model=FILE`. */
  readonly models?: Readonly<Record<string, ModelSpec>>;
  /**
   * @param params every parameter, checked against `params`, defaults filled in
   * @param models the models that were given or are shipped, read and checked as model files; whether they suit the policy
   * is for it to check
   */
  create(params: Params, models: Models): Policy;
}
