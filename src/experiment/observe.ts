import type { BundleContents } from '../bundle/tables/contents.js';
import { eventsBehind, quantileOf, seriesOf, valueOf, walkOf, type Series } from './series.js';
import { DISTRIBUTION_NAMES } from './walk-events.js';

/** A figure and the number of events that it rests on. */
export interface Figure {
  readonly value: number;
  /** As `eventsBehind` counts them. */
  readonly events: number;
}

/** What L3 compares of a recording or a run: plain data. */
export interface Observation {
  /** By metric, in the order of `seriesOf`. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** By distribution: its samples' number, and quantiles in ns; one without samples is left out. */
  readonly distributions: Readonly<Record<string, { readonly samples: number; readonly quantiles: readonly number[] }>>;
}

/** Counts the metrics of L3, and the distributions at these probabilities, 0…1. */
export function observe(contents: BundleContents, probabilities: readonly number[]): Observation {
  const figures: Record<string, Figure> = {};
  const walked = walkOf(contents);
  for (const series of seriesOf(contents, walked)) {
    const figure = figureOf(series, contents.manifest.durationNs);
    if (figure !== null) figures[series.metric] = figure;
  }
  const distributions: Record<string, { samples: number; quantiles: number[] }> = {};
  if (walked !== null) {
    const { samples } = walked;
    for (const name of DISTRIBUTION_NAMES) {
      const sorted = Float64Array.from(samples[name].ns).sort((a, b) => a - b);
      if (sorted.length === 0) continue;
      distributions[name] = { samples: sorted.length, quantiles: probabilities.map((at) => quantileOf(sorted, at)!) };
    }
  }
  return { figures, distributions };
}

/** The figure of a whole recording; null where it cannot be told. */
export function figureOf(series: Series, durationNs: number): Figure | null {
  const events = eventsBehind(series);
  if (series.kind === 'span') return { value: durationNs, events };
  if (series.kind === 'rate') return durationNs > 0 ? { value: (series.ts.length * 1e9) / durationNs, events } : null;
  const value = valueOf(series, -Infinity, Infinity);
  return value === null ? null : { value, events };
}
