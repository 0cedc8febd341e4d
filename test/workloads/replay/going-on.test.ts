import { describe, expect, it } from 'vitest';
import { checkWorkload } from '../../../src/workloads/check.js';
import type { Events } from '../../../src/workloads/replay/read/events.js';
import { eventSpan, recordSpan } from '../../../src/workloads/replay/read/span.js';
import type { TableData } from '../../../src/sim/records/records.js';
import { extractWorkload } from '../../../src/workloads/replay/extract.js';
import type { Extraction } from '../../../src/workloads/replay/options.js';
import { machine, MS, NO_COSTS, run } from '../../support/scenarios.js';
import { programOf } from './support/programs.js';
import { IDLE, IRQ, R, Recording, S, X } from './support/recording.js';

const goOn = (recording: Recording, goesOn = true): Extraction => {
  const extraction = extractWorkload(recording.contents(), { goesOn });
  checkWorkload(extraction.workload, recording.cpus);
  return extraction;
};

/** A task of CPU 0 that wakes up every ms for `ms` times, from 1 ms on, and runs for 200 µs; and one of CPU 1 that always runs. */
function window(ms: number): Recording {
  const recording = new Recording(8).task(1, { comm: 'periodic' }).task(2, { comm: 'hog' });
  recording.to(0, 1, IDLE, R, 2);
  for (let i = 1; i <= ms; i++) recording.wake(i * MS, 0, 1, IRQ).to(i * MS, 0, IDLE, R, 1).to(i * MS + 0.2 * MS, 0, 1, S, IDLE);
  return recording.to(ms * MS + 0.5 * MS, 1, 2, R, 2);
}

describe('a recording that stops in the midst of the work', () => {
  it('ends with its time, and its tasks go on with the last quarter of what they did, from a sleep on', () => {
    const { workload, durationNs, notes, stats } = goOn(window(8));
    expect(durationNs).toBe(8.5 * MS);
    expect([workload.ends, workload.unit, workload.countsRuns, stats.goingOn]).toEqual(['duration', 'ms of recorded work', true, 2]);
    expect(notes.join(' ')).toContain('2 tasks go on with what they did last');
    expect(notes.join(' ')).not.toContain('every task has done what was recorded');
    const periodic = programOf(workload, 1);
    // The first sleep, eight bursts with seven sleeps between them, what was seen of the last sleep, the way back, and the end.
    expect(periodic.slice(0, 4)).toEqual(['SLEEP 1000000', 'RUN 200000', 'SLEEP 800000', 'RUN 200000']);
    expect(periodic.slice(-3, -2)).toEqual([`SLEEP ${0.3 * MS}`]);
    const entry = workload.templates.find(({ pid }) => pid === 1)!.entry;
    const jump = Number(periodic.at(-2)!.split(' ')[1]) - entry;
    expect(periodic[jump - 1]).toBe('SLEEP 800000');
    expect(jump).toBeGreaterThanOrEqual(Math.floor(0.75 * (periodic.length - 2)));
    expect(programOf(workload, 2)).toEqual([`RUN ${8.5 * MS}`, `JUMP ${workload.templates.find(({ pid }) => pid === 2)!.entry}`, 'EXIT']);
  });

  it('gives the same work again where nothing else is there, for as long as the run may last', () => {
    const { workload, durationNs } = goOn(window(20));
    const profile = machine('pvt8c', { costs: NO_COSTS });
    const result = run({ profile, workload, durationNs });
    expect(result.simulatedNs).toBe(durationNs);
    expect(result.metrics.completion_ns).toBeNull();
    // A fifth of one CPU, and all of another.
    expect(result.metrics.throughput! * (durationNs / 1e9)).toBeCloseTo(20 * 0.2 + 20.5, 6);
    const longer = run({ profile, workload, durationNs: 4 * durationNs });
    expect(longer.metrics.throughput! / result.metrics.throughput!).toBeGreaterThan(0.99);
  });

  it('was busy when it began: who goes on is hot where it was, and has averages like its share of the time', () => {
    const { workload } = goOn(window(8));
    const busy = workload.initial.map(({ template, busy }) => [workload.templates[template]!.comm, busy]);
    const share = (ms: number): number => Math.round((1024 * ms) / 8.5);
    expect(Object.fromEntries(busy)).toEqual({
      periodic: { running: share(1.6), runnable: share(1.6) },
      hog: { running: 1024, runnable: 1024 },
    });
  });

  it('goes from the first to the last record or mark, whenever its tasks have events', () => {
    const contents = window(8).contents({ startNs: -6 * MS, endNs: 10 * MS });
    const { workload, durationNs } = extractWorkload(contents, { goesOn: true });
    expect(durationNs).toBe(16 * MS);
    expect(programOf(workload, 1)[0]).toBe(`SLEEP ${7 * MS}`);
    expect(programOf(workload, 2)[0]).toBe(`RUN ${10 * MS}`);
    expect(extractWorkload(contents, {}).durationNs).toBe(8.5 * MS);
    const balances = { rows: 2, columns: { ts: [-5 * MS, 9 * MS] } } as unknown as TableData;
    const { tables } = contents;
    const events = { ...tables.events.columns, rows: tables.events.rows } as unknown as Events;
    const unmarked = { ...contents, manifest: window(8).contents().manifest, tables: { ...tables, balances } };
    expect(recordSpan(unmarked, events)).toEqual({ from: -5 * MS, to: 9 * MS });
    const late = { ...unmarked, tables: { ...tables, balances: { rows: 2, columns: { ts: [-3 * MS, 9 * MS] } } as unknown as TableData } };
    expect(recordSpan(late, events)).toEqual({ from: 0, to: 9 * MS });
    expect(eventSpan(events)).toEqual({ from: 0, to: 8.5 * MS });
  });

  it('has who waited for a CPU and is first seen as it is pulled away where it was', () => {
    const recording = window(8).task(3).event(8.5 * MS, 2, 'migrate', 3, 1, 2).to(8.5 * MS, 2, IDLE, R, 3).to(8.6 * MS, 2, 3, R, IDLE);
    const { workload } = goOn(recording);
    const at = workload.templates.findIndex(({ pid }) => pid === 3);
    expect(workload.initial.find(({ template }) => template === at)!.cpu).toBe(1);
  });

  it('is taken for all the work there is where that is asked for', () => {
    const { workload, notes } = goOn(window(8), false);
    expect([workload.ends, workload.unit, workload.countsRuns]).toEqual(['exit', '', undefined]);
    expect(workload.initial.some(({ busy }) => busy !== undefined)).toBe(false);
    expect(programOf(workload, 2)).toEqual([`RUN ${8.5 * MS}`, 'EXIT']);
    expect(notes.join(' ')).toContain('2 tasks had not exited');
  });

  it('has whoever ran throughout without a switch, where the trace tells whose its lines are', () => {
    const recording = window(8).task(3, { comm: 'alone' });
    const { workload } = extractWorkload(recording.contents({ throughout: [{ cpu: 4, pid: 3 }] }), { goesOn: true });
    const row = workload.templates.findIndex(({ pid }) => pid === 3);
    expect(workload.initial.find(({ template }) => template === row)).toMatchObject({ cpu: 4, busy: { running: 1024 } });
    expect(programOf(workload, 3)).toEqual([`RUN ${8.5 * MS}`, `JUMP ${workload.templates[row]!.entry}`, 'EXIT']);
    expect(extractWorkload(recording.contents(), { goesOn: true }).workload.templates.some(({ pid }) => pid === 3)).toBe(false);
  });

  it('is none where what ran last has ended, whoever stays', () => {
    const { workload, stats } = goOn(
      new Recording(2).task(1)
        .to(0, 0, IDLE, R, 1)
        .fork(1 * MS, 0, 1, 2)
        .to(2 * MS, 0, 1, S, 2)
        .event(9 * MS, 0, 'exit', 2)
        .wake(9 * MS + 10, 0, 1)
        .to(9 * MS + 20, 0, 2, X, 1)
        .to(9 * MS + 30, 0, 1, S, IDLE),
    );
    expect([workload.ends, stats.goingOn, stats.unfinishedTasks]).toEqual(['exit', 0, 1]);
  });
});
