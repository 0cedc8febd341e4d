import { Stream } from '../../../sim/engine/rng.js';
import { MAX_RUNS } from '../spec/schema.js';
import { sobolPoint, sobolScrambles } from './sobol.js';
import type { Point, SearchMethod, Space } from './types.js';

/** Searches that know all their points beforehand: whatever they are told, there is no second step. */

/** Every combination of the levels of all dimensions, the last one fastest. */
export function grid(): SearchMethod<null> {
  return design('grid', (space) => {
    const levels = space.levels.map((own) => own ?? []);
    const count = levels.reduce((product, own) => product * own.length, 1);
    if (count > MAX_RUNS) throw new RangeError(`a grid of ${count} points`);
    return Array.from({ length: count }, (_, number) => {
      let rest = number;
      return levels
        .toReversed()
        .map((own) => {
          const u = own[rest % own.length]!;
          rest = Math.floor(rest / own.length);
          return u;
        })
        .toReversed();
    });
  });
}

/** Independent points, each equally likely everywhere. */
export function random(points: number, seed: number): SearchMethod<null> {
  return design('random', ({ levels }) => {
    const stream = new Stream(seed, 'random search');
    return Array.from({ length: points }, () => levels.map(() => uniform(stream)));
  });
}

/** n points such that each of the n slices of each dimension has exactly one of them. */
export function latin(points: number, seed: number): SearchMethod<null> {
  return design('latin', ({ levels }) => {
    const columns = levels.map((_, dimension) => {
      const stream = new Stream(seed, `latin ${dimension}`);
      return permutation(points, stream).map((slice) => (slice + uniform(stream)) / points);
    });
    return Array.from({ length: points }, (_, i) => columns.map((column) => column[i]!));
  });
}

/** The first points of a Sobol sequence, scrambled. Numbers of points that are powers of two are spread the most evenly. */
export function sobol(points: number, seed: number): SearchMethod<null> {
  return design('sobol', (space) => sobolPoints(space.levels.length, points, seed));
}

export function sobolPoints(dimensions: number, points: number, seed: number): Point[] {
  const scrambles = sobolScrambles(dimensions, seed);
  return Array.from({ length: points }, (_, i) => sobolPoint(i, scrambles));
}

function design(name: string, points: (space: Space) => Point[]): SearchMethod<null> {
  return {
    name,
    first: (space) => ({ inner: null, trials: points(space).map((point) => ({ point, share: 1 })) }),
    next: () => null,
  };
}

/** [0, 1) */
function uniform(stream: Stream): number {
  return stream.uint32() / 2 ** 32;
}

function permutation(n: number, stream: Stream): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = stream.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
