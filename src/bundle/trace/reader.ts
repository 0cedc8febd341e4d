import { Body } from './body.js';
import { LineSplitter } from './lines.js';
import { LinePrefix, lexFtracePrefix, type PrefixLexer } from './prefix.js';
import { readSource, type SourceSummary } from './source.js';
import { TRACEPOINTS, type TraceEvents, type Tracepoint, type TracepointName } from './tracepoints.js';

/** Is given an event that is well formed; returns '' or the name of a field that makes no sense, which drops the line. */
type Handler<E> = (prefix: LinePrefix, event: E, line: string) => string;

/** What to do with the events. Tracepoints without a handler are counted, but not parsed. */
export type TraceHandlers = {
  readonly [K in TracepointName]?: Handler<TraceEvents[K]>;
} & {
  /** Called for every line that has an event's prefix, before the event's own handler. */
  readonly anyEvent?: (prefix: LinePrefix, line: string) => void;
};

/** Lines that were dropped, for one reason. */
export interface Dropped {
  count: number;
  /** Number of the first of them, from 1. */
  readonly firstLine: number;
  /** What was wrong with it. */
  readonly problem: string;
}

export interface TraceSummary extends SourceSummary {
  readonly lines: number;
  /** Lines with an event's prefix. */
  readonly events: number;
  /** Events by name, without those dropped. */
  readonly counts: ReadonlyMap<string, number>;
  /** Events that nothing here understands, by name. */
  readonly unknown: ReadonlyMap<string, number>;
  /** Malformed events by name; '' for lines without an event's prefix. */
  readonly dropped: ReadonlyMap<string, Dropped>;
  readonly overlongLines: number;
  /** The last line has no end and was not used. */
  readonly cutLine: boolean;
  /** Events that the ring buffer lost, as the trace itself says (`[LOST n EVENTS]`). */
  readonly lostInTrace: number;
  /** Events that the trace's header says it holds, or −1. */
  readonly announced: number;
  /** Values beyond 2^53 that were rounded. */
  readonly rounded: number;
}

/** What is kept for a tracepoint while a trace is read. */
interface Slot {
  readonly name: string;
  count: number;
  readonly parse: (body: Body, event: unknown) => void;
  readonly event: unknown;
  readonly handler: Handler<unknown> | undefined;
}

/**
 * Reads a trace, plain or gzip, line by line, in bounded memory.
 *
 * Dirty data: a line that is no event, or whose event lacks a field or has one that is no number, is dropped and counted;
 * so is a line over 1 MiB and a last line without its end. Bytes that are not UTF-8 pass. Nothing of this throws.
 *
 * @param lexer reads what stands before the events
 * @throws InputError where the file cannot be read or unpacked
 */
export async function readTrace(
  path: string, handlers: TraceHandlers, lexer: PrefixLexer = lexFtracePrefix,
): Promise<TraceSummary> {
  const parser = new TraceParser(handlers, lexer);
  const splitter = new LineSplitter((line, number) => parser.line(line, number));
  const source = await readSource(path, (chunk) => splitter.push(chunk));
  const { lines, overlong } = splitter;
  return { ...source, ...parser.summary(), lines, overlongLines: overlong, cutLine: splitter.endsWithinLine() };
}

/** The part of `readTrace` that is not about files. */
export class TraceParser {
  private readonly prefix = new LinePrefix();
  private readonly body = new Body();
  private readonly slots = new Map<string, Slot>();
  private readonly unknown = new Map<string, number>();
  private readonly dropped = new Map<string, Dropped>();
  private events = 0;
  private lostInTrace = 0;
  private announced = -1;

  constructor(
    private readonly handlers: TraceHandlers,
    private readonly lexer: PrefixLexer,
  ) {
    for (const name of Object.keys(TRACEPOINTS) as TracepointName[]) {
      const tracepoint = TRACEPOINTS[name] as Tracepoint<unknown>;
      const handler = handlers[name] as Handler<unknown> | undefined;
      this.slots.set(name, { name, count: 0, parse: tracepoint.parse, event: tracepoint.create(), handler });
    }
  }

  line(line: string, number: number): void {
    if (line.length === 0 || line.charCodeAt(0) === 0x23) {
      if (line.length > 0) this.comment(line);
      return;
    }
    const { prefix, body } = this;
    if (!this.lexer(line, prefix)) {
      this.notAnEvent(line, number);
      return;
    }
    this.events += 1;
    const name = line.slice(prefix.eventStart, prefix.eventEnd);
    this.handlers.anyEvent?.(prefix, line);
    const slot = this.slots.get(name);
    if (slot === undefined) {
      this.unknown.set(name, (this.unknown.get(name) ?? 0) + 1);
      return;
    }
    if (slot.handler !== undefined) {
      body.reset(line, prefix.bodyStart);
      slot.parse(body, slot.event);
      const problem = body.problem !== '' ? body.problem : slot.handler(prefix, slot.event, line);
      if (problem !== '') {
        this.drop(name, number, problem);
        return;
      }
    }
    slot.count += 1;
  }

  summary(): Omit<TraceSummary, keyof SourceSummary | 'lines' | 'overlongLines' | 'cutLine'> {
    const counts = new Map<string, number>();
    for (const slot of this.slots.values()) if (slot.count > 0) counts.set(slot.name, slot.count);
    const { events, unknown, dropped, lostInTrace, announced } = this;
    return { events, counts, unknown, dropped, lostInTrace, announced, rounded: this.body.rounded };
  }

  private comment(line: string): void {
    const match = /entries-in-buffer\/entries-written: (\d{1,15})\/\d+/.exec(line);
    if (match !== null) this.announced = Number(match[1]);
  }

  private notAnEvent(line: string, number: number): void {
    const lost = /^CPU:\d+ \[LOST (\d{1,15}) EVENTS\]/.exec(line);
    if (lost !== null) this.lostInTrace += Number(lost[1]);
    else if (!/^(##### CPU \d+ buffer started ####|\s*)$/.test(line)) this.drop('', number, line.slice(0, 80));
  }

  private drop(name: string, firstLine: number, problem: string): void {
    const known = this.dropped.get(name);
    if (known === undefined) this.dropped.set(name, { count: 1, firstLine, problem });
    else known.count += 1;
  }
}
