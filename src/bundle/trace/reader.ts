import { Body } from './body.js';
import { FORMATS, type FormatReader, type TraceFormat } from './formats.js';
import { LineSplitter } from './lines.js';
import { LinePrefix, type PrefixLexer } from './prefix.js';
import { readSource, type ChunkGate, type SourceSummary } from './source.js';
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
  /** Events that the tool has printed without what they hold, by name; `anyEvent` was called for them. */
  readonly withheld: ReadonlyMap<string, number>;
  /** Malformed events by name; '' for lines without an event's prefix. */
  readonly dropped: ReadonlyMap<string, Dropped>;
  readonly overlongLines: number;
  /** The last line has no end and was not used. */
  readonly cutLine: boolean;
  /** Events that the ring buffer lost, as the trace itself says (`[LOST n EVENTS]`). */
  readonly lostInTrace: number;
  /** How often the trace says that events were lost without saying how many. */
  readonly lossesUnstated: number;
  /** Events whose time stamps are ticks of a clock of unknown rate: see `LinePrefix.rawClock`. */
  readonly rawClockEvents: number;
  /** Events that the trace's header says it holds, or −1. */
  readonly announced: number;
  /** Events that the ring buffer had overwritten before it was read, as the trace's header says. */
  readonly overwritten: number;
  /** Values beyond 2^53 that were rounded. */
  readonly rounded: number;
}

/** What is kept for a tracepoint while a trace is read. */
interface Slot {
  readonly name: string;
  readonly known: TracepointName;
  count: number;
  withheld: number;
  readonly parse: (body: Body, event: unknown) => void;
  readonly event: unknown;
  readonly handler: Handler<unknown> | undefined;
}

/** The kernel makes a line in 8 KiB: a longer one is no event, and keeping a word of it would keep all of it. */
const MAX_EVENT_CHARS = 16 * 1024;
/** Names of events that are not understood are counted one by one up to so many, then together as `others`. */
const MAX_UNKNOWN = 1000;

/**
 * Reads a trace, plain or packed with gzip or zstd, line by line, in bounded memory.
 *
 * Dirty data: a line that is no event, or whose event lacks a field or has one that is no number, is dropped and counted;
 * so is a line over 1 MiB and a last line without its end. Bytes that are not UTF-8 pass. Nothing of this throws.
 *
 * @param format as `detectFormat` finds it; or a lexer that reads what stands before the events of ftrace's text
 * @throws InputError where the file cannot be read or unpacked
 */
export async function readTrace(
  path: string, handlers: TraceHandlers, format: TraceFormat | PrefixLexer = 'ftrace', gate?: ChunkGate,
): Promise<TraceSummary> {
  const reader = typeof format === 'string' ? FORMATS[format] : { ...FORMATS.ftrace, lexer: format };
  return readTraceWith(path, handlers, reader, gate);
}

/** `readTrace` for a reader that is put together otherwise, such as a format's with `atTickRate` around its lexer. */
export async function readTraceWith(
  path: string, handlers: TraceHandlers, reader: FormatReader, gate?: ChunkGate,
): Promise<TraceSummary> {
  const parser = new TraceParser(handlers, reader);
  const splitter = new LineSplitter((line, number) => parser.line(line, number));
  const source = await readSource(path, (chunk) => splitter.push(chunk), gate);
  const { lines, overlong } = splitter;
  return { ...source, ...parser.summary(), lines, overlongLines: overlong, cutLine: splitter.endsWithinLine() };
}

/** The part of `readTrace` that is not about files. */
export class TraceParser {
  private readonly prefix = new LinePrefix();
  private readonly body = new Body();
  /** By length of their name, as that tells most of them apart. */
  private readonly slots: Slot[][] = [];
  private readonly unknown = new Map<string, number>();
  private readonly dropped = new Map<string, Dropped>();
  private readonly lexer: PrefixLexer;
  private events = 0;
  private lostInTrace = 0;
  private lossesUnstated = 0;
  private rawClockEvents = 0;
  private announced = -1;
  private overwritten = 0;

  constructor(
    private readonly handlers: TraceHandlers,
    private readonly reader: FormatReader,
  ) {
    this.lexer = reader.lexer;
    for (const name of Object.keys(TRACEPOINTS) as TracepointName[]) this.addSlot(name, name);
    for (const [alias, name] of reader.aliases) this.addSlot(alias, name);
  }

  line(line: string, number: number): void {
    if (line.length === 0 || line.charCodeAt(0) === 0x23) {
      if (line.length > 0) this.comment(line);
      return;
    }
    const { prefix, body } = this;
    if (line.length > MAX_EVENT_CHARS || !this.lexer(line, prefix)) {
      this.notAnEvent(line, number);
      return;
    }
    this.events += 1;
    if (prefix.rawClock) this.rawClockEvents += 1;
    this.handlers.anyEvent?.(prefix, line);
    const slot = this.slotAt(line, prefix.eventStart, prefix.eventEnd);
    if (slot === null) {
      this.notUnderstood(line.slice(prefix.eventStart, prefix.eventEnd));
      return;
    }
    if (slot.handler !== undefined) {
      body.reset(line, prefix.bodyStart);
      slot.parse(body, slot.event);
      if (body.withheld && body.problem === '') {
        slot.withheld += 1;
        return;
      }
      const problem = body.problem !== '' ? body.problem : slot.handler(prefix, slot.event, line);
      if (problem !== '') {
        this.drop(slot.known, number, problem);
        return;
      }
    }
    slot.count += 1;
  }

  summary(): Omit<TraceSummary, keyof SourceSummary | 'lines' | 'overlongLines' | 'cutLine'> {
    const counts = new Map<string, number>();
    const withheld = new Map<string, number>();
    for (const name of Object.keys(TRACEPOINTS)) {
      const slots = this.slots.flat().filter(({ known }) => known === name);
      const count = slots.reduce((sum, slot) => sum + slot.count, 0);
      const without = slots.reduce((sum, slot) => sum + slot.withheld, 0);
      if (count > 0) counts.set(name, count);
      if (without > 0) withheld.set(name, without);
    }
    const { events, unknown, dropped, lostInTrace, lossesUnstated, rawClockEvents, announced } = this;
    return {
      events, counts, unknown, withheld, dropped, lostInTrace, lossesUnstated, rawClockEvents, announced,
      overwritten: this.overwritten, rounded: this.body.rounded,
    };
  }

  private addSlot(name: string, known: TracepointName): void {
    const tracepoint = this.reader.tracepoints[known] as Tracepoint<unknown>;
    const handler = this.handlers[known] as Handler<unknown> | undefined;
    const slot = { name, known, count: 0, withheld: 0, parse: tracepoint.parse, event: tracepoint.create(), handler };
    (this.slots[name.length] ??= []).push(slot);
  }

  private slotAt(line: string, start: number, end: number): Slot | null {
    const slots = this.slots[end - start];
    if (slots === undefined) return null;
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i]!;
      if (line.startsWith(slot.name, start)) return slot;
    }
    return null;
  }

  private notUnderstood(name: string): void {
    const known = this.unknown.get(name);
    if (known !== undefined) this.unknown.set(name, known + 1);
    else if (this.unknown.size < MAX_UNKNOWN) this.unknown.set(name, 1);
    else this.unknown.set('others', (this.unknown.get('others') ?? 0) + 1);
  }

  /** All tools pad names of tasks on the left, so that no event begins with `#`. */
  private comment(line: string): void {
    const match = /entries-in-buffer\/entries-written: (\d{1,15})\/(\d{1,15})/.exec(line.slice(0, 200));
    if (match === null) return;
    this.announced = Number(match[1]);
    this.overwritten = Math.max(0, Number(match[2]) - this.announced);
  }

  private notAnEvent(line: string, number: number): void {
    const short = line.length <= MAX_EVENT_CHARS;
    const lost = short ? this.reader.lost.exec(line) : null;
    if (lost !== null) {
      if (lost[1] === undefined) this.lossesUnstated += 1;
      else this.lostInTrace += Number(lost[1]);
    } else if (!short || !this.reader.noise.test(line)) {
      this.drop('', number, line.slice(0, 80));
    }
  }

  private drop(name: string, firstLine: number, problem: string): void {
    const known = this.dropped.get(name);
    if (known === undefined) this.dropped.set(name, { count: 1, firstLine, problem });
    else known.count += 1;
  }
}
