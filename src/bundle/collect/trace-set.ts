import { basename } from 'node:path';
import { InputError } from '../../input/error.js';
import { DirtyLog, type OnDirty } from '../dirty.js';
import { FilesInStep } from './files-in-step.js';
import type { RowSink } from '../tables/row-sink.js';
import { TraceCollector, type Collected } from './trace-collector.js';
import { mergeSummaries, reportDirt } from './trace-dirt.js';
import { detectFormat } from '../trace/detect.js';
import { FORMATS, type FormatReader, type TraceFormat } from '../trace/formats.js';
import { readTraceWith, type TraceSummary } from '../trace/reader.js';
import { atTickRate } from '../trace/tick-rate.js';

/** Files that may be open at once: one for each CPU of the largest machine there is reason to expect. */
const MOST_FILES = 1024;

export interface TraceOptions {
  /** Of all files; found out where it is not given. */
  readonly format?: TraceFormat;
  readonly onDirty?: OnDirty;
  /** CPUs of the machine; events on others are malformed. */
  readonly cpus?: number;
  /** Ticks a second of a clock that the trace does not tell the rate of. */
  readonly tickRate?: number;
  /** Is told how many bytes of the files, as they lie there, have been read. */
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
  /** Rows within which a late one is sorted in. */
  readonly windowRows?: number;
}

/** What was read from the traces of one recording, beside the rows. */
export interface TraceSet {
  readonly collected: Collected;
  /** Of all files together. */
  readonly summary: TraceSummary;
  /** In the order in which they were given; each name is there once. */
  readonly files: ReadonlyArray<{ readonly name: string; readonly format: TraceFormat; readonly sha256: string }>;
  readonly dirty: DirtyLog;
}

/**
 * Reads the traces of one recording into a sink, merged by time, in bounded memory.
 *
 * @throws InputError where a file cannot be read, its format cannot be told, none holds an event, or something is dirty
 *   that must not be; and what the signal was aborted with
 */
export async function readTraceSet(paths: readonly string[], sink: RowSink, options: TraceOptions = {}): Promise<TraceSet> {
  if (paths.length > MOST_FILES) {
    throw new InputError(paths[MOST_FILES]!, '', `at most ${MOST_FILES} traces of one recording`, String(paths.length));
  }
  const formats: TraceFormat[] = [];
  for (const path of paths) formats.push(options.format ?? (await detectFormat(path)));
  const more = paths.length === 1 ? '' : ` and ${paths.length - 1} more`;
  const dirty = new DirtyLog(options.onDirty ?? 'insert', `${paths[0]}${more}`);
  const { cpus, windowRows } = options;
  const collector = new TraceCollector(sink, {
    dirty, files: paths.length, ...(cpus === undefined ? {} : { cpus }), ...(windowRows === undefined ? {} : { windowRows }),
  });
  const step = new FilesInStep(paths, (file) => collector.reached(file), options);
  const readOne = async (path: string, file: number): Promise<TraceSummary> => {
    try {
      const reader = readerOf(formats[file]!, options.tickRate);
      const summary = await readTraceWith(path, collector.handlersOf(file), reader, step.gateOf(file));
      collector.ended(file);
      step.done(file);
      return summary;
    } catch (error) {
      step.done(file, error);
      throw error;
    }
  };
  const settled = await Promise.allSettled(paths.map(readOne));
  const summaries = settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  const summary = mergeSummaries(summaries);
  if (summary.events === 0) {
    throw new InputError(paths.join(', '), '', 'a trace with events', `none in ${summary.lines} lines`);
  }
  const names = namesOf(paths);
  summaries.forEach((one, file) => reportDirt(one, dirty, paths.length === 1 ? undefined : names[file]));
  const collected = collector.finish();
  const files = names.map((name, file) => ({ name, format: formats[file]!, sha256: summaries[file]!.sha256 }));
  return { collected, summary, files, dirty };
}

function readerOf(format: TraceFormat, tickRate: number | undefined): FormatReader {
  const reader = FORMATS[format];
  return tickRate === undefined ? reader : { ...reader, lexer: atTickRate(reader.lexer, tickRate) };
}

/** The files' own names; `#2` tells the second of a name. */
function namesOf(paths: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return paths.map((path) => {
    const name = basename(path);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}
