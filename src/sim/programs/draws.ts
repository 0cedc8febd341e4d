import type { SimTaskTable } from './sim-tasks.js';
import type { Workload } from './program.js';
import { Stream } from '../engine/rng.js';

/** What a snapshot keeps of the streams. */
export type SavedStreams = ReadonlyArray<readonly number[] | null>;

/**
 * Draws from a workload's distributions. Every task has a stream of its own, split off that of its parent, so that
 * what a task draws depends on the seed and on its place in the family tree, never on how the tasks were scheduled.
 */
export class Draws {
  private readonly streams: Array<Stream | null>;

  constructor(
    private readonly t: SimTaskTable,
    private readonly workload: Workload,
  ) {
    this.streams = new Array<Stream | null>(t.rows).fill(null);
  }

  /** A task is born; its stream is made when it first draws. */
  born(p: number): void {
    this.streams[p] = null;
  }

  /** A time drawn from distribution `d` for task `p`, ns: the quantile table read at a random place. */
  draw(p: number, d: number): number {
    const stream = this.streamOf(p);
    const table = this.workload.distributions[d]!;
    const word = stream.uint32();
    const step = word >>> 24;
    const low = table[step]!;
    const inside = Math.floor(((table[step + 1]! - low) * (word & 0xff_ffff)) / 0x100_0000);
    return Math.floor(low) + inside;
  }

  /** One of 0…n−1, all equally likely, drawn for task `p`. */
  below(p: number, n: number): number {
    return this.streamOf(p).below(n);
  }

  save(): SavedStreams {
    return this.streams.map((stream) => (stream === null ? null : stream.save()));
  }

  load(saved: SavedStreams): void {
    saved.forEach((state, p) => {
      if (state === null) {
        this.streams[p] = null;
      } else {
        const stream = new Stream(0, '');
        stream.load(state);
        this.streams[p] = stream;
      }
    });
  }

  private streamOf(p: number): Stream {
    return (this.streams[p] ??= new Stream(this.t.seed[p]!, 'draws'));
  }
}

/** The seed of child number `n` of a task with seed `seed`: a mix that keeps families apart. */
export function childSeed(seed: number, n: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(n + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

