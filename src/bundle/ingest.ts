import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../input/error.js';
import { kindOf } from '../input/kind.js';
import { readCaptureInto } from './capture/capture.js';
import type { Manifest } from './tables/contents.js';
import { looksLikeDecisionsCsv, readDecisionsCsv } from './csv/read.js';
import { readLoneTraces, type LoneOptions } from './capture/lone-trace.js';
import { openBundle } from './read.js';
import { readHead } from './trace/source.js';
import { streamBundle, writeBundle } from './write.js';

/** As much of a file as its kind can be told from. */
const HEAD_BYTES = 64 * 1024;

const INPUTS = 'a trace, a capture directory or a CSV table';

export interface IngestOptions extends LoneOptions {
  /** The only file is a table of can_migrate_task() calls; undefined: found out. */
  readonly csv?: boolean;
  /** A column map for such a table. */
  readonly columns?: string;
}

/**
 * Makes a bundle of a capture directory, of one trace or several of one recording, or of a CSV table; of a bundle, a copy.
 * It appears whole or not at all. Traces are read in bounded memory, however large they are.
 *
 * @throws InputError where an input cannot be read or is dirty and must not be, or the bundle cannot be written
 */
export async function ingest(inputs: readonly string[], out: string, options: IngestOptions = {}): Promise<Manifest> {
  const [first] = inputs;
  if (first === undefined) throw new InputError('ingest', '', INPUTS, 'nothing');
  for (const input of inputs) {
    if (kindOf(input) === 'none') throw new InputError(input, '', INPUTS, 'nothing of that name');
  }
  const { columns } = options;
  if (kindOf(first) === 'directory' && inputs.length === 1) {
    if (options.csv === true || columns !== undefined) throw new InputError(first, '', 'a CSV table, which is a file', 'a directory');
    return ingestDirectory(first, out, options);
  }
  const directory = inputs.find((input) => kindOf(input) === 'directory');
  if (directory !== undefined) {
    throw new InputError(directory, '', 'files, where there are several inputs: the traces of one recording', 'a directory');
  }
  if (options.csv === true || (options.csv === undefined && inputs.length === 1 && (await isCsv(first, options)))) {
    return ingestCsv(inputs, out, options);
  }
  if (columns !== undefined) throw new InputError(first, '', 'a CSV table, as there is a column map', 'a trace, by its format');
  return streamBundle(out, (sink) => readLoneTraces(inputs, sink, options), options.signal);
}

async function ingestDirectory(directory: string, out: string, options: IngestOptions): Promise<Manifest> {
  if (existsSync(join(directory, 'manifest.json'))) {
    refuseTraceOptions(directory, 'a bundle', options);
    return copy(await openBundle(directory), out);
  }
  return streamBundle(out, (sink) => readCaptureInto(directory, sink, options), options.signal);
}

async function ingestCsv(inputs: readonly string[], out: string, options: IngestOptions): Promise<Manifest> {
  if (inputs.length > 1) throw new InputError(inputs[1]!, '', 'one CSV table', `${inputs.length} inputs`);
  refuseTraceOptions(inputs[0]!, 'a CSV table', options);
  return copy(await readDecisionsCsv(inputs[0]!, options), out);
}

/** Where it is known what a trace is of, or how it is to be read, there must be a trace. @throws InputError */
function refuseTraceOptions(input: string, found: string, { cpus, topology, tickRate, format }: IngestOptions): void {
  if ([cpus, topology, tickRate, format].every((option) => option === undefined)) return;
  throw new InputError(input, '', 'a trace, as its machine, format or tick rate is given', found);
}

async function copy(contents: Awaited<ReturnType<typeof openBundle>>, out: string): Promise<Manifest> {
  await writeBundle(out, contents);
  return contents.manifest;
}

async function isCsv(path: string, options: IngestOptions): Promise<boolean> {
  if (options.columns !== undefined) return true;
  if (options.format !== undefined) return false;
  const head = await readHead(path, HEAD_BYTES);
  return looksLikeDecisionsCsv(head.subarray(0, HEAD_BYTES).toString('utf8')) !== null;
}
