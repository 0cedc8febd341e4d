import { html } from '../html.js';
import type { Section } from '../page.js';
import { timelineOf, type Labelled } from '../timeline/report.js';
import { timelineSection } from '../timeline/section.js';
import { migrationCauses } from './causes.js';
import { runDistributions } from './distributions.js';
import { observedRun } from './observed.js';

/** Runs of one workload under one seed that a report of many shows by themselves. */
export interface ShownRuns {
  readonly workload: string;
  readonly seed: number;
  readonly runs: readonly Labelled[];
}

/** Their timelines, distributions and causes of migrations. The page must have the timeline's script. */
export function shownSections({ workload, seed, runs }: ShownRuns): Section[] {
  const observed = runs.map(({ label, contents }) => observedRun(label, contents));
  const which = html`<p>Of ${workload} under seed ${seed}: one run of each, which shows what happens and proves nothing.</p>`;
  const timeline = timelineSection(timelineOf(runs, {}));
  return [
    { ...timeline, body: html`${which}${timeline.body}` },
    { id: 'distributions', title: 'Distributions', body: html`${which}${runDistributions(observed)}` },
    { id: 'causes', title: 'Migrations by cause', body: html`${which}${migrationCauses(observed, 'causes')}` },
  ];
}
