import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { calibrate, documentText, passes, type Calibration } from '../../src/calibration/calibrate.js';
import { KNOB_NAMES, turned, type KnobName } from '../../src/calibration/knobs.js';
import { fidelitySection } from '../../src/calibration/markdown.js';
import { profileText } from '../../src/calibration/profile-text.js';
import { openRecording, recordingOf, repetitionOf, type Recording } from '../../src/calibration/recording.js';
import { distributionsOf, residualsOf } from '../../src/calibration/residuals.js';
import type { Repetition } from '../../src/calibration/seed-spread.js';
import type { FitRow, Residual } from '../../src/calibration/types.js';
import type { Observation } from '../../src/experiment/observe.js';
import { loadMachine, parseMachine } from '../../src/experiment/schema/profile.js';
import { packageRoot } from '../../src/input/package-root.js';
import { observed, simulated } from './support/simulated.js';
import { StoppedError } from '../../src/input/error.js';

const pvt8c = loadMachine('pvt8c');
const fit = (parameter: string, value: number): FitRow => ({
  parameter, unit: 'ns', value, previous: 0, lo: null, hi: null, n: 1, method: 'put in by hand',
});

function byMetric(residuals: readonly Residual[]): Map<string, Residual> {
  return new Map(residuals.map((row) => [row.metric, row]));
}

/**
 * A run of the simulator stands in for the kernel, so that the truth is known: the same machine under other seeds must not
 * fail, a wrong one must. The workload is the generator's own, so that nothing of its extraction comes into it.
 */
describe('judging a machine that is known', () => {
  const SECONDS = 0.25;
  const WRONG: ReadonlyArray<readonly [KnobName, string]> = [
    ['never hot', 'hot_refusals'],
    ['nr_migrate', 'can_migrate_per_s'],
    ['no wake-up preemption', 'context_switches'],
  ];
  /** Workers beside hogs: queues form behind these, and tasks are refused as hot. */
  const BUSY = { workers: 32, hogs: 4 };
  const record = async (name: string, seed: number): Promise<Recording> =>
    recordingOf(`known/${name}`, await simulated('threadpool', 'pvt8c', SECONDS, seed, undefined, BUSY), true);
  const kernel = record('threadpool', 100);
  const runs = (knob: KnobName | null, seeds: readonly number[]): Promise<Observation[]> =>
    Promise.all(
      seeds.map((seed) => observed('threadpool', 'pvt8c', SECONDS, seed, (it) => (knob === null ? it : turned(knob, it)), BUSY)),
    );
  let right: Observation[];
  let wrong: Map<KnobName, Observation[]>;
  // Its spread under other seeds: of so short a recording, blocks tell too little.
  const others = Promise.all([101, 102, 103, 104].map((seed) => record(`other${seed}`, seed)));
  const repetitions = async (): Promise<Repetition[]> => [await kernel, ...(await others)].map(repetitionOf);

  beforeAll(async () => {
    // So many that the intervals are narrow enough to lie within a tolerance.
    right = await runs(null, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    wrong = new Map();
    const judged = WRONG.map(([knob]) => knob);
    for (const knob of KNOB_NAMES) wrong.set(knob, await runs(knob, judged.includes(knob) ? [1, 2, 3, 4] : [1, 2]));
  });

  it('passes the right one', async () => {
    const recording = await kernel;
    const residuals = residualsOf({ recording, machine: pvt8c, runs: right, turned: wrong }, await repetitions());
    expect(residuals.filter(({ verdict }) => verdict === 'fail').map(({ metric }) => metric)).toEqual([]);
    expect(residuals.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThanOrEqual(3);
    expect(residuals.every(({ holdout, workload }) => holdout && workload === 'threadpool')).toBe(true);
  });

  it.each(WRONG)('fails the one with %s turned, by %s', async (knob, metric) => {
    const recording = await kernel;
    const residuals = residualsOf({ recording, machine: pvt8c, runs: wrong.get(knob)!, turned: wrong }, await repetitions());
    const row = byMetric(residuals).get(metric)!;
    expect([row.metric, row.verdict]).not.toEqual([metric, 'pass']);
    expect(residuals.some(({ verdict }) => verdict === 'fail')).toBe(true);
  });

  it('measures nothing where the only knob does nothing', async () => {
    const recording = await kernel;
    const idle = new Map(KNOB_NAMES.map((knob) => [knob, right]));
    const residuals = residualsOf({ recording, machine: pvt8c, runs: right, turned: idle }, await repetitions());
    expect(residuals.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail')).toEqual([]);
    const inside = residuals.filter(({ simLo, simHi, toleranceLo, toleranceHi }) => simHi >= toleranceLo! && simLo <= toleranceHi!);
    expect(inside.length).toBeGreaterThan(5);
    expect(new Set(inside.map(({ verdict }) => verdict))).toEqual(new Set(['not measured']));
    expect(new Set(inside.map(({ power }) => power))).toEqual(new Set(['not measured']));
  });

  it('takes the spread of recordings under other seeds where there are any', async () => {
    const recording = await kernel;
    const more = await others;
    const judged = (all: readonly Recording[]): Map<string, Residual> =>
      byMetric(residualsOf({ recording, machine: pvt8c, runs: right, turned: wrong }, all.map(repetitionOf)));
    for (const { kernelSpread, kernelRange, toleranceFrom } of judged([recording]).values()) {
      expect([kernelSpread, kernelRange, toleranceFrom === 'seeds']).toEqual([null, null, false]);
    }
    const among = judged([...more, recording]);
    expect([...among.values()].some(({ toleranceFrom }) => toleranceFrom === 'seeds')).toBe(true);
    for (const { metric, kernel: own, kernelRange, toleranceLo, toleranceHi, toleranceFrom } of among.values()) {
      const figures = [recording, ...more].map(({ observation }) => observation.figures[metric]?.value).filter((it) => it !== undefined);
      expect(kernelRange).toEqual({ lo: Math.min(...figures), hi: Math.max(...figures), recordings: figures.length });
      expect(toleranceLo).toBeLessThanOrEqual(Math.min(own, kernelRange!.lo));
      expect(toleranceHi).toBeGreaterThanOrEqual(Math.max(own, kernelRange!.hi));
      // Five are enough for the blocks not to be heard.
      expect(toleranceFrom === 'blocks' && figures.length === 5).toBe(false);
    }
    // Two are not: the blocks may reach further.
    expect([...judged([recording, more[0]!]).values()].some(({ toleranceFrom }) => toleranceFrom === 'blocks')).toBe(true);
  });

  it('has distributions of both sides that look alike', async () => {
    const recording = await kernel;
    const distributions = distributionsOf({ recording, machine: pvt8c, runs: right, turned: wrong });
    expect(distributions.map(({ name }) => name)).toEqual(['wakeup_latency', 'wait', 'stint', 'burst', 'sleep']);
    for (const { kernel: own, sim } of distributions) {
      expect(own).toEqual([...own].sort((a, b) => a - b));
      expect(sim).toHaveLength(own.length);
      expect(sim[8]! / own[8]!).toBeGreaterThan(0.5);
      expect(sim[8]! / own[8]!).toBeLessThan(2);
    }
  });
});

describe('calibrating', () => {
  const open = async (seed: number, holdout: boolean): Promise<Recording> =>
    recordingOf(`runs/${seed}`, await simulated('forkjoin', 'pvt8c', 0.06, seed), holdout);
  const run = async (fits: readonly FitRow[], options = {}): Promise<Calibration> => {
    const recordings = [await open(1, false), await open(2, true)];
    return calibrate({ base: pvt8c, recordings, fits, seeds: 2 }, { jobs: 0, ...options });
  };
  let result: Calibration;
  let slow: Calibration;

  beforeAll(async () => {
    result = await run([fit('costs.wakeup', 1300), fit('bursts.p50', 5)]);
    slow = await run([fit('costs.idle_exit_delay', 400_000)]);
  });

  it('gives the same bytes for the same input, for any number of threads', async () => {
    const again = await run([fit('costs.wakeup', 1300), fit('bursts.p50', 5)], { jobs: 3 });
    expect(documentText(again.document)).toBe(documentText(result.document));
    expect(again.profile).toEqual(result.profile);
  });

  it('takes repetitions that are neither fitted on nor judged by, and says which', async () => {
    const recordings = [await open(1, false), await open(2, true)];
    const repetitions = [await open(2, false), await open(3, false), await open(4, false)].map(repetitionOf);
    const other = { ...repetitions[0]!, sameness: 'of another', hash: 'f'.repeat(64) };
    const { document } = await calibrate({ base: pvt8c, recordings, repetitions: [...repetitions, other], fits: [], seeds: 2 }, { jobs: 0 });
    expect(document.inputs.map(({ name }) => name)).toEqual(['1', '2']);
    expect(document.repetitions!.map(({ name, by }) => [name, by.map(({ seed }) => seed)])).toEqual([['1', [2, 3, 4]], ['2', [1, 3, 4]]]);
    for (const { kernelRange } of document.residuals) expect(kernelRange!.recordings).toBeLessThanOrEqual(4);
    expect(document.residuals.some(({ kernelRange }) => kernelRange!.recordings === 4)).toBe(true);
    expect(fidelitySection(document)).toContain('under other seeds: `1` 3, `2` 3.');
  });

  it('leaves a profile that says what it was fitted on and what error is left', () => {
    const { document, profile } = result;
    expect(profile.costs).toEqual({ ...pvt8c.costs, wakeup: 1300 });
    expect(profile.calibration).toEqual({
      base: 'pvt8c',
      fittedOn: [{ name: '1', hash: document.inputs[0]!.hash }],
      heldOut: [{ name: '2', hash: document.inputs[1]!.hash }],
      documentHash: createHash('sha256').update(documentText(document)).digest('hex'),
    });
    const completion = document.residuals.find(({ metric, holdout }) => metric === 'completion_ns' && holdout)!;
    expect(profile.calibrationErrorPercent).toBeGreaterThanOrEqual(100 * Math.abs(completion.relErr!));
    const text = profileText(profile, 'my machine');
    const parsed = parseMachine(JSON.parse(text), 'text');
    expect(parsed).toEqual({ ...profile, name: 'my-machine' });
    const broken = { ...(JSON.parse(text) as object), calibration: { base: 'x' } };
    expect(() => parseMachine(broken, 'text')).toThrow(/calibration/);
  });

  it('says what a reader should know', async () => {
    expect(result.document.notes.join('\n')).toContain('bursts.p50 was measured, and is no field of a machine profile');
    const alone = await calibrate({ base: pvt8c, recordings: [await open(1, false)], fits: [], seeds: 1 }, { jobs: 0 });
    expect(alone.document.notes.join('\n')).toContain('No recording was held out');
    expect(alone.profile.calibrationErrorPercent).toBeUndefined();
    expect(alone.document.residuals.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail')).toEqual([]);
    expect(passes(alone.document)).toBe(false);
  });

  it('fails a machine whose idle CPUs wake slowly', () => {
    const { document } = slow;
    const rows = document.residuals.filter(({ metric }) => metric === 'wakeup_latency_p50_ns');
    expect(rows.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
    expect(passes(document)).toBe(false);
  });

  it('fails a machine that schedules slowly on a shipped recording of a real kernel', async () => {
    const recordings = [await openRecording(join(packageRoot(), 'calibration', 'captures', 'rtapp'), true)];
    // Timers wake its tasks: what comes after the wake-up shows, not how long a CPU took to leave idleness before it.
    const fits = [fit('costs.schedule', 100_000)];
    const { document, profile } = await calibrate({ base: loadMachine('pvt8'), recordings, fits, seeds: 2 }, { jobs: 0 });
    const rows = byMetric(document.residuals);
    expect(rows.get('wakeup_latency_p50_ns')).toMatchObject({ verdict: 'fail', workload: 'rtapp', holdout: true });
    expect(rows.get('wakeup_latency_p50_ns')!.kernel).toBeGreaterThan(1000);
    expect(rows.get('wakeup_latency_p50_ns')!.sim).toBeGreaterThan(100_000);
    expect(rows.get('can_migrate_per_s')!.kernelEvents).toBe(241);
    expect(profile.calibration!.heldOut).toHaveLength(1);
    expect(profile.calibrationErrorPercent).toBeGreaterThan(0);
  });

  it('stops where it is told to', async () => {
    const controller = new AbortController();
    await expect(run([], { signal: controller.signal, onProgress: () => controller.abort() })).rejects.toThrow(StoppedError);
  });

  it('needs a recording with switches', async () => {
    const recording = { ...(await open(1, false)), replayable: false };
    await expect(calibrate({ base: pvt8c, recordings: [recording], fits: [], seeds: 1 }, { jobs: 0 })).rejects.toThrow(
      'expected a recording with switches',
    );
  });

  it('is told as Markdown, with what fails first and in bold', () => {
    const { document } = slow;
    const text = fidelitySection(document);
    expect(text).toMatch(/^\| `wakeup_latency_p50_ns` \| 1 \| 0 \| 0 \| 0 \|/m);
    const verdicts = [...text.matchAll(/^\| (\*\*fail\*\*|undecided|not measured|pass) \|/gm)].map(([, verdict]) => verdict);
    expect(verdicts).toHaveLength(document.residuals.length);
    expect(verdicts[0]).toBe('**fail**');
    expect(text.indexOf('Recordings held out')).toBeLessThan(text.indexOf('Recordings that it was fitted on'));
    expect(text).toContain('`costs.idle_exit_delay`');
    for (const { metric } of document.residuals) expect(text).toContain(`\`${metric}\``);
  });
});
