import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { writeSqlTable } from '../../bundle/tables/sql-table.js';
import { planSweep, type SweepPlan } from '../../experiment/sweep/plan.js';
import type { SweepDocument } from '../../experiment/sweep/report/document.js';
import { sweepDocument } from '../../experiment/sweep/report/make-document.js';
import { signed } from '../../experiment/sweep/report/answer.js';
import { runTable } from '../../experiment/sweep/report/run-table.js';
import type { Engine } from '../../experiment/sweep/engine/types.js';
import { RunStore } from '../../experiment/sweep/store/run-store.js';
import { runSweep, type Best, type SweepOutcome } from '../../experiment/sweep/sweep.js';
import { writeDirectoryAtomic } from '../../input/atomic.js';
import { InputError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import { interruptible } from '../interrupt.js';
import { flag, JSON_OPTION, text } from '../options.js';
import { startSweepProgress } from '../progress.js';
import { ENGINE_OPTIONS, engineOf } from './engine.js';
import { SWEEP_HTML_OPTIONS, sweepHtmlRequest, writeSweepHtml } from './html.js';
import { sweepText } from './text.js';
import type { Verb } from '../verb.js';

/** Where a sweep's results are, unless the user says otherwise. */
export const DEFAULT_OUT = join('out', 'sweep');
/** The file of the runs, and that of the document. */
export const RUNS_FILE = 'runs.parquet';
export const DOCUMENT_FILE = 'results.json';

/** Everything that a sweep's directory may hold. */
const OUTPUTS: readonly string[] = [RUNS_FILE, DOCUMENT_FILE];

export const sweepVerb: Verb = {
  help:
    'SWEEP is a JSON file (docs/FORMATS.md). Finished runs are kept in the cache (CFSLAB_CACHE, or .cache/cfslab of your home):\n' +
    'an interrupted sweep goes on where it was, and no run is made twice, in this sweep or another.',
  options: [
    ...ENGINE_OPTIONS,
    { flags: '--out <dir>', doc: `write ${RUNS_FILE} and ${DOCUMENT_FILE} here; an earlier sweep there is replaced (default: ${DEFAULT_OUT})` },
    ...SWEEP_HTML_OPTIONS,
    JSON_OPTION,
  ],
  async run(input, io) {
    const out = text(input, 'out') ?? DEFAULT_OUT;
    refuseForeign(out);
    const html = sweepHtmlRequest(input);
    const plan = await planSweep(input.args[0]!);
    const engine = await engineOf(input, plan);
    const progress = startSweepProgress(io);
    let outcome: SweepOutcome;
    const started = performance.now();
    let ownShare = '';
    try {
      outcome = await interruptible((signal) => runSweep(plan, {
        engine, store: new RunStore(), signal, onProgress: (pace, best) => progress.update(pace, bestText(best)),
      }));
      ownShare = threadsText(engine, performance.now() - started);
    } finally {
      progress.stop();
      await engine.close();
    }
    const document = sweepDocument(plan, outcome);
    await writeSweep(out, plan, outcome, document);
    if (html !== null) await interruptible((signal) => writeSweepHtml(html, document, outcome, { jobs: 2, signal }));
    io.out(flag(input, 'json') ? documentText(document) : sweepText(document));
    if (!flag(input, 'json')) io.out(`${document.runs} runs, ${outcome.cached} of them from the cache${ownShare}.\nWritten: ${[out, ...(html === null ? [] : [html.file])].join(', ')}\n`);
    return 0;
  },
};

/** What share of the threads' time was simulation: the rest is what the sweep itself takes. Empty where nothing was run here. */
function threadsText({ threads, simulatingNs }: Engine, wallMs: number): string {
  const simulatedMs = (simulatingNs?.() ?? 0) / 1e6;
  if (threads === undefined || simulatedMs === 0) return '';
  const share = ((100 * simulatedMs) / (threads * wallMs)).toFixed(1);
  return `; ${threads} ${threads === 1 ? 'thread' : 'threads'} simulated for ${share} % of ${(wallMs / 1000).toFixed(1)} s`;
}

function bestText(best: Best | null): string {
  if (best === null) return '';
  const interval = best.lo === null || best.hi === null ? '' : ` (${signed(best.lo)} … ${signed(best.hi)})`;
  return `#${best.candidate} ${signed(best.gain)}${interval}`;
}

async function writeSweep(out: string, plan: SweepPlan, outcome: SweepOutcome, document: SweepDocument): Promise<void> {
  if (out === DEFAULT_OUT) mkdirSync(dirname(out), { recursive: true });
  const { columns, rows } = runTable(plan, outcome.cells.all());
  await writeDirectoryAtomic(out, async (directory) => {
    await writeSqlTable(join(directory, RUNS_FILE), columns, rows);
    writeFileSync(join(directory, DOCUMENT_FILE), documentText(document));
  });
}

function documentText(document: SweepDocument): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}

/**
 * Said before the runs rather than after them.
 * @throws InputError where something is in the way that is no sweep's, or there is no place for a directory
 */
function refuseForeign(out: string): void {
  const kind = kindOf(out);
  if (kind === 'none') {
    if (out !== DEFAULT_OUT && kindOf(dirname(resolve(out))) !== 'directory') {
      throw new InputError('--out', '', 'a place in a directory that exists', out);
    }
    return;
  }
  // Nothing but what a sweep writes: what is replaced is gone.
  const isSweep = kind === 'directory' && readdirSync(out).every((name) => OUTPUTS.includes(name));
  if (!isSweep) throw new InputError('--out', '', 'a directory that is new or empty, or a sweep', `${out}, which is not`);
}
