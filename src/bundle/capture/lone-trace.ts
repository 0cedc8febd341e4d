import { InputError } from '../../input/error.js';
import { traceNotes } from './capture-notes.js';
import type { BundleContents, Manifest } from '../tables/contents.js';
import { inMemory, type Recording } from '../tables/recording.js';
import type { RowSink } from '../tables/row-sink.js';
import { readTraceSet, type TraceOptions, type TraceSet } from '../collect/trace-set.js';

export interface LoneOptions extends TraceOptions {
  /** What to call the machine's topology. */
  readonly topology?: string;
}

/** Endings that say nothing about what was traced. */
const ENDINGS = /(\.(gz|zst|zstd|txt|log|trace|out))+$/;

/**
 * Reads a recording of which there is nothing but traces: one, or several that were taken at the same time, such as one for
 * each CPU. What only other files could tell is `unknown`, 0 or absent, and the notes say so.
 *
 * @throws InputError as `readTraceSet` does, and where a CPU is named that the machine has not
 */
export async function readLoneTraces(
  paths: readonly string[], sink: RowSink, options: LoneOptions = {},
): Promise<Recording> {
  const set = await readTraceSet(paths, sink, options);
  const { collected, summary, files, dirty } = set;
  const notes = ['there is nothing but the trace: kernel, HZ, sysctls, features, sched domains and counters are not known'];
  if (options.cpus === undefined) {
    if (collected.highestCpu < 0) throw new InputError(paths[0]!, '', 'a trace with events on CPUs', 'none');
    notes.push(`the number of CPUs is that of the highest CPU that was seen, ${collected.highestCpu}, and one`);
  }
  if (summary.rawClockEvents > 0 && options.tickRate === undefined) {
    notes.push('time stamps are ticks of a clock whose rate the trace does not tell: they are taken for ns');
  }
  const { tasks, masks } = collected.registry.finish();
  return {
    manifest: {
      schema: 2,
      source: 'kernel',
      release: 'unknown',
      hz: 0,
      preemption: 'unknown',
      topology: options.topology ?? 'unknown',
      cpus: options.cpus ?? collected.highestCpu + 1,
      sysctl: {},
      features: [],
      policy: { name: 'unknown', params: {}, hash: '' },
      workload: files[0]!.name.replace(ENDINGS, '') || files[0]!.name,
      seed: null,
      ...traceFacts(set),
      inputs: Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])),
      notes: [...notes, ...traceNotes(summary, collected, dirty, '')],
    },
    tasks,
    masks,
    domains: [],
    counters: {},
  };
}

/** The same in memory. */
export function readLoneTracesInMemory(paths: readonly string[], options: LoneOptions = {}): Promise<BundleContents> {
  return inMemory((sink) => readLoneTraces(paths, sink, options));
}

type TraceFacts =
  | 'clockResolutionNs' | 'durationNs' | 'lostEvents' | 'firstTimestampNs' | 'startNs' | 'endNs' | 'throughout' | 'formats' | 'dirty';

/** What a manifest says that comes from the traces alone. */
export function traceFacts({ collected, summary, files, dirty }: TraceSet): Pick<Manifest, TraceFacts> {
  const mark = (text: string): number | undefined => collected.marks.find(([, what]) => what === text)?.[0];
  const startNs = mark('cfslab_start');
  const endNs = mark('cfslab_end');
  return {
    clockResolutionNs: collected.resolutionNs,
    durationNs: collected.durationNs,
    lostEvents: summary.lostInTrace,
    firstTimestampNs: collected.firstTimestampNs,
    ...(startNs === undefined ? {} : { startNs }),
    ...(endNs === undefined ? {} : { endNs }),
    ...(collected.throughout.length === 0 ? {} : { throughout: collected.throughout.map(([cpu, pid]) => ({ cpu, pid })) }),
    formats: Object.fromEntries(files.map(({ name, format }) => [name, format])),
    dirty: dirty.finish(),
  };
}
