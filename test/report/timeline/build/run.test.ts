import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../../../src/bundle/capture/capture.js';
import type { BundleContents } from '../../../../src/bundle/tables/contents.js';
import { inspect } from '../../../../src/bundle/inspect.js';
import { walkOf } from '../../../../src/experiment/series.js';
import { timelineRun } from '../../../../src/report/timeline/build/run.js';
import { runData } from '../../../../src/report/timeline/client/run-data.js';
import { MOVE_FORCE } from '../../../../src/report/timeline/format/run.js';
import { PackedRun } from '../../../../src/report/timeline/format/pack.js';
import { CAPTURES } from '../../../bundle/capture-fixture.js';
import { bundleOf, busyBundle } from '../busy-bundle.js';

const WHOLE = { label: 'run', window: {}, parting: null };

describe('timelineRun of a recording of the kernel', () => {
  let kernel: BundleContents;
  beforeAll(async () => {
    kernel = await readCapture(join(CAPTURES, 'threadpool-c8-mc5'));
  });

  it('has every decision, balance and migration, and the stock answers are the recorded ones', () => {
    const run = timelineRun(kernel, WHOLE);
    const found = inspect(kernel);
    expect(run.counts).toMatchObject({ decisions: found.rows.decisions, balances: found.rows.balances, otherThanStock: 0, forced: found.forced });
    const causes = walkOf(kernel)!.migrations;
    expect(run.counts.migrations).toBe(Object.values(causes).reduce((sum, { length }) => sum + length, 0));
    const data = runData(new PackedRun(run.packed));
    expect([...data.decisions.stock]).toEqual([...data.decisions.result]);
    expect(data.header).toMatchObject({ cpus: 8, source: 'kernel', migrationCostNs: 5_000_000 });
  });

  it('has as much CPU time as the CPUs have, and nobody on two at once', () => {
    const data = runData(new PackedRun(timelineRun(kernel, WHOLE).packed));
    const { first, start, end, task } = data.slices;
    const byTask = new Map<number, Array<[number, number]>>();
    for (let lane = 0; lane < 8; lane += 1) {
      for (let i = first[lane]!; i < first[lane + 1]!; i += 1) {
        if (i > first[lane]!) expect(start[i]).toBeGreaterThanOrEqual(end[i - 1]!);
        expect(end[i]).toBeGreaterThan(start[i]!);
        byTask.set(task[i]!, [...(byTask.get(task[i]!) ?? []), [start[i]!, end[i]!]]);
      }
    }
    expect(byTask.size).toBeGreaterThan(20);
    for (const stretches of byTask.values()) {
      stretches.sort((a, b) => a[0] - b[0]);
      stretches.forEach(([from], i) => expect(i === 0 || from >= stretches[i - 1]![1]).toBe(true));
    }
  });

  it('calls a waiting task hot when the kernel did', () => {
    // Of tasks that wait where they ran last, the time since then is the kernel's delta, but for the recording's own delays.
    const data = runData(new PackedRun(timelineRun(kernel, WHOLE).packed));
    const { waits, header, packed } = data;
    const [src, pid, hot, delta] = (['src_cpu', 'pid', 'hot', 'delta'] as const).map((name) => packed.column(`decision.${name}`));
    const [asked, agree] = [{ n: 0 }, { n: 0 }];
    for (let row = 0; row < data.decisions.rows; row += 1) {
      if (hot![row]! < 0 || Math.abs(delta![row]! - header.migrationCostNs!) < 200_000) continue;
      const at = data.decisions.ts[row]!;
      for (let i = waits.first[src![row]!]!; i < waits.first[src![row]! + 1]!; i += 1) {
        if (waits.start[i]! > at || waits.end[i]! <= at || header.tasks[waits.task[i]!]!.pid !== pid![row]) continue;
        const since = waits.since[i]! < 0 ? Infinity : waits.since[i]! + at - waits.start[i]!;
        asked.n += 1;
        if (since < header.migrationCostNs! === (hot![row] === 1)) agree.n += 1;
      }
    }
    expect(asked.n).toBeGreaterThan(1000);
    expect(agree.n / asked.n).toBeGreaterThan(0.99);
  });
});

describe('timelineRun', () => {
  it('joins a migration to the decision that allowed it, and says whose doing a forced one was', () => {
    const decision = { level: 1, cpu: 1, dst_cpu: 1, src_cpu: 0, reason: 5, hot: 1, result: 2, delta: 100, migration_cost: 500_000, exec_start: -1, clock_task: -1, cache_nice_tries: 1 };
    const contents = bundleOf(2, 1000, {
      events: [[10, 0, 'switch', 7, 0, 0], [20, 0, 'wakeup', 8, 0, 0], [25, 0, 'wakeup', 9, 0, 0], [100, 1, 'migrate', 8, 0, 1], [200, 1, 'migrate', 9, 0, 1], [300, 1, 'migrate', 7, 0, 1]],
      // The stock kernel moves a hot task after more failed balances than cache_nice_tries.
      decisions: [{ ...decision, ts: 99, pid: 8, nr_balance_failed: 0, seq: 29 }, { ...decision, ts: 199, pid: 9, nr_balance_failed: 2, seq: 39 }],
    });
    const { moves, decisions } = runData(new PackedRun(timelineRun(contents, WHOLE).packed));
    expect([...decisions.stock]).toEqual([0, 2]);
    expect([...moves.decision]).toEqual([0, 1, -1]);
    expect([...moves.force]).toEqual([MOVE_FORCE.policy, MOVE_FORCE.stock, MOVE_FORCE.none]);
  });

  it('writes only what does not follow, and gives it all back', () => {
    const contents = busyBundle(4, 4000, 3);
    const run = timelineRun(contents, WHOLE);
    const packed = new PackedRun(run.packed);
    const codes = packed.column('slices.since').filter((code) => code !== 0).length;
    expect(codes).toBeLessThan(run.counts.slices / 20);
    const { slices, waits, length } = runData(packed);
    expect(slices.start).toHaveLength(run.counts.slices);
    // Somebody waits exactly while it waits: what runs and waits is never more than the tasks.
    let total = 0;
    for (let i = 0; i < waits.start.length; i += 1) total += waits.end[i]! - waits.start[i]!;
    for (let i = 0; i < slices.start.length; i += 1) total += slices.end[i]! - slices.start[i]!;
    expect(total).toBeLessThanOrEqual(length * (3 + 4 + 5 + 3));
    expect(total).toBeGreaterThan(0.95 * length * (3 + 4 + 5 + 3));
  });

  it('has the rows of a window only', () => {
    const contents = busyBundle(4, 4000, 3);
    const [startNs, endNs] = [50_000_000, 60_000_000];
    const { header, decisions, balances, slices } = runData(new PackedRun(timelineRun(contents, { ...WHOLE, window: { startNs, endNs } }).packed));
    expect(header).toMatchObject({ startNs, endNs });
    const within = contents.tables.decisions.columns['ts']!;
    expect(decisions.rows).toBe(Array.from(within).filter((ts) => ts >= startNs && ts <= endNs).length);
    for (const ts of [...decisions.ts, ...balances.ts, ...slices.start, ...slices.end]) {
      expect(ts).toBeGreaterThanOrEqual(0);
      expect(ts).toBeLessThanOrEqual(endNs - startNs);
    }
  });
});
