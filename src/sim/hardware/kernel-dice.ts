import { Stream } from '../engine/rng.js';

/** The kernel's random numbers: those that a recording has, in its order, and then a stream for each CPU. */
export class KernelDice {
  /** Recorded draws used, by CPU. */
  private readonly used: Int32Array;
  private readonly streams: Stream[];

  /** @param used zeros, one for each CPU: part of the run's state */
  constructor(used: Int32Array, seed: number, private readonly recorded: ReadonlyArray<ArrayLike<number>> | undefined) {
    this.used = used;
    this.streams = Array.from(used, (_, cpu) => new Stream(seed, `kernel ${cpu}`));
  }

  /** 32 random bits for `cpu`. */
  roll(cpu: number): number {
    const draws = this.recorded?.[cpu];
    if (draws !== undefined && this.used[cpu]! < draws.length) return draws[this.used[cpu]!++]!;
    return this.streams[cpu]!.uint32();
  }

  save(): ReadonlyArray<readonly number[]> {
    return this.streams.map((stream) => stream.save());
  }

  load(saved: ReadonlyArray<readonly number[]>): void {
    saved.forEach((state, cpu) => this.streams[cpu]!.load(state));
  }
}
