import { ask, startSearch, tell, type SearchState } from '../../../../src/experiment/sweep/search/ask-tell.js';
import type { Question, SearchMethod, Space } from '../../../../src/experiment/sweep/search/types.js';

/** A cube of continuous sides, each with a grid of five points. */
export function cube(dimensions: number): Space {
  return {
    levels: Array.from({ length: dimensions }, () => [0, 0.25, 0.5, 0.75, 1]),
    continuous: Array.from({ length: dimensions }, () => true),
  };
}

export interface Driven {
  readonly questions: readonly Question[];
  readonly best: { readonly value: number; readonly point: readonly number[] };
  /** What it cost, in runs of the full duration. */
  readonly cost: number;
}

/** Runs a search to its end on an objective, asking for `most` points at a time and passing the state through JSON each time. */
export function drive(
  method: SearchMethod, space: Space, objective: (point: readonly number[], share: number) => number | null, most = Infinity,
): Driven {
  let state = startSearch(method, space);
  const questions: Question[] = [];
  let best = { value: Infinity, point: [] as readonly number[] };
  let cost = 0;
  for (;;) {
    const asked = ask(through(state), most);
    if (asked.questions.length === 0) break;
    questions.push(...asked.questions);
    // Answered from the last to the first: the order in which runs end must not matter.
    const answers = asked.questions.map(({ id, point, share }) => ({ id, value: objective(point, share) })).reverse();
    for (const { point, share } of asked.questions) {
      cost += share;
      const value = objective(point, 1);
      if (share === 1 && value !== null && value < best.value) best = { value, point };
    }
    state = tell(method, space, through(asked.state), answers, 'test');
  }
  return { questions, best, cost };
}

function through(state: SearchState): SearchState {
  return JSON.parse(JSON.stringify(state)) as SearchState;
}
