import fc from 'fast-check';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/bundle/trace/detect.js';
import { FORMATS, TRACE_FORMATS, type TraceFormat } from '../../../src/bundle/trace/formats.js';
import { LineSplitter } from '../../../src/bundle/trace/lines.js';
import { TraceParser, readTrace, type TraceHandlers, type TraceSummary } from '../../../src/bundle/trace/reader.js';
import { TRACEPOINTS } from '../../../src/bundle/trace/tracepoints.js';
import { InputError } from '../../../src/input/error.js';
import { FORMATS_DIR } from './collect.js';
import { WINDOW_1_MIB, zstdFrame } from './zstd-frame.js';

const FILES: readonly [TraceFormat, string][] = [
  ['ftrace', 'hackbench-6.1.trace.txt'], ['trace-cmd', 'hackbench-6.1.trace-cmd-report.txt'],
  ['trace-cmd', 'hackbench-6.1.trace-cmd-report-R.txt'], ['perf-script', 'zstd-6.18.perf-script.txt'],
];
const TEXTS = FILES.map(([format, file]) => [format, readFileSync(join(FORMATS_DIR, file), 'latin1'), file] as const);

/** In ftrace's own form with microseconds, flags and thread groups, as a user's machine prints it. */
const MICROSECONDS = TEXTS[0]![1].replaceAll(/ (\d+)(\d{6})\d{3}: /g, ' $1.$2: ')
  .replaceAll(/^(.{16}-\d+) +\[/gm, '$1    (-----) [');
const CASES = [...TEXTS, ['ftrace', MICROSECONDS, 'microseconds'] as const];

let dir = '';
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'cfslab-fuzz-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Handlers that look at all that they are given. Thousands of events are: `expect` is called for none of them. */
const CHECKING = Object.fromEntries(
  Object.keys(TRACEPOINTS).map((name) => [name, (prefix: object, event: object) => {
    checkValues(prefix);
    checkValues(event);
    return '';
  }]),
) as TraceHandlers;

function checkValues(holder: object): void {
  for (const [key, value] of Object.entries(holder) as [string, unknown][]) {
    const good = value instanceof Float64Array ? value.every(Number.isInteger)
      : typeof value === 'number' ? Number.isInteger(value) : typeof value !== 'string' || value.length < 16 * 1024;
    if (!good) throw new Error(`${key} is ${String(value).slice(0, 80)}`);
  }
}

type Parsed = Pick<TraceSummary, 'events' | 'counts' | 'withheld' | 'unknown' | 'dropped'>;

function parse(text: string | Buffer, format: TraceFormat): Parsed {
  const parser = new TraceParser(CHECKING, FORMATS[format]);
  const splitter = new LineSplitter((line, number) => parser.line(line, number));
  splitter.push(Buffer.isBuffer(text) ? text : Buffer.from(text, 'latin1'));
  return accounted(parser.summary());
}

/** Every event is counted once: handed on, withheld, not understood, or dropped. */
function accounted<T extends Parsed>(summary: T): T {
  const sum = (map: ReadonlyMap<string, number>): number => [...map.values()].reduce((total, count) => total + count, 0);
  const dropped = [...summary.dropped].filter(([name]) => name !== '').reduce((total, [, { count }]) => total + count, 0);
  expect(sum(summary.counts) + sum(summary.withheld) + sum(summary.unknown) + dropped).toBe(summary.events);
  return summary;
}

/** Detects and reads a file; null where it was refused. Whatever the damage, nothing else is thrown. */
async function survives(bytes: Uint8Array): Promise<TraceSummary | null> {
  const path = join(dir, 'trace');
  writeFileSync(path, bytes);
  try {
    return accounted(await readTrace(path, CHECKING, await detectFormat(path)));
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

describe.each(CASES)('%s', (format, text, file) => {
  const lines = text.split('\n').slice(0, -1);

  it(`reads ${file} whole`, () => {
    const { events, dropped, unknown } = parse(text, format);
    expect(events).toBeGreaterThan(150);
    expect([dropped.size, unknown.size]).toEqual([0, 0]);
  });

  it('cut at any byte loses no more than what is behind the cut', () => {
    fc.assert(
      fc.property(fc.nat({ max: text.length }), (length) => {
        const cut = text.slice(0, length);
        const whole = cut.split('\n').slice(0, -1).filter((line) => /^ /.test(line)).length;
        const { events, dropped } = parse(cut, format);
        expect([events, dropped.size]).toEqual([whole, 0]);
      }),
      { numRuns: 200 },
    );
  });

  it('cut at any byte is of the same format still', async () => {
    const path = join(dir, 'cut');
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: Math.min(3000, text.length) }), async (length) => {
        writeFileSync(path, text.slice(0, length), 'latin1');
        const events = text.slice(0, length).split('\n').slice(0, -1).filter((line) => /^ /.test(line)).length;
        try {
          expect(await detectFormat(path)).toBe(format);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(events).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('packed and cut at any byte hands on what could be unpacked', async () => {
    const bytes = Buffer.from(text, 'latin1');
    const packings = [gzipSync(bytes), zstdFrame(bytes, { window: WINDOW_1_MIB, checksum: true, blockBytes: 2000 })];
    const whole = parse(text, format).events;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...packings), fc.integer({ min: 3000, max: 30_000 }), async (packed, length) => {
        const summary = await survives(packed.subarray(0, length));
        expect(summary).not.toBeNull();
        expect(summary!.truncated).toBe(length < packed.length);
        expect(summary!.dropped.size).toBe(0);
        if (length >= packed.length) expect(summary!.events).toBe(whole);
        else expect(summary!.events).toBeGreaterThan(1);
      }),
      { numRuns: 40 },
    );
  });

  it('with lines swapped has the same events', () => {
    const { events, counts, dropped } = parse(text, format);
    const swap = fc.array(fc.tuple(fc.nat({ max: lines.length - 1 }), fc.nat({ max: lines.length - 1 })), { maxLength: 30 });
    fc.assert(
      fc.property(swap, (swaps) => {
        const swapped = [...lines];
        for (const [a, b] of swaps) [swapped[a], swapped[b]] = [swapped[b]!, swapped[a]!];
        const summary = parse(`${swapped.join('\n')}\n`, format);
        expect([summary.events, summary.counts, summary.dropped]).toEqual([events, counts, dropped]);
      }),
      { numRuns: 30 },
    );
  });

  it('with absurd numbers drops lines, or hands on numbers', () => {
    const number = fc.constantFrom('', '-', '-1', '-0', '99999999999999999999', '18446744073709551615',
      '9007199254740993', '1e9',
      '0x7', 'NaN', 'Infinity', '٣', '00000000000000000000007', '9'.repeat(400), '4294967296', '2147483648', '1.5', '+1');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(), number), { minLength: 1, maxLength: 60 }), (changes) => {
        const changed = [...lines];
        for (const [which, field, value] of changes) {
          const at = which % changed.length;
          const numbers = [...changed[at]!.matchAll(/-?\d+/g)];
          const target = numbers[field % Math.max(numbers.length, 1)];
          if (target === undefined) continue;
          changed[at] = changed[at]!.slice(0, target.index) + value + changed[at]!.slice(target.index + target[0].length);
        }
        const { events, dropped } = parse(`${changed.join('\n')}\n`, format);
        expect(events + (dropped.get('')?.count ?? 0)).toBeLessThanOrEqual(lines.length);
        expect(events).toBeGreaterThan(lines.length - 80);
      }),
      { numRuns: 150 },
    );
  });

  it('with any bytes changed, inserted or removed throws nothing', () => {
    const edit = fc.tuple(fc.nat({ max: text.length - 1 }), fc.constantFrom('flip', 'insert', 'remove'),
      fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 80 }), (edits) => {
        let bytes = text;
        for (const [at, how, byte] of edits) {
          const middle = how === 'remove' ? '' : String.fromCharCode(byte);
          bytes = bytes.slice(0, at) + middle + bytes.slice(how === 'insert' ? at : at + 1);
        }
        for (const other of TRACE_FORMATS) parse(bytes, other);
      }),
      { numRuns: 100 },
    );
  });
});

describe('no format', () => {
  it('is found in garbage, and none breaks on it', async () => {
    const garbage = fc.oneof(fc.uint8Array({ maxLength: 5000 }),
      fc.array(fc.constantFrom('[000] ', ' ', '-1', '\n', ': ', '1.000000:', 'sched:', 'sched_switch:', ' ==> ', '[120]',
        'a:1', '=', '(', ')',
        'prev_comm=', 'next_pid=', 'CPU:', '\0', '\r\n', '#', 'k=0'),
          { maxLength: 200 }).map((parts) => Buffer.from(parts.join(''))));
    await fc.assert(
      fc.asyncProperty(garbage, async (bytes) => {
        await survives(bytes);
        for (const format of TRACE_FORMATS) parse(Buffer.from(bytes), format);
      }),
      { numRuns: 300 },
    );
  });

  it('is taken for another: of a mixture, the lines of the others are dropped or counted as not understood', () => {
    const mixed = TEXTS.filter(([, , file]) => !file.includes('-R')).map(([, text]) => text).join('');
    for (const format of TRACE_FORMATS) {
      const own = TEXTS.find(([candidate]) => candidate === format)!;
      const alone = parse(own[1], format);
      const { counts, dropped } = parse(mixed, format);
      for (const [name, count] of alone.counts) expect(counts.get(name)!).toBeGreaterThanOrEqual(count);
      expect(dropped.size).toBeGreaterThan(0);
    }
  });

  it('keeps more than a thousand names that it does not understand', () => {
    const text = Array.from({ length: 3000 }, (_, i) => `  bash-1  [000] 1.000000: event_${i}: x\n`).join('');
    const { unknown, events } = parse(text, 'ftrace');
    expect([events, unknown.size, unknown.get('others')]).toEqual([3000, 1001, 2000]);
  });
});

describe('long lines', () => {
  const PREFIXES: Readonly<Record<TraceFormat, string>> = {
    ftrace: '  bash-1  [000] d.... 1.000000: ', 'trace-cmd': '  bash-1  [000] 1.000000: ',
      'perf-script': '  bash 1 [000] 1.000000: sched:',
  };
  const FILLERS = ['x', ' ', '[', '[000] ', 'a-1 [000] ', ')[000] ', '1', ' ==> ', 'a:1 [120] S ==> ', ' next_comm=',
    ' next_pid=1', '|', ':',
    'R|', ' CPU:', '(', 'a:1 [120] '];

  /** CPU time of this process for a MiB in lines of so many bytes, of every kind. */
  const cost = (format: TraceFormat, bytes: number): number => {
    const { user } = process.cpuUsage();
    for (const filler of FILLERS) {
      const fill = filler.repeat(bytes / filler.length);
      for (const name of ['sched_switch: ', 'sched_wakeup: ', 'cfslab_can_migrate: ', 'print: ', '']) {
        parse(`${PREFIXES[format]}${name}${fill}\n${fill}\n`.repeat(2 ** 19 / bytes), format);
      }
    }
    return process.cpuUsage().user - user;
  };

  it.each(TRACE_FORMATS)('take %s no longer than as many bytes in shorter ones: nothing is searched again and again', (format) => {
    cost(format, 2 ** 10);
    const short = cost(format, 2 ** 10);
    // What is looked at again for every byte would take sixteen and five hundred times as long.
    expect(cost(format, 2 ** 14 - 100)).toBeLessThan(5 * short);
    expect(cost(format, 2 ** 19)).toBeLessThan(5 * short);
  });

  it.each(['x', '\0', '[000] ', 'a-1 [000] '])('of 100 MB made of %j are dropped in bounded memory', async (filler) => {
    const path = join(dir, 'long');
    const piece = Buffer.from(filler.repeat(2 ** 20 / filler.length));
    const file = openSync(path, 'w');
    const event = '  bash-1  [000] d.... 1.000000: sched_process_exit: comm=bash pid=1 prio=120\n';
    writeSync(file, event);
    for (let bytes = 0; bytes < 100e6; bytes += piece.length) writeSync(file, piece);
    writeSync(file, `\n${event}`);
    closeSync(file);
    const before = process.memoryUsage().rss;
    expect(await detectFormat(path)).toBe('ftrace');
    const summary = await readTrace(path, CHECKING);
    expect([summary.counts.get('sched_process_exit'), summary.overlongLines, summary.lines]).toEqual([2, 1, 3]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
    rmSync(path);
  });
});
