import { join } from 'node:path';
import { OutsideError } from '../src/input/error.js';
import { ROOT, built } from './built.js';
import type { Measurement } from './measurement.js';
import { summarize, type Floor } from './statistics.js';

/** 135,426 events of ftrace's text, 23 MB unpacked. */
const TRACE = 'calibration/captures/threadpool-c8-mc5/trace.txt.gz';
const FLOOR: Floor = { kind: 'at least', value: 150_000 };

type Reader = typeof import('../src/bundle/trace/reader.js');
type Collector = typeof import('../src/bundle/collect/trace-collector.js');
type Sink = typeof import('../src/bundle/tables/row-sink.js');
type Tracepoints = typeof import('../src/bundle/trace/tracepoints.js');
type Handlers = Parameters<Reader['readTrace']>[1];

/** How fast a recording is read, on one core: unpacked, parsed, and put into tables. The first run warms the code up. */
export async function ingest(repetitions: number): Promise<Measurement[]> {
  const { readTrace } = await built<Reader>('bundle/trace/reader');
  const { TraceCollector } = await built<Collector>('bundle/trace-collector');
  const { MemorySink } = await built<Sink>('bundle/row-sink');
  const { TRACEPOINTS } = await built<Tracepoints>('bundle/trace/tracepoints');
  const path = join(ROOT, TRACE);
  const nothing = Object.fromEntries(Object.keys(TRACEPOINTS).map((name) => [name, () => ''])) as Handlers;
  const measure = async (name: string, handlers: () => Handlers, floor?: Floor): Promise<Measurement> => {
    const rates: number[] = [];
    for (let i = 0; i <= repetitions; i += 1) {
      const begin = process.hrtime.bigint();
      const { events, dropped } = await readTrace(path, handlers());
      const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
      if (events === 0 || dropped.size > 0) throw new OutsideError(`${path} is not the trace that it was`);
      if (i > 0) rates.push(events / seconds);
    }
    const base = { group: 'ingest', name, unit: 'events/s', summary: summarize(rates) } as const;
    return floor === undefined ? base : { ...base, floor };
  };
  return [
    await measure('ftrace text, gzip: parsed', () => nothing),
    await measure('ftrace text, gzip: into tables', () => new TraceCollector(new MemorySink()).handlers, FLOOR),
  ];
}
