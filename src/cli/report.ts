import { basename, resolve } from 'node:path';
import type { BundleContents } from '../bundle/tables/contents.js';
import { writeFileAtomic } from '../input/atomic.js';
import { InputError } from '../input/error.js';
import { openBundle } from './bundles.js';
import { flag, JSON_OPTION, positive, text } from './options.js';
import { refuseWrongPlace } from './place.js';
import { count } from './units.js';
import type { Verb, VerbInput } from './verb.js';

/** Runs that can be looked at together. */
const MOST_RUNS = 4;
/** Longest window, seconds. */
const LONGEST = 1e6;

export const reportVerb: Verb = {
  help:
    'BUNDLE is a bundle or a capture directory, of the simulator or of a kernel. Two are shown side by side, scrolled together,\n' +
    'with the first decision at which they part; of up to four, two at a time are chosen on the page. The page is one file that\n' +
    'needs no network.',
  options: [
    { flags: '--out <file>', doc: 'the page to write (default: report.html)' },
    { flags: '--from <seconds>', doc: 'begin the timeline here' },
    { flags: '--to <seconds>', doc: 'end the timeline here' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const out = text(input, 'out') ?? 'report.html';
    refuseWrongPlace('--out', out);
    if (input.args.length > MOST_RUNS) {
      throw new InputError('report', '', `at most ${MOST_RUNS} bundles`, String(input.args.length));
    }
    const window = windowOf(input);
    const bundles: Array<{ readonly path: string; readonly contents: BundleContents }> = [];
    for (const path of input.args) bundles.push({ path, contents: await openBundle(path) });
    const late = bundles.find(({ contents }) => (window.startNs ?? 0) >= contents.manifest.durationNs);
    if (late !== undefined && window.startNs !== undefined) {
      throw new InputError('--from', '', `a time within ${late.path}, which has ${late.contents.manifest.durationNs / 1e9} s`, text(input, 'from')!);
    }
    const { runReport } = await import('../report/run-report.js');
    const report = runReport(labelled(bundles), window);
    writeFileAtomic(out, report.html);
    const runs = report.runs.map(({ label, counts }) => ({ label, ...counts }));
    if (flag(input, 'json')) io.out(`${JSON.stringify({ file: out, bytes: Buffer.byteLength(report.html), runs, parting: report.parting }, null, 1)}\n`);
    else {
      const lines = runs.map((run) => `${run.label}: ${count(run.slices)} stretches on CPUs, ${count(run.decisions)} decisions, ${count(run.migrations)} migrations\n`);
      io.out(`${lines.join('')}${report.parting === '' ? '' : `${report.parting}\n`}Written: ${out}\n`);
    }
    return 0;
  },
};

function windowOf(input: VerbInput): { readonly startNs?: number; readonly endNs?: number } {
  const from = text(input, 'from') === '0' ? undefined : positive(input, 'from', LONGEST);
  const to = positive(input, 'to', LONGEST);
  if (from !== undefined && to !== undefined && to <= from) throw new InputError('--to', '', `seconds above --from, ${from}`, String(to));
  return {
    ...(from === undefined ? {} : { startNs: Math.round(from * 1e9) }),
    ...(to === undefined ? {} : { endNs: Math.round(to * 1e9) }),
  };
}

/** Runs are called by their policies where these differ, else by their directories, else by their places in the list. */
function labelled(
  bundles: ReadonlyArray<{ readonly path: string; readonly contents: BundleContents }>,
): Array<{ readonly label: string; readonly contents: BundleContents }> {
  const ways = [
    bundles.map(({ contents }) => contents.manifest.policy.name),
    bundles.map(({ path }) => basename(resolve(path))),
    bundles.map(({ path }, i) => `${i + 1}: ${basename(resolve(path))}`),
  ];
  const labels = ways.find((names) => new Set(names).size === names.length)!;
  return bundles.map(({ contents }, i) => ({ label: labels[i]!, contents }));
}
