import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { fitCosts } from '../../../src/calibration/fit/index.js';
import { loadMachine } from '../../../src/experiment/schema/profile.js';
import { EVENT_KINDS, type EventKind } from '../../../src/sim/records/records.js';

const captures = join(fileURLToPath(new URL('../../../', import.meta.url)), '../shared/captures');

type Row = readonly [ts: number, cpu: number, kind: EventKind, pid: number, a: number, b: number];

/** A bundle with nothing but these events. */
function bundle(rows: readonly Row[]): BundleContents {
  const column = (i: 0 | 1 | 3 | 4 | 5): Float64Array => Float64Array.from(rows, (row) => row[i]);
  const columns = {
    ts: column(0), cpu: column(1), pid: column(3), a: column(4), b: column(5),
    kind: Float64Array.from(rows, (row) => EVENT_KINDS.indexOf(row[2])),
    seq: Float64Array.from(rows, (_, i) => i),
  };
  const none = { rows: 0, columns: {} };
  const tables = { decisions: none, balances: none, events: { rows: rows.length, columns } };
  return { manifest: { cpus: 8 }, tables, instrument: {}, tasks: [], masks: [], domains: [], counters: {} } as unknown as BundleContents;
}

describe('fitCosts', () => {
  const base = loadMachine('flat4');

  it('finds nothing in a recording without events', () => {
    expect(fitCosts([bundle([])], base)).toEqual([]);
  });

  it('finds what wake-ups on an idle CPU take, and the shortest burst, in a recording of the standard events', () => {
    const rows: Row[] = [];
    for (let i = 0; i < 50; i++) {
      const t = i * 100_000;
      rows.push([t, 1, 'waking', 7, 1, 1], [t + 900, 1, 'wakeup', 7, 1, -1]);
      rows.push([t + 3300, 1, 'switch', 7, 0, 0], [t + 9300 + i, 1, 'switch', 0, 7, 1]);
    }
    const fits = fitCosts([bundle(rows)], base);
    const of = (name: string) => fits.find(({ parameter }) => parameter === `costs.${name}`);
    expect(of('idle_exit_delay')).toMatchObject({ value: 2400, lo: 2400, hi: 2400, previous: base.costs.idle_exit_delay });
    expect(of('context_switch')).toMatchObject({ value: 6000, n: 50 });
    expect(of('trace_event')).toBeUndefined();
    expect(of('lb_base')).toBeUndefined();
  });

  it('tells the way back to user mode from wake-ups that preempt, whatever CPU they are about', () => {
    const rows: Row[] = [];
    const preempts: number[][] = [];
    for (let i = 0; i < 50; i++) {
      const t = i * 100_000;
      rows.push([t, 0, 'switch', 5, 0, 0], [t + 50_000, 0, 'waking', 7, 0, 0], [t + 53_000, 0, 'wakeup', 7, 0, -1]);
      // Another CPU asks whether to preempt what runs on CPU 0: that is no record of CPU 0.
      preempts.push([t + 52_000, 0, 0, 7, 1], [t + 52_999, 0, 1, 8, 0]);
      rows.push([t + 55_000, 0, 'switch', 7, 5, 0], [t + 60_000, 0, 'switch', 0, 7, 1]);
    }
    const contents = bundle(rows);
    const column = (i: number): Float64Array => Float64Array.from(preempts, (row) => row[i]!);
    const columns = { ts: column(0), cpu: column(1), on: column(2), pid: column(3), result: column(4), seq: column(0) };
    const fits = fitCosts([{ ...contents, instrument: { preempts: { rows: preempts.length, columns } } }], base);
    const of = (name: string) => fits.find(({ parameter }) => parameter === `costs.${name}`)?.value;
    expect(of('trace_event')).toBe(1000);
    expect(of('user_return')).toBe(2000 - 1000 - base.costs.schedule);
  });

  it('tells the two parts of forks from rows of them by one task, the second one from children on idle CPUs', () => {
    const rows: Row[] = [[0, 0, 'switch', 5, 0, 0], [0, 1, 'switch', 0, 9, 1]];
    const chosen: number[][] = [];
    for (let i = 0; i < 50; i++) {
      const t = 10_000 + i * 100_000;
      // Two forks in a row; before the first one the parent has done something else.
      rows.push([t, 0, 'waking', 99, 0, 1]);
      for (const [at, child, cpu] of [[t + 2000, 10 + 2 * i, 1], [t + 22_000, 11 + 2 * i, 0]] as const) {
        // The second child's CPU is busy: that takes longer.
        rows.push([at, 0, 'fork', 5, child, -1], [at + (cpu === 1 ? 5000 : 6000), 0, 'wakeup_new', child, cpu, -1]);
        chosen.push([at + 3000, 0, child, cpu]);
      }
    }
    const column = (i: number): Float64Array => Float64Array.from(chosen, (row) => row[i]!);
    const columns = { ts: column(0), cpu: column(1), pid: column(2), chosen: column(3), seq: column(0) };
    const contents = { ...bundle(rows), instrument: { wakeups: { rows: chosen.length, columns } } } as unknown as BundleContents;
    const fits = fitCosts([contents], base);
    const of = (name: string): number => fits.find(({ parameter }) => parameter === `costs.${name}`)!.value;
    expect(of('fork')).toBe(15_000 - 2 * of('trace_event'));
    expect(of('fork_wake')).toBe(5000 - 2 * of('trace_event'));
    expect(fits.find(({ parameter }) => parameter === 'costs.fork_wake')!.n).toBe(50);
  });

  it('tells the start of a stopped tick from wake-ups of CPUs that have idled for long', () => {
    const rows: Row[] = [[0, 4, 'switch', 9, 0, 0], [0, 5, 'switch', 0, 8, 1]];
    const chosen: number[][] = [];
    for (let i = 1; i <= 40; i++) {
      const t = i * 20_000_000;
      // Task 9 on CPU 4 wakes 8 on CPU 5, first after 19.9 ms of idleness, then again soon: its tick has not stopped yet.
      for (const [at, exit] of [[t, 2900], [t + 95_000, 2000], [t + 195_000, 2000]] as const) {
        rows.push([at, 4, 'waking', 8, 5, 0], [at + 900, 5, 'wakeup', 8, 5, -1], [at + 900 + exit, 5, 'switch', 8, 0, 0]);
        rows.push([at + 90_000, 5, 'switch', 0, 8, 1]);
        chosen.push([at + 400, 4, 8, 5]);
      }
    }
    const column = (i: number): Float64Array => Float64Array.from(chosen, (row) => row[i]!);
    const wakeups = { ts: column(0), cpu: column(1), pid: column(2), chosen: column(3), seq: column(0) };
    const places = { ...wakeups, ts: column(0).map((ts) => ts + 400), cpu: column(3) };
    const instrument = { wakeups: { rows: chosen.length, columns: wakeups }, places: { rows: chosen.length, columns: places } };
    const contents = { ...bundle(rows), manifest: { cpus: 8, hz: 250 }, instrument } as unknown as BundleContents;
    const fits = fitCosts([contents], { ...base, costs: { ...base.costs, schedule: 0 } });
    const of = (name: string): number => fits.find(({ parameter }) => parameter === `costs.${name}`)!.value;
    expect(of('idle_exit_delay')).toBe(2000 - of('trace_event'));
    expect(of('tick_restart')).toBe(900);
  });

  const capture = join(captures, 'zstd');
  if (existsSync(capture)) it('fits an instrumented recording: every value within its interval, the same each time', async () => {
    const contents = await readCapture(capture);
    const machine = loadMachine('pvt8');
    const fits = fitCosts([contents], machine);
    expect(fits.map(({ parameter }) => parameter)).toContain('costs.trace_event');
    for (const { value, lo, hi, n, parameter } of fits) {
      expect(Number.isInteger(value)).toBe(true);
      expect(n, parameter).toBeGreaterThanOrEqual(20);
      if (lo === null || hi === null) continue;
      expect(value, parameter).toBeGreaterThanOrEqual(lo);
      expect(value, parameter).toBeLessThanOrEqual(hi);
    }
    expect(fitCosts([contents], machine)).toEqual(fits);
  });
});
