import type { BundleContents } from '../bundle/tables/contents.js';
import { quantity } from './format.js';
import { html, type Html } from './html.js';
import { page } from './page.js';
import { migrationCauses } from './runs/causes.js';
import { runDistributions } from './runs/distributions.js';
import { figuresTable } from './runs/figures.js';
import { observedRun } from './runs/observed.js';
import type { TimelineRun } from './timeline/build/run.js';
import type { Window } from './timeline/build/window.js';
import { timelineLive, timelineOf, type Labelled } from './timeline/report.js';
import { timelineSection } from './timeline/section.js';

/** A report of runs, and what it shows of each. */
export interface RunReport {
  readonly html: string;
  readonly runs: readonly TimelineRun[];
  /** Where the first two part, in words; empty for one run. */
  readonly parting: string;
}

/**
 * The report of one run, or of two beside each other: their timelines, distributions and figures, in one file. The same
 * bundles make the same bytes.
 */
export function runReport(bundles: readonly Labelled[], window: Partial<Window>): RunReport {
  const timeline = timelineOf(bundles, window);
  const observed = bundles.map(({ label, contents }) => observedRun(label, contents));
  const workloads = [...new Set(bundles.map(({ contents }) => contents.manifest.workload))].join(' and ');
  const source = page({
    kicker: 'cfslab · run queues',
    title: `${bundles.map(({ label }) => label).join(' and ')} on ${workloads}`,
    lead: html`${bundles.map((bundle, i) => leadOf(bundle, timeline.runs[i]!))}${timeline.parting === '' ? '' : html`<p class="answer">${timeline.parting}</p>`}`,
    sections: [
      timelineSection({ ...timeline, parting: '' }),
      { id: 'figures', title: 'Figures', body: figuresTable(observed) },
      { id: 'distributions', title: 'Distributions', body: runDistributions(observed) },
      { id: 'causes', title: 'Migrations by cause', body: migrationCauses(observed, 'causes') },
      { id: 'notes', title: 'Notes', body: html`<ul>${bundles.flatMap(notesOf)}</ul>` },
    ],
    footer: html`<p>The page is one file: it fetches nothing, and its one script draws the timeline.</p>`,
    live: timelineLive(),
  });
  return { html: source, runs: timeline.runs, parting: timeline.parting };
}

function leadOf({ label, contents }: Labelled, { counts }: TimelineRun): Html {
  const { manifest } = contents;
  const by = manifest.source === 'kernel' ? `recorded on Linux ${manifest.release}` : 'simulated';
  const seed = manifest.seed === null ? '' : `, seed ${manifest.seed}`;
  const decisions = counts.decisions === 0
    ? 'It has no decisions of the balancer.'
    : `Of ${counts.decisions} calls of can_migrate_task() ${counts.otherThanStock} were answered otherwise than the stock kernel would; ` +
      `${counts.forced + counts.forcedByPolicy} hot tasks were moved.`;
  return html`<p class="answer"><strong>${label}</strong> on ${manifest.workload}, ${manifest.topology} with ${manifest.cpus} CPUs,
${by}${seed}: ${quantity(manifest.durationNs, 'ns')}. ${decisions}</p>\n`;
}

function notesOf({ label, contents }: { readonly label: string; readonly contents: BundleContents }): Html[] {
  const { notes, lostEvents } = contents.manifest;
  const lost = lostEvents > 0 ? [`${lostEvents} events were lost`] : [];
  return [...lost, ...notes].map((note) => html`<li>${label}: ${note}</li>\n`);
}
