import { InputError } from '../../../input/error.js';
import type { Answer, Question, SearchMethod, Space, Step } from './types.js';

/** Everything that a search knows, as plain JSON. */
export interface SearchState {
  readonly schema: 1;
  readonly method: string;
  /** null: the search is over. */
  readonly step: Step<unknown> | null;
  /** The id of the step's first trial. */
  readonly firstId: number;
  /** How many of the step's trials were asked. */
  readonly asked: number;
  /** What they are worth; undefined values are not told yet, which JSON writes as absent entries. */
  readonly told: ReadonlyArray<{ readonly at: number; readonly value: number | null }>;
}

/** A search that has not begun. */
export function startSearch(method: SearchMethod, space: Space): SearchState {
  const step = method.first(space);
  return { schema: 1, method: method.name, step: step.trials.length === 0 ? null : step, firstId: 0, asked: 0, told: [] };
}

export interface Asked {
  readonly state: SearchState;
  /** Empty where answers are awaited, and where the search is over (`state.step` is null). */
  readonly questions: readonly Question[];
}

/** The next trials, at most so many. */
export function ask(state: SearchState, most = Infinity): Asked {
  if (state.step === null) return { state, questions: [] };
  const { trials } = state.step;
  const end = Math.min(trials.length, state.asked + most);
  const questions = trials.slice(state.asked, end).map((trial, i) => ({ id: state.firstId + state.asked + i, ...trial }));
  return { state: { ...state, asked: end }, questions };
}

/**
 * Takes answers, in any order. Where a step's trials are all answered, the next step is there to be asked.
 * @param source names the answers in errors
 * @throws InputError where an answer is to no open question
 */
export function tell(method: SearchMethod, space: Space, state: SearchState, answers: readonly Answer[], source: string): SearchState {
  const values = new Map(state.told.map(({ at, value }) => [at, value]));
  answers.forEach(({ id, value }, i) => {
    const at = id - state.firstId;
    if (!Number.isInteger(at) || at < 0 || at >= state.asked || values.has(at)) {
      throw new InputError(source, `answers.${i}.id`, 'the id of a question that was asked and not answered yet', String(id));
    }
    values.set(at, value);
  });
  const { step } = state;
  const told = [...values].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
  if (step === null || told.length < step.trials.length) return { ...state, told };
  const next = method.next(space, step, told.map(({ value }) => value));
  return { ...state, step: next, firstId: state.firstId + step.trials.length, asked: 0, told: [] };
}
