import { Step, type Steps } from './export-steps.js';

/** A stretch of steps, done `loop` times. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly loop: number;
}

/** Events that a phase holds at most, so that no object of the file grows without bound. */
const EVENTS_MAX = 500;
/** The longest pattern that is looked for, events. */
const PERIOD_MAX = 64;
/** Events that a loop must save; a phase has a cost too. */
const SAVED_MIN = 6;

/**
 * Cuts a task's steps into phases: what repeats itself exactly becomes a loop, found greedily from the left, and a
 * setting begins a new phase, as it holds for one as a whole. Meetings are all different and stay as they are.
 */
export function* stretchesOf(steps: Steps): Generator<Stretch> {
  const { kind } = steps;
  let from = 0;
  for (let at = 0; at < kind.length; ) {
    if (kind[at]! >= Step.NICE) {
      if (at > from) yield { from, to: at, loop: 1 };
      yield { from: at, to: ++at, loop: 1 };
      from = at;
      continue;
    }
    const { period, rounds } = repetition(steps, at);
    if (rounds > 1) {
      if (at > from) yield { from, to: at, loop: 1 };
      yield { from: at, to: at + period, loop: rounds };
      at += period * rounds;
      from = at;
    } else if (++at - from >= EVENTS_MAX) {
      yield { from, to: at, loop: 1 };
      from = at;
    }
  }
  if (kind.length > from) yield { from, to: kind.length, loop: 1 };
}

/** The pattern that saves most where it begins at a step; one round where none saves enough. */
function repetition(steps: Steps, at: number): { readonly period: number; readonly rounds: number } {
  const { kind } = steps;
  let best = { period: 1, rounds: 1 };
  let saved = SAVED_MIN - 1;
  for (let period = 1; period <= PERIOD_MAX && at + 2 * period <= kind.length; period++) {
    // Neither a meeting nor a setting is in a pattern.
    if (kind[at + period - 1]! > Step.SLEEP) break;
    let end = at + period;
    while (end < kind.length && isSame(steps, end, end - period)) end++;
    const rounds = Math.floor((end - at) / period);
    if ((rounds - 1) * period <= saved) continue;
    saved = (rounds - 1) * period;
    best = { period, rounds };
  }
  return best;
}

function isSame({ kind, value }: Steps, a: number, b: number): boolean {
  return kind[a] === kind[b] && value[a] === value[b];
}
