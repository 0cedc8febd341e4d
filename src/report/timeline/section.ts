import { deflateSync } from 'node:zlib';
import { significant } from '../format.js';
import { html, Html, NOTHING } from '../html.js';
import type { Section } from '../page.js';
import { table } from '../table.js';
import type { TimelineRun } from './build/run.js';
import { timelineLegend } from './legend.js';

/** Runs to be looked at together, and what is to be known of how they begin. */
export interface TimelineParts {
  readonly runs: readonly TimelineRun[];
  /** Where the first two part, or why that is not said; empty for one run. */
  readonly parting: string;
}

/** The timeline as a section of a page, which must have the timeline's script. */
export function timelineSection({ runs, parting }: TimelineParts): Section {
  return {
    id: 'timeline',
    title: 'Timeline',
    body: html`<p>Each CPU is a lane: on top who runs, below who waits for it – a task that ran there lately is hot, and grows
cold while it waits –, at the bottom what balancing does.${runs.some(isCut) ? ` ${runs.filter(isCut).map(cutWords).join(' ')}` : ''}</p>
${parting === '' ? NOTHING : html`<p>${parting}</p>`}
${countsTable(runs)}
<div class="timeline" id="timeline-place"><noscript><p>The timeline is drawn by a script, which this browser does not run.</p></noscript></div>
${timelineLegend()}
${keysHelp()}
${runs.map(dataElement)}`,
  };
}

/** Base64 has no character that ends an element or begins an entity. */
function dataElement({ packed }: TimelineRun): Html {
  const text = deflateSync(packed, { level: 7 }).toString('base64');
  return new Html(`<script type="application/x-cfslab-run">${text}</script>\n`);
}

function isCut({ header }: TimelineRun): boolean {
  return header.startNs > 0 || header.endNs < header.durationNs;
}

function cutWords({ header }: TimelineRun): string {
  const seconds = (ns: number): string => (ns / 1e9).toFixed(3);
  return `Of ${header.label} the page has ${seconds(header.startNs)} to ${seconds(header.endNs)} of ${seconds(header.durationNs)} s.`;
}

function countsTable(runs: readonly TimelineRun[]): Html {
  const heads = ['tasks ran', 'tasks waited', 'balances', 'decisions', 'other than stock', 'migrations', 'forced', 'forced by the policy'];
  return table({
    caption: 'What the timeline holds of each run. Forced: the task was hot, and moved all the same.',
    label: 'Runs of the timeline',
    columns: [{ head: 'run' }, ...heads.map((head) => ({ head, figures: true }))],
    rows: runs.map(({ label, counts }) => [
      label,
      ...[
        counts.slices, counts.waits, counts.balances, counts.decisions, counts.otherThanStock, counts.migrations, counts.forced,
        counts.forcedByPolicy,
      ].map(significant),
    ]),
  });
}

const KEYS: ReadonlyArray<readonly [string, string]> = [
  ['← →, Page Up, Page Down', 'earlier and later'],
  ['↑ ↓', 'other CPUs, where not all are in sight'],
  ['+ −, the wheel', 'closer and farther; Shift and the wheel pans'],
  ['0, Home, End', 'the whole run, its beginning, its end'],
  ['Tab, Shift Tab', 'the next decision and the one before; Escape, then Tab leaves the timeline'],
  ['n, p', 'the next forced migration and the one before'],
  ['d', 'the first decision at which the runs part'],
  ['h', 'colour by task or by heat'],
  ['[ ]', 'flatter and higher lanes'],
];

function keysHelp(): Html {
  const rows = KEYS.map(([keys, what]) => html`<dt>${keys}</dt><dd>${what}</dd>\n`);
  return html`<details><summary>Keys</summary><dl class="keys" id="timeline-keys">${rows}</dl></details>`;
}
