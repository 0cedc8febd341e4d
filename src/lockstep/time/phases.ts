/**
 * The phases that the rounds of an emulated machine have one after the other between two timers that are seen: those which wake nobody
 * change the phase too. Each sign of a round's beginning comes at it, or later by another way of the kernel's to the record; some are
 * of no beginning at all. Of the sequences of phases that is taken which explains the signs best, a change being dearer than a single
 * sign that is of none, and than some on other ways (Viterbi's algorithm).
 */

/** The beginning of a round, ns; later by WAYS_NS at most. */
export interface Begun {
  readonly ts: number;
  /** Whether it is not earlier either; else it may be, by EARLY_NS at most. */
  readonly settled: boolean;
}

/** From when on the rounds begin at `start`, and every quantum after it, ns. */
export interface Phase {
  readonly start: number;
}

/** By how much other ways to a sign are longer, at most, and shorter, ns; what signs of one way differ by. */
const WAYS_NS = 140;
const EARLY_NS = 30;
const SAME_NS = 4;
/** What a sign on another way costs, one that is of no beginning, and a change of the phase. */
const OTHER_WAY = 0.4;
const STRAY = 3;
const CHANGE = 4;
/** Phases that are weighed, at most. */
const MOST_PHASES = 32;

/**
 * @param begun in order of time
 * @param quantum ns, above 0
 * @returns in order of time; none where the signs do not agree on any
 */
export function phasesOf(begun: readonly Begun[], quantum: number): Phase[] {
  const phases = begun.length === 1 ? [modulo(begun[0]!.ts, quantum)] : candidates(begun, quantum);
  if (phases.length === 0) return [];
  const path = likeliest(begun, phases, quantum);
  const found: Phase[] = [];
  begun.forEach(({ ts }, i) => {
    if (i > 0 && path[i] === path[i - 1]) return;
    found.push({ start: ts - modulo(ts - phases[path[i]!]!, quantum) });
  });
  return found;
}

/** Phases on which several signs agree, those of the most signs first. */
function candidates(begun: readonly Begun[], quantum: number): number[] {
  const values = begun.map(({ ts }) => modulo(ts, quantum)).sort((a, b) => a - b);
  const round = [...values, ...values.map((value) => value + quantum)];
  const counted: { readonly phase: number; readonly same: number }[] = [];
  let [same, near] = [0, 0];
  values.forEach((phase, i) => {
    if (phase === values[i - 1]) return;
    same = Math.max(same, i);
    near = Math.max(near, i);
    while (same < i + values.length && round[same]! <= phase + SAME_NS) same++;
    while (near < i + values.length && round[near]! <= phase + WAYS_NS) near++;
    if (near - i > 1) counted.push({ phase, same: same - i });
  });
  counted.sort((a, b) => b.same - a.same || a.phase - b.phase);
  return counted.slice(0, MOST_PHASES).map(({ phase }) => phase);
}

/** The phase of each sign, as an index. */
function likeliest(begun: readonly Begun[], phases: readonly number[], quantum: number): Int32Array {
  const count = phases.length;
  const from = new Int32Array(begun.length * count);
  const costs = new Float64Array(count);
  let best = 0;
  begun.forEach((sign, i) => {
    const change = costs[best]! + CHANGE;
    let least = Infinity;
    let next = 0;
    for (let j = 0; j < count; j++) {
      const changes = i > 0 && change < costs[j]!;
      from[i * count + j] = changes ? best : j;
      costs[j] = (changes ? change : costs[j]!) + costOf(sign, phases[j]!, quantum);
      if (costs[j]! < least) [least, next] = [costs[j]!, j];
    }
    best = next;
  });
  const path = new Int32Array(begun.length);
  for (let i = begun.length - 1, at = best; i >= 0; i--) {
    path[i] = at;
    at = from[i * count + at]!;
  }
  return path;
}

function costOf({ ts, settled }: Begun, phase: number, quantum: number): number {
  const later = modulo(ts - phase, quantum);
  const earlier = quantum - later;
  if (later <= SAME_NS || earlier <= SAME_NS) return 0;
  return later <= WAYS_NS || (!settled && earlier <= EARLY_NS) ? OTHER_WAY : STRAY;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
