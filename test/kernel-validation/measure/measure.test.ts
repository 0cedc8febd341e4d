import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openBundle } from '../../../src/bundle/read.js';
import { measure, type MeasureOptions } from '../../../src/kernel-validation/measure/measure.js';
import type { MeasurePlan } from '../../../src/kernel-validation/measure/plan.js';
import { measuredPolicy, STOCK } from '../../../src/kernel-validation/measure/policies.js';
import { inQueues } from '../../../src/kernel-validation/measure/queues.js';
import { summariesOf } from '../../../src/kernel-validation/measure/summary.js';
import { measuredWorkload } from '../../../src/kernel-validation/measure/workloads.js';
import { callsOf, fakeEmulator, fakeMachine, GOOD_RUN } from '../boot/fake-emulator.js';

const root = mkdtempSync(join(tmpdir(), 'cfslab-measure-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const PLAN: MeasurePlan = {
  place: 'lab', workloads: [measuredWorkload('hackbench', 'lab')], policies: [STOCK, measuredPolicy('neural-early')], repetitions: 1,
  seed: 1, durationMs: 400, events: 'ml', bufferKiB: 24_000, migrationCostNs: null, quantaNs: [1000],
};
const OPTIONS: MeasureOptions = { wallMs: 60_000, silenceMs: 60_000, jobs: 2, made: { kernel: 'one' } };

describe('a measurement', () => {
  const folder = join(root, 'whole');
  const emulator = fakeEmulator(folder, GOOD_RUN);
  const machine = fakeMachine(emulator);
  const out = join(root, 'whole-out');
  const go = (plan: Partial<MeasurePlan> = {}, options: Partial<MeasureOptions> = {}) =>
    measure({ ...PLAN, ...plan }, machine, out, { ...OPTIONS, ...options });

  it('has a capture and a bundle of each run', async () => {
    const { runs, failed } = await go();
    expect([runs.map(({ name }) => name), failed]).toEqual([['hackbench-stock-r0', 'hackbench-neural-early-r0'], []]);
    for (const { bundle, facts } of runs) expect((await openBundle(bundle)).manifest.run).toEqual(facts);
    expect(runs.map(({ facts }) => [facts.policy, facts.mode, facts.model === null])).toEqual([
      ['stock', 'off', true], ['neural-early', 'decide', false],
    ]);
    // Paired: the same perturbation.
    expect(runs[0]!.facts.perturbation).toEqual(runs[1]!.facts.perturbation);
    expect(callsOf(emulator).length).toBe(2);
    expect(summariesOf(runs.map(({ facts }) => facts))[1]).toEqual({
      workload: 'hackbench', policy: 'neural-early', mode: 'decide', runs: 1, completionNs: 5e8,
      throughput: { value: 2000, unit: 'messages' }, policyCycles: null, callCycles: null, memoryBytes: null,
    });
  });

  it('that is taken up makes only what is not there, and what was made with something else', async () => {
    const again = await go();
    expect(again.runs.every(({ reused }) => reused)).toBe(true);
    expect(callsOf(emulator).length).toBe(2);
    await go({ repetitions: 2 });
    expect(callsOf(emulator).length).toBe(4);
    // A bundle that is lost is made of its capture again.
    rmSync(join(out, 'bundles', 'hackbench-stock-r1'), { recursive: true });
    await go({ repetitions: 2 });
    expect([callsOf(emulator).length, existsSync(join(out, 'bundles', 'hackbench-stock-r1', 'manifest.json'))]).toEqual([4, true]);
    await go({ repetitions: 2 }, { made: { kernel: 'another' } });
    expect(callsOf(emulator).length).toBe(8);
  });

  it('does not mix with runs of another plan', async () => {
    await expect(go({ repetitions: 1 })).rejects.toThrow(/captures: expected runs of this plan only, found hackbench-.*-r1/);
  });
});

describe('a measurement in which something fails', () => {
  it('goes on where it was a guest, and says how that ended', async () => {
    const folder = join(root, 'panics');
    const first = `if [ $(wc -l < "$here/calls") = 1 ]; then echo 'Kernel panic - not syncing: test'; exit 0; fi\n`;
    const machine = fakeMachine(fakeEmulator(folder, first + GOOD_RUN));
    const out = join(root, 'panics-out');
    const { runs, failed } = await measure(PLAN, machine, out, { ...OPTIONS, jobs: 1 });
    expect([runs.length, failed.length]).toEqual([1, 1]);
    expect(failed[0]).toMatchObject({ name: 'hackbench-stock-r0', why: expect.stringContaining('not syncing: test') as string });
    expect(readFileSync(join(out, 'failed', 'hackbench-stock-r0.log'), 'utf8')).toContain('Kernel panic');
    // The next time it works, and the log of the failure is gone.
    const next = await measure(PLAN, machine, out, { ...OPTIONS, jobs: 1 });
    expect([next.runs.length, next.failed.length, existsSync(join(out, 'failed'))]).toEqual([2, 0, false]);
  });

  it('stops where it was not', async () => {
    const folder = join(root, 'lacking');
    const emulator = fakeEmulator(folder, GOOD_RUN.replace('capture', 'capture; rm "$share/uname"'));
    const out = join(root, 'lacking-out');
    await expect(measure({ ...PLAN, repetitions: 5 }, fakeMachine(emulator), out, { ...OPTIONS, jobs: 1 })).rejects.toThrow(/has no uname/);
    expect(callsOf(emulator).length).toBe(1);
  });

  it('stops at once when it is interrupted, and is taken up', async () => {
    const folder = join(root, 'stopped');
    const emulator = fakeEmulator(folder, GOOD_RUN);
    const out = join(root, 'stopped-out');
    const controller = new AbortController();
    const run = measure({ ...PLAN, repetitions: 3 }, fakeMachine(emulator), out, {
      ...OPTIONS, jobs: 1, signal: controller.signal, onRun: (_, phase) => void (phase === 'ingested' && controller.abort()),
    });
    await expect(run).rejects.toThrow('interrupted');
    expect(callsOf(emulator).length).toBe(1);
    const { runs } = await measure({ ...PLAN, repetitions: 3 }, fakeMachine(emulator), out, { ...OPTIONS, jobs: 2 });
    expect([runs.length, runs.filter(({ reused }) => reused).length, callsOf(emulator).length]).toEqual([6, 1, 6]);
  });

  it('says where its directory cannot be', async () => {
    const file = join(root, 'file');
    mkdirSync(root, { recursive: true });
    const emulator = fakeEmulator(file, GOOD_RUN);
    await expect(measure(PLAN, fakeMachine(emulator), emulator, OPTIONS)).rejects.toThrow(/--out: expected a place for a directory/);
  });
});

describe('queues', () => {
  it('do everything once, as many at a time as they are', async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    await inQueues([0, 1, 2, 3, 4, 5, 6], 3, async (item) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      done.push(item);
      now--;
    }, () => undefined);
    expect([done.sort((a, b) => a - b), most]).toEqual([[0, 1, 2, 3, 4, 5, 6], 3]);
  });

  it('end at the first error, after what is under way', async () => {
    const ended: number[] = [];
    let stopped = 0;
    const all = inQueues([0, 1, 2, 3], 2, async (item) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (item === 0) throw new Error('first');
      ended.push(item);
    }, () => void stopped++);
    await expect(all).rejects.toThrow('first');
    expect([ended, stopped]).toEqual([[1], 1]);
  });
});
