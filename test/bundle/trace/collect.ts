import { fileURLToPath } from 'node:url';
import type { TraceFormat } from '../../../src/bundle/trace/formats.js';
import { readTrace, type TraceHandlers, type TraceSummary } from '../../../src/bundle/trace/reader.js';
import type { ColumnSpec } from '../../../src/sim/records/records.js';
import { TRACEPOINTS, type TracepointName } from '../../../src/bundle/trace/tracepoints.js';

/** Extracts of real traces; what they are stands in their README. */
export const FORMATS_DIR = fileURLToPath(new URL('../../fixtures/formats/', import.meta.url));
/** The whole of them, where it lies beside the project. */
export const SHARED_FORMATS = fileURLToPath(new URL('../../../../shared/formats/', import.meta.url));

export interface Collected {
  readonly name: TracepointName;
  readonly cpu: number;
  readonly pid: number;
  readonly comm: string;
  /** [seconds, nanoseconds] */
  readonly time: readonly [number, number];
  readonly event: Readonly<Record<string, unknown>>;
}

/** What an event's text fills of a row, by column; the rest is the line's (when, where, and after what). */
export function fieldsOf(columns: readonly ColumnSpec[], row: ArrayLike<number>): Record<string, number | undefined> {
  const line = ['ts', 'on', 'seq'];
  return Object.fromEntries(columns.map(({ name }, i) => [name, row[i]] as const).filter(([name]) => !line.includes(name)));
}

/** Handlers for all tracepoints that do nothing. */
export const IGNORE = Object.fromEntries(Object.keys(TRACEPOINTS).map((name) => [name, () => ''])) as TraceHandlers;

/** Every event of a trace, as it was handed on. */
export async function collect(path: string, format: TraceFormat): Promise<{ events: Collected[]; summary: TraceSummary }> {
  const events: Collected[] = [];
  const handlers = Object.fromEntries(
    (Object.keys(TRACEPOINTS) as TracepointName[]).map((name) => [
      name,
      (p: Parameters<NonNullable<TraceHandlers['anyEvent']>>[0], event: object, line: string) => {
        const comm = line.slice(p.commStart, p.commEnd);
        events.push({ name, cpu: p.cpu, pid: p.pid, comm, time: [p.seconds, p.nanoseconds],
          event: structuredClone(event) as never });
        return '';
      },
    ]),
  ) as TraceHandlers;
  return { summary: await readTrace(path, handlers, format), events };
}
