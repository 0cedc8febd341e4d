import { stockAnswer, type SoftTest } from '../stock.js';

/*
 * What a model's answer means. The three tasks are those of the NeuralCFS thesis (experiments 1 to 3); in each, the model is
 * asked at a call that has passed the hard refusals, and says whether it belongs to the task's positive class.
 */

/** 1: imitate the kernel's decision. 2: the call belongs to a series that ends in a forced migration. 3: it is one. */
export type Task = 1 | 2 | 3;

/** What a call shows of its class. */
export enum Outcome {
  NEGATIVE,
  POSITIVE,
  /** The call does not show it. */
  UNKNOWN,
}

export interface Role {
  readonly task: Task;
  /** The policy's answer from the model's. */
  decide(context: SoftTest, says: boolean): boolean;
  /** The class that the call itself shows it to be of: what the stock kernel would do is known at every call. */
  outcome(context: SoftTest): Outcome;
}

/** A migration although the task is hot, by the stock rule. */
function stockForces(context: SoftTest): boolean {
  return context.hot === 1 && context.nrBalanceFailed > context.cacheNiceTries;
}

/** Task 1: the model decides alone, as in algorithm 3 of the thesis. */
export const imitate: Role = {
  task: 1,
  decide: (_context, says) => says,
  outcome: (context) => (stockAnswer(context) ? Outcome.POSITIVE : Outcome.NEGATIVE),
};

/** Task 3: cold tasks go as ever; whether a hot one is forced is the model's word. */
export const forced: Role = {
  task: 3,
  decide: (context, says) => context.hot === 0 || says,
  outcome: (context) => (stockForces(context) ? Outcome.POSITIVE : Outcome.NEGATIVE),
};

/**
 * Task 2: what the stock kernel allows is allowed; a hot task goes early where the model says that it would be forced in the
 * end. A forced call is the end of such a series, and where a cold task goes a series ends otherwise; a refused call shows
 * nothing yet.
 */
export const early: Role = {
  task: 2,
  decide: (context, says) => stockAnswer(context) || says,
  outcome: (context) =>
    stockForces(context) ? Outcome.POSITIVE : context.hot === 0 ? Outcome.NEGATIVE : Outcome.UNKNOWN,
};

/** The role of a task. */
export function roleOf(task: Task): Role {
  return { 1: imitate, 2: early, 3: forced }[task];
}
