import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/**
 * Random streams: the one door to pure-rand. A run has one root seed; every consumer has a stream of its own, split off
 * the root by a key, so that what one consumer draws cannot shift what another sees.
 */
export class Stream {
  private generator: RandomGenerator;

  /**
   * @param seed root seed, an integer 0…2^32−1
   * @param key which stream: `workload`, `kernel`, `task 17`
   */
  constructor(seed: number, key: string) {
    this.generator = xoroshiro128plus(split(seed, key));
  }

  /** 32 random bits as an integer 0…2^32−1. */
  uint32(): number {
    return this.generator.next() >>> 0;
  }

  /**
   * An integer 0…n−1, each equally likely up to 2^−32 · n.
   * @param n 1…2^32
   */
  below(n: number): number {
    return Math.floor((this.uint32() * n) / 2 ** 32);
  }

  /** The state, for a snapshot. */
  save(): readonly number[] {
    return this.generator.getState();
  }

  /** Puts a state made by `save` back. */
  load(state: readonly number[]): void {
    this.generator = xoroshiro128plusFromState(state);
  }
}

/** A seed for a stream: the bytes of the key mixed into the root seed (FNV-1a, then a finishing mix). */
function split(seed: number, key: string): number {
  let hash = 0x811c9dc5 ^ seed;
  hash = Math.imul(hash, 0x01000193);
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
