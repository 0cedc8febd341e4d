import type { BundleContents } from '../../bundle/tables/contents.js';
import { InputError } from '../../input/error.js';
import type { Model } from '../../libml/index.js';
import { createPolicy, POLICIES } from '../../policies/registry.js';
import { pageOfRule } from '../page/index.js';
import { RULES, type RuleName } from '../page/layout.js';
import { agreementOf, agreementWithModel } from './agreement.js';
import type { Run } from './run.js';
import type { DecisionAgreement } from './types.js';

/** The recorded decisions of one run beside the integer program's. */
export interface RunAgreement {
  readonly run: string;
  readonly count: number;
  readonly agree: number;
  /** The first that differs, in words; null where none does. */
  readonly first: string | null;
}

/**
 * How many of the decisions that a run of the kernel recorded are those of its model's program, or of its rule; null of a run without
 * a policy.
 *
 * @param models by the hash that runs name
 * @throws InputError where the run names a model that is not known
 */
export function runAgreement(run: Run, contents: BundleContents, models: ReadonlyMap<string, Model>): RunAgreement | null {
  const { model: hash, policy } = run.facts;
  if (run.side === 'sim' || hash === null) return null;
  const model = models.get(hash);
  if (model !== undefined) return { run: run.name, ...agreementWithModel(contents, model) };
  const rule = ruleOf(policy);
  if (rule === null) throw new InputError(run.directory, 'run.model', 'the model that decided, with --model', hash);
  // Of a rule with other parameters only its name is known.
  if (rule.hash !== hash) return null;
  const { count, agree, unknown, disagreements } = agreementOf(contents, () => rule);
  const [first] = disagreements;
  return { run: run.name, count: count + unknown, agree, first: first === undefined ? null : `row ${first.row}: ${first.what} ${first.kernel}, computed ${first.computed}` };
}

/** A policy without a model, with its default parameters; null where it has one. */
function ruleOf(policy: string): ReturnType<typeof pageOfRule> | null {
  if (!Object.hasOwn(RULES, policy) || !POLICIES.some(({ name }) => name === policy)) return null;
  return pageOfRule(policy as RuleName, createPolicy(policy).params);
}

/** Those of all runs together; runs without a recorded decision are left out. */
export function totalAgreement(runs: readonly RunAgreement[]): DecisionAgreement {
  const recorded = runs.filter(({ count }) => count > 0);
  const sum = (of: (one: RunAgreement) => number): number => recorded.reduce((total, one) => total + of(one), 0);
  return {
    count: sum(({ count }) => count),
    agree: sum(({ agree }) => agree),
    runs: recorded.map(({ run, count, agree }) => ({ run, count, agree })),
    first: recorded.flatMap(({ run, first }) => (first === null ? [] : [{ run, what: first }])),
  };
}
