import type { BundleContents } from '../../bundle/tables/contents.js';
import { QUANTILES } from '../../calibration/types.js';
import { observe } from '../../experiment/observe.js';
import { walkOf } from '../../experiment/series.js';
import type { ObservedRun } from './types.js';

/** Counts of a bundle what a report shows of it. */
export function observedRun(label: string, contents: BundleContents): ObservedRun {
  const migrations = walkOf(contents)?.migrations;
  const count = (cause: keyof ObservedRun['migrations']): number => migrations?.[cause].length ?? 0;
  return {
    label,
    observation: observe(contents, QUANTILES),
    migrations: { wakeup: count('wakeup'), balance: count('balance'), active: count('active'), fork: count('fork'), exec: count('exec') },
  };
}
