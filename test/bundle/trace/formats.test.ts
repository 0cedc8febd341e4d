import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/bundle/trace/detect.js';
import { FORMATS, TRACE_FORMATS, type TraceFormat } from '../../../src/bundle/trace/formats.js';
import { atTickRate } from '../../../src/bundle/trace/tick-rate.js';
import { readTrace, readTraceWith } from '../../../src/bundle/trace/reader.js';
import { FORMATS_DIR, IGNORE, SHARED_FORMATS, collect, type Collected } from './collect.js';

type Counts = Readonly<Record<string, number>>;

/** Counted with grep -c ' name:', in the extracts. */
const EXTRACTS: ReadonlyArray<readonly [file: string, format: TraceFormat, counts: Counts, withheld: Counts]> = [
  ['hackbench-6.1.trace.txt', 'ftrace', {
    sched_switch: 52, sched_waking: 8, sched_wakeup: 8, sched_wakeup_new: 18, sched_process_fork: 18, sched_process_exec: 2,
    sched_process_exit: 1, tracing_mark_write: 1, cfslab_select_rq: 27, cfslab_place: 27, cfslab_newidle: 26,
  }, {}],
  ['hackbench-6.1.trace-cmd-report.txt', 'trace-cmd', {
    sched_switch: 45, sched_waking: 13, sched_wakeup: 11, sched_wakeup_new: 12, sched_migrate_task: 11,
      sched_process_fork: 12,
    sched_process_exec: 2, sched_process_exit: 1, tracing_mark_write: 2, cfslab_can_migrate: 13, cfslab_load_balance: 6,
    cfslab_find_busiest: 10, cfslab_place: 23,
  }, { cfslab_select_rq: 25, cfslab_tick: 5, cfslab_preempt: 11, cfslab_newidle: 18 }],
  ['hackbench-6.18.perf-script.txt', 'perf-script', {
    sched_switch: 76, sched_waking: 16, sched_wakeup_new: 25, sched_migrate_task: 1, sched_process_fork: 25,
      sched_stat_runtime: 58,
  }, {}],
  ['zstd-6.18.perf-script.txt', 'perf-script', {
    sched_switch: 74, sched_waking: 41, sched_wakeup_new: 4, sched_migrate_task: 3, sched_process_fork: 4,
      sched_stat_runtime: 74,
  }, {}],
];
const REPORT = EXTRACTS[1]!;

/** Counted with zcat | grep -c ' name:', in the whole traces. */
const REPORT_COUNTS: Counts = {
  sched_switch: 11_785, sched_waking: 6906, sched_wakeup: 6906, sched_wakeup_new: 40, sched_migrate_task: 1205,
  sched_process_fork: 40, sched_process_exec: 2, sched_process_exit: 39, tracing_mark_write: 2, cfslab_can_migrate: 341,
  cfslab_load_balance: 293, cfslab_find_busiest: 221, cfslab_place: 6900,
};
const REPORT_WITHHELD: Counts = { cfslab_select_rq: 5751, cfslab_tick: 60, cfslab_preempt: 3480, cfslab_newidle: 3652 };
const WHOLE: typeof EXTRACTS = [
  ['hackbench-6.1.trace-cmd-report.txt.gz', 'trace-cmd', REPORT_COUNTS, REPORT_WITHHELD],
  ['hackbench-6.1.trace-cmd-report-t.txt.gz', 'trace-cmd', REPORT_COUNTS, REPORT_WITHHELD],
  ['hackbench-6.1.trace-cmd-report-R.txt.gz', 'trace-cmd', REPORT_COUNTS, REPORT_WITHHELD],
  ['hackbench-6.18.perf-script.txt.gz', 'perf-script', {
    sched_switch: 20_003, sched_waking: 16_018, sched_wakeup_new: 120, sched_migrate_task: 380, sched_process_fork: 120,
    sched_stat_runtime: 32_256,
  }, {}],
  ['compile-6.18.perf-script.txt.gz', 'perf-script', {
    sched_switch: 592, sched_waking: 276, sched_wakeup_new: 30, sched_migrate_task: 44, sched_process_fork: 30,
    sched_stat_runtime: 962,
  }, {}],
  ['zstd-6.18.perf-script.txt.gz', 'perf-script', {
    sched_switch: 815, sched_waking: 421, sched_wakeup_new: 4, sched_migrate_task: 7, sched_process_fork: 4,
    sched_stat_runtime: 844,
  }, {}],
];
const WHOLE_THERE = existsSync(SHARED_FORMATS) ? WHOLE : [];

async function check(path: string, format: TraceFormat, counts: Counts, withheld: Counts): Promise<void> {
  expect(await detectFormat(path)).toBe(format);
  const summary = await readTrace(path, IGNORE, format);
  expect(Object.fromEntries(summary.counts)).toEqual(counts);
  expect(Object.fromEntries(summary.withheld)).toEqual(withheld);
  expect([summary.dropped.size, summary.unknown.size, summary.lostInTrace, summary.truncated]).toEqual([0, 0, 0, false]);
  const all = [...Object.values(counts), ...Object.values(withheld)].reduce((sum, count) => sum + count, 0);
  expect(summary.events).toBe(all);
}

/** A line's events with -R and without: the same but for what the short form does not tell. */
function expectSame(plain: readonly Collected[], raw: readonly Collected[]): void {
  expect(plain.length).toBe(raw.length);
  for (let i = 0; i < plain.length; i += 1) {
    if (plain[i]!.name === 'cfslab_find_busiest') expect(plain[i]!.event['local']).toEqual(new Float64Array(10).fill(-1));
    expect(plain[i], `event ${i}`).toEqual(raw[i]);
  }
}

describe('real extracts', () => {
  it.each(EXTRACTS)('%s is %s, every line of it', async (file, format, counts, withheld) => {
    await check(join(FORMATS_DIR, file), format, counts, withheld);
  });

  it('trace-cmd report -R says what trace-cmd report says', async () => {
    await check(join(FORMATS_DIR, 'hackbench-6.1.trace-cmd-report-R.txt'), 'trace-cmd', REPORT[2], REPORT[3]);
    const plain = await collect(join(FORMATS_DIR, REPORT[0]), 'trace-cmd');
    const raw = await collect(join(FORMATS_DIR, 'hackbench-6.1.trace-cmd-report-R.txt'), 'trace-cmd');
    expectSame(plain.events, raw.events);
    expect(plain.summary.rawClockEvents).toBe(plain.summary.events);
  });

  it('zstd and plain are the same', async () => {
    const plain = await collect(join(FORMATS_DIR, 'zstd-6.18.perf-script.txt'), 'perf-script');
    const packed = await collect(join(FORMATS_DIR, 'zstd-6.18.perf-script.txt.zst'), 'perf-script');
    expect(await detectFormat(join(FORMATS_DIR, 'zstd-6.18.perf-script.txt.zst'))).toBe('perf-script');
    expect(packed.events).toEqual(plain.events);
    expect(packed.summary).toEqual({ ...plain.summary, packing: 'zstd', sha256: packed.summary.sha256 });
  });

  it('are what they say', async () => {
    const { events: perf } = await collect(join(FORMATS_DIR, 'zstd-6.18.perf-script.txt'), 'perf-script');
    expect(perf[0]).toEqual({
      name: 'sched_stat_runtime', cpu: 0, pid: 17_599, comm: 'perf', time: [8551, 492_286_204],
      event: { comm: 'perf', pid: 17_599, runtimeNs: 48_332, vruntime: 0 },
    });
    const lost = perf.filter(({ pid }) => pid === -1);
    expect(lost.length).toBe(8);
    expect(new Set(lost.map(({ comm }) => comm))).toEqual(new Set([':-1']));
    expect(perf.some(({ comm }) => comm === 'kworker/1:1H-kb')).toBe(true);
    const { events: report } = await collect(join(FORMATS_DIR, REPORT[0]), 'trace-cmd');
    expect(report.slice(2, 4)).toEqual([
      { name: 'sched_wakeup_new', cpu: 1, pid: 1, comm: 'init', time: [1, 795_858_704],
        event: { comm: 'init', pid: 324, prio: 120, targetCpu: 5 } },
      { name: 'sched_switch', cpu: 5, pid: 0, comm: '<idle>', time: [1, 795_859_732],
        event: { prevComm: 'swapper/5', prevPid: 0, prevPrio: 120, prevState: 0, nextComm: 'init', nextPid: 324,
          nextPrio: 120 } },
    ]);
    const marks = report.filter(({ name }) => name === 'tracing_mark_write').map(({ event }) => event['text']);
    expect(marks).toEqual(['cfslab_start', 'cfslab_end']);
  });
});

describe('the real traces, where they are there', () => {
  it('have as many events of each kind as grep finds', async () => {
    for (const [file, format, counts, withheld] of WHOLE_THERE) await check(join(SHARED_FORMATS, file), format, counts,
      withheld);
  });

  it('of trace-cmd say the same with -R', async () => {
    if (WHOLE_THERE.length === 0) return;
    const [plain, raw] = await Promise.all(
      ['', '-R'].map((option) => collect(join(SHARED_FORMATS, `hackbench-6.1.trace-cmd-report${option}.txt.gz`),
        'trace-cmd')),
    );
    expectSame(plain!.events, raw!.events);
  });
});

describe('FORMATS', () => {
  it('all have a title, a lexer and the same tracepoints', () => {
    for (const format of TRACE_FORMATS) {
      expect(FORMATS[format].title).not.toBe('');
      expect(Object.keys(FORMATS[format].tracepoints)).toEqual(Object.keys(FORMATS.ftrace.tracepoints));
    }
  });

  it('may be read at a rate of ticks', async () => {
    const times: number[] = [];
    const reader = { ...FORMATS['trace-cmd'], lexer: atTickRate(FORMATS['trace-cmd'].lexer, 2e9) };
    const summary = await readTraceWith(join(FORMATS_DIR, REPORT[0]),
      { anyEvent: (p) => void times.push(p.nanoseconds) }, reader);
    expect(times[0]).toBe(Math.floor(1_795_852_357 / 2));
    expect(summary.rawClockEvents).toBe(summary.events);
  });
});
