import type { Policy } from '../sim/policy.js';
import type { Params, ParamSpecs } from './params.js';

/** What a policy's file exports: how it is called, what can be set, and how one is made. */
export interface PolicyDefinition {
  /** Lower case letters, digits and dashes. */
  readonly name: string;
  /** One sentence for the list of policies. */
  readonly summary: string;
  readonly params: ParamSpecs;
  /** @param params every parameter, checked against `params`, defaults filled in */
  create(params: Params): Policy;
}
