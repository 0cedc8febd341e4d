/** The one door to benchmark.js: times a function, and keeps every sample. */
import Benchmark from 'benchmark';
import { summarize, type Summary } from './statistics.js';

export interface Timing {
  /** Samples to take at least; a sample is as many calls as the clock needs to be read exactly. */
  readonly minSamples: number;
  /** Goes on taking samples for so long, seconds. */
  readonly seconds: number;
}

/**
 * Times a function by wall clock. What it does before the first sample warms it up.
 *
 * @param work must do the same at every call
 * @returns seconds a call over the samples
 * @throws whatever `work` throws
 */
export function timeOf(name: string, work: () => void, timing: Timing): Summary {
  const benchmark = new Benchmark(name, work, { minSamples: timing.minSamples, maxTime: timing.seconds, async: false });
  benchmark.run();
  const error: unknown = benchmark.error;
  if (error instanceof Error) throw error;
  return summarize(benchmark.stats.sample);
}
