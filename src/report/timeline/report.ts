import type { BundleContents } from '../../bundle/tables/contents.js';
import { beginAlike, partingOf, type PartingRow } from './build/parting.js';
import { timelineRun, type TimelineRun } from './build/run.js';
import type { Window } from './build/window.js';
import type { TimelineParts } from './section.js';
import { timelineScript, type PageScript } from './script.js';
import { TIMELINE_STYLE } from './style.js';

/** A bundle and what it is called on the page. */
export interface Labelled {
  readonly label: string;
  readonly contents: BundleContents;
}

/**
 * The timelines of runs that are looked at together: where each parts from the first, and what is said of it.
 * @param window the part of the runs to show; absent ends are theirs
 */
export function timelineOf(bundles: readonly Labelled[], window: Partial<Window>): TimelineParts {
  const [first, ...others] = bundles;
  const partings = others.map(({ contents }) => partingOf(first!.contents, contents));
  const runs = bundles.map(({ label, contents }, i): TimelineRun => {
    const parting = partings[i - 1] ?? null;
    return timelineRun(contents, { label, window, parting: parting && { ...parting, first: first!.contents } });
  });
  return { runs, parting: others.map((other, i) => partingWords(first!, other, partings[i]!)).join(' ') };
}

/** What a page with a timeline needs besides. */
export function timelineLive(): { readonly style: string; readonly script: PageScript } {
  return { style: TIMELINE_STYLE, script: timelineScript() };
}

function partingWords(one: Labelled, other: Labelled, parting: PartingRow | null): string {
  const both = `${one.label} and ${other.label}`;
  const alike = beginAlike(one.contents, other.contents);
  const why = alike ? '' : ' They are not runs of one workload on one machine under one seed, so that this need not be a policy’s doing.';
  if (parting === null) return `${both} take every decision that both have alike.${why}`;
  const at = one.contents.tables.decisions.columns['ts']![parting.row]!;
  const where = `decision ${parting.row + 1}, at ${(at / 1e9).toFixed(6)} s`;
  const how = parting.kind === 'answer' ? 'both are asked the same and answer otherwise' : 'from there on they are not asked the same';
  return `${both} part at ${where}: ${how}.${why}`;
}
