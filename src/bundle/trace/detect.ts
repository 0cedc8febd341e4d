import { InputError } from '../../input/error.js';
import { SPACE } from './characters.js';
import { FORMATS, TRACE_FORMATS, type TraceFormat } from './formats.js';
import { LineSplitter } from './lines.js';
import { lexPerfPrefix } from './perf-prefix.js';
import { LinePrefix, lexFtracePrefix } from './prefix.js';
import { readHead } from './source.js';

/** How much of a trace's text is looked at. */
const HEAD_BYTES = 1024 * 1024;
/** Lines that say which format it is, until no more are looked at. */
const ENOUGH = 1000;
/** Lines of other formats than the rest that pass for damaged ones; they will be dropped and counted. */
const DAMAGED_SHARE = 0.02;
/** A text with so large a part of bytes that no text has is binary. */
const BINARY_SHARE = 0.1;

/** Lines that only one tool prints, and only at the top. */
const HEADERS: ReadonlyArray<readonly [RegExp, TraceFormat]> = [
  [/^# tracer: \S/, 'ftrace'],
  [/^#\s+TASK-PID\s/, 'ftrace'],
  [/^(?:cpus=\d+|version = \d+)$/, 'trace-cmd'],
  [/^# captured on *: /, 'perf-script'],
];

/**
 * The format of a trace, from its first lines; the file may be packed. A line that two tools would print alike says nothing.
 *
 * @throws InputError where the file cannot be read, holds no trace, or holds lines of several formats (or of one that
 *   cannot be told): then it lists those that it may be, one of which the user may name
 */
export async function detectFormat(path: string): Promise<TraceFormat> {
  const head = await readHead(path, HEAD_BYTES);
  const signs = new Signs();
  const splitter = new LineSplitter((line) => signs.look(line));
  splitter.push(head);
  // A last line without its end may be cut where it would mislead; it is only looked at where there is nothing else.
  if (signs.formats().length === 0) splitter.push(Buffer.of(0x0a));
  const { first, possible } = signs;
  const seen = signs.formats();
  if (seen.length === 1) return seen[0]!;
  const choices = seen.length > 1 ? seen : TRACE_FORMATS.filter((format) => possible.has(format));
  if (choices.length === 1) return choices[0]!;
  if (choices.length > 1) {
    const which = choices.join(' or ');
    const found = seen.length > 1 ? `lines of ${choices.join(' and of ')}` : 'lines that all of these print alike';
    throw new InputError(path, '', `a trace of one format (it may be ${which}: name the one)`, found);
  }
  const known = TRACE_FORMATS.map((format) => `${format} (${FORMATS[format].title})`).join(', ');
  throw new InputError(path, first === '' ? '' : 'line 1', `a trace in one of the formats ${known}`, describe(head, first));
}

/** What lines say of the format they are in. */
class Signs {
  /** How many lines were of a format, and of no other. */
  private readonly seen = new Map<TraceFormat, number>();
  /** Formats that a line may have been of. */
  readonly possible = new Set<TraceFormat>();
  first = '';
  private lines = 0;
  private readonly prefix = new LinePrefix();

  /** The formats that lines were of, but for those that only some damaged lines have. */
  formats(): TraceFormat[] {
    const all = [...this.seen.values()].reduce((sum, count) => sum + count, 0);
    return TRACE_FORMATS.filter((format) => (this.seen.get(format) ?? 0) > all * DAMAGED_SHARE);
  }

  look(line: string): void {
    if (this.lines >= ENOUGH) return;
    if (this.first === '') this.first = line.slice(0, 80);
    const header = HEADERS.find(([pattern]) => pattern.test(line.slice(0, 200)));
    if (header !== undefined) this.add(header[1]);
    else this.lookAtEvent(line);
  }

  private add(format: TraceFormat): void {
    this.seen.set(format, (this.seen.get(format) ?? 0) + 1);
  }

  private lookAtEvent(line: string): void {
    const p = this.prefix;
    // What perf prints of a task with the tid −1 has ftrace's form too, with an event `sched`; not the other way round.
    if (lexPerfPrefix(line, p)) {
      this.lines += 1;
      this.add('perf-script');
    } else if (lexFtracePrefix(line, p)) {
      this.lines += 1;
      const format = padding(line, p);
      if (format === null) this.possible.add('ftrace').add('trace-cmd');
      else this.add(format);
    }
  }
}

/** Of the two with a like prefix, trace-cmd pads the name of an event on the right to some twenty bytes; ftrace does not. */
function padding(line: string, p: LinePrefix): TraceFormat | null {
  const name = line.slice(p.eventStart, p.eventEnd);
  if (line.length <= p.eventEnd + 1) return null;
  if (name === 'tracing_mark_write') return 'ftrace';
  const padded = line.charCodeAt(p.eventEnd + 1) === SPACE && line.charCodeAt(p.eventEnd + 2) === SPACE;
  if (padded) return 'trace-cmd';
  return name.length < 20 ? 'ftrace' : null;
}

function describe(head: Buffer, first: string): string {
  if (head.length === 0) return 'an empty file';
  const sample = head.subarray(0, 4096);
  const odd = sample.filter((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d).length;
  if (odd > sample.length * BINARY_SHARE) return 'binary data';
  return first === '' ? 'empty lines' : first;
}
