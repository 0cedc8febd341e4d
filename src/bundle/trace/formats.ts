import { LIBRARY_TRACEPOINTS } from './library-tracepoints.js';
import { lexPerfPrefix } from './perf-prefix.js';
import { lexFtracePrefix, type PrefixLexer } from './prefix.js';
import { TRACEPOINTS, type TracepointName, type TracepointTable } from './tracepoints.js';

/** The forms in which a trace may lie there as text. */
export const TRACE_FORMATS = ['ftrace', 'trace-cmd', 'perf-script'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** How the lines of a format are read. */
export interface FormatReader {
  /** What it is, in words. */
  readonly title: string;
  readonly lexer: PrefixLexer;
  readonly tracepoints: TracepointTable;
  /** Names that the tool has for tracepoints of another name. */
  readonly aliases: ReadonlyMap<string, TracepointName>;
  /** Lines that the tool prints between the events and that say nothing. */
  readonly noise: RegExp;
  /** A line that says that events were lost; its first group is how many, where the tool knows. */
  readonly lost: RegExp;
}

const PRINT = new Map<string, TracepointName>([['print', 'tracing_mark_write']]);

/**
 * What no format tells is in the events' own functions. What a format as such cannot tell:
 *
 * - ftrace: everything is there. Microseconds, or ticks of an unknown rate with a clock such as x86-tsc; interrupt context
 *   only with the option `irq-info`.
 * - trace-cmd: no flags (but in newer versions), so `inInterrupt` is false throughout; whether a task that left runnable was
 *   preempted; of cfslab_find_busiest the groups (−1), of cfslab_select_rq, _preempt, _tick and _newidle everything (they
 *   are counted as withheld). `X` and `Z` of its short form are taken as in 3.1, other versions may mean the other.
 * - perf-script: as trace-cmd; and the running task may be −1 while it exits.
 */
export const FORMATS: Readonly<Record<TraceFormat, FormatReader>> = {
  ftrace: {
    title: 'the text of tracefs trace or trace_pipe',
    lexer: lexFtracePrefix,
    tracepoints: TRACEPOINTS,
    aliases: new Map(),
    noise: /^(?:##### CPU \d+ buffer started ####| => .*|\s*)$/,
    lost: /^CPU:\d+ \[LOST (?:(\d{1,15}) )?EVENTS\]$/,
  },
  'trace-cmd': {
    title: 'what trace-cmd report prints, also with -t or -R',
    lexer: lexFtracePrefix,
    tracepoints: LIBRARY_TRACEPOINTS,
    aliases: PRINT,
    noise: /^(?:cpus=\d+|version = \d+|CPU \d+ is empty|trace-cmd: .*|\s*)$/,
    lost: /^CPU:\d+ \[(?:(\d{1,15}) )?EVENTS DROPPED\]$/,
  },
  'perf-script': {
    title: 'what perf script prints, with --ns or without',
    lexer: lexPerfPrefix,
    tracepoints: LIBRARY_TRACEPOINTS,
    aliases: PRINT,
    // Frames of a call chain: an address, a function and where it is from.
    noise: /^(?:\s+[0-9a-f]{4,16} .*\)|\s*)$/,
    lost: /^.{0,300} PERF_RECORD_LOST(?:_SAMPLES)? lost (\d{1,15})$/,
  },
};
