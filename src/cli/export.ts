import { kindOf } from '../input/kind.js';
import { InputError } from '../input/error.js';
import { writeFileAtomic } from '../input/atomic.js';
import type { BundleContents } from '../bundle/tables/contents.js';
import { openBundle } from './bundles.js';
import { flag, JSON_OPTION, text } from './options.js';
import { wrap } from './table.js';
import { bytes } from './units.js';
import type { Verb } from './verb.js';

/** What an export tells of itself: the lines of the text, and what goes into the JSON document. */
interface Report {
  readonly lines: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
  /** What the format cannot say: to standard error. */
  readonly notes: readonly string[];
}

/** Writers by format; each is loaded only where it is asked for. */
const FORMATS: Readonly<Record<string, (contents: BundleContents, out: string) => Promise<Report>>> = {
  csv: exportCsv,
  'rt-app': exportWorkload,
  perfetto: exportTrace,
};

export const exportVerb: Verb = {
  help:
    'csv is a directory with a file for each table. rt-app is the recorded workload as a file that rt-app (1.0 and later) ' +
    'runs on a real machine: bursts, sleeps, wake-ups, nice values, affinities; what it cannot say is counted on standard ' +
    'error. perfetto is a trace with tracks for CPUs and tasks; open it at ui.perfetto.dev.',
  options: [
    { flags: '--format <csv|rt-app|perfetto>', doc: 'what to write' },
    { flags: '--out <path>', doc: 'where to write it; what an export wrote there before is replaced' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const format = text(input, 'format') ?? '';
    const out = text(input, 'out');
    const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
    if (write === undefined) {
      throw new InputError('--format', '', Object.keys(FORMATS).join(', '), format === '' ? 'nothing' : format);
    }
    if (out === undefined) throw new InputError('--out', '', 'a place for the export', 'nothing');
    const contents = await openBundle(input.args[0]!);
    const { lines, facts, notes } = await write(contents, out);
    if (flag(input, 'json')) {
      io.out(`${JSON.stringify({ out, format, ...facts, notes }, null, 1)}\n`);
      return 0;
    }
    for (const note of notes) io.err(`${wrap(`note: ${note}`)}\n`);
    io.out(`${lines.join('\n')}\n`);
    return 0;
  },
};

async function exportCsv(contents: BundleContents, out: string): Promise<Report> {
  const { writeCsv } = await import('../bundle/export/csv.js');
  const files = await writeCsv(out, contents);
  const counts = [...files].map(([name, rows]) => `${name} ${rows}`);
  return { lines: [`${out}: ${counts.join(', ')} rows`], facts: { files: Object.fromEntries(files) }, notes: [] };
}

async function exportWorkload(contents: BundleContents, out: string): Promise<Report> {
  checkFile(out);
  const { exportRtApp } = await import('../workloads/rtapp/export.js');
  const file = exportRtApp(contents);
  const { notes, tasks, barriers } = file;
  const size = writeCounted(out, file.chunks());
  return {
    lines: [`${out}: ${tasks} threads, ${barriers} barriers, ${bytes(size)}`],
    facts: { threads: tasks, barriers, bytes: size },
    notes,
  };
}

async function exportTrace(contents: BundleContents, out: string): Promise<Report> {
  checkFile(out);
  const { perfettoTrace } = await import('../bundle/export/perfetto.js');
  const size = writeCounted(out, perfettoTrace(contents));
  return { lines: [`${out}: ${bytes(size)}; open it at ui.perfetto.dev`], facts: { bytes: size }, notes: [] };
}

/** A directory would only be found to be in the way after all the work. */
function checkFile(out: string): void {
  const kind = kindOf(out);
  if (kind !== 'none' && kind !== 'file') throw new InputError(out, '', 'a place for a file', `a ${kind}`);
}

/** @returns bytes written */
function writeCounted(out: string, chunks: Iterable<string | Uint8Array>): number {
  let size = 0;
  function* counted(): Generator<string | Uint8Array> {
    for (const chunk of chunks) {
      size += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length;
      yield chunk;
    }
  }
  writeFileAtomic(out, counted());
  return size;
}
