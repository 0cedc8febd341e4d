import { describe, expect, it } from 'vitest';
import { plannedRuns, runHash, type MeasurePlan } from '../../../src/kernel-validation/measure/plan.js';
import { measuredPolicy, STOCK } from '../../../src/kernel-validation/measure/policies.js';
import { measuredWorkload } from '../../../src/kernel-validation/measure/workloads.js';

const EARLY = measuredPolicy('neural-early');
const PLAN: MeasurePlan = {
  place: 'lab',
  workloads: [measuredWorkload('hackbench', 'lab'), measuredWorkload('threadpool', 'lab')],
  policies: [STOCK, EARLY, measuredPolicy('neural-early@shadow')],
  repetitions: 4, seed: 1, durationMs: 400, events: 'ml', bufferKiB: 24_000, migrationCostNs: null, quantaNs: [1000, 500],
};

describe('a plan', () => {
  const runs = plannedRuns(PLAN);

  it('has each policy on each workload as often, each under a name of its own', () => {
    expect(runs.length).toBe(2 * 3 * 4);
    expect(new Set(runs.map(({ name }) => name)).size).toBe(runs.length);
    expect(runs[0]!.name).toBe('hackbench-stock-r0');
    expect(runs.map(({ name }) => name)).toContain('threadpool-neural-early@shadow-r3');
  });

  it('perturbs all policies of a repetition alike, and repetitions and workloads apart', () => {
    const perturbations = new Map<string, Set<string>>();
    for (const { workload, repetition, settings, quantumNs } of runs) {
      const key = `${workload.name} ${repetition}`;
      const set = perturbations.get(key) ?? new Set();
      perturbations.set(key, set.add(`${settings.seed} ${settings.delayUs} ${quantumNs}`));
    }
    expect([...perturbations.values()].map((set) => set.size)).toEqual(Array<number>(8).fill(1));
    expect(new Set([...perturbations.values()].flatMap((set) => [...set])).size).toBe(8);
    expect(runs.map(({ quantumNs }) => quantumNs).slice(0, 12)).toEqual([...Array<number>(6).fill(1000), ...Array<number>(6).fill(500)]);
    expect(runs.every(({ settings }) => settings.delayUs >= 0 && settings.delayUs < 4000)).toBe(true);
  });

  it('is the same every time, and keeps its runs when there are more repetitions', () => {
    expect(plannedRuns(PLAN)).toEqual(runs);
    expect(plannedRuns({ ...PLAN, repetitions: 6 }).slice(0, runs.length)).toEqual(runs);
    expect(plannedRuns({ ...PLAN, seed: 2 })).not.toEqual(runs);
  });

  it('has the stock kernel without a model, a policy with its page, and one that stands by in shadow', () => {
    const [stock, decide, shadow] = runs.map(({ settings }) => settings);
    expect([stock!.mode, stock!.page]).toEqual(['off', null]);
    expect([decide!.mode, decide!.page]).toEqual(['decide', EARLY.page]);
    expect([shadow!.mode, shadow!.page]).toEqual(['shadow', EARLY.page]);
  });

  it('on the user’s own machine comes in an order that is drawn, and complete', () => {
    const here = plannedRuns({ ...PLAN, place: 'here' });
    const names = (some: typeof here): string[] => some.map(({ name }) => name);
    expect(names(here)).not.toEqual(names(runs));
    expect(names(here).sort((a, b) => (a < b ? -1 : 1))).toEqual(names(runs).sort((a, b) => (a < b ? -1 : 1)));
    expect(plannedRuns({ ...PLAN, place: 'here' })).toEqual(here);
  });

  it('tells a run from one that differs in anything', () => {
    const run = runs[1]!;
    const base = runHash(run, { kernel: 'k' });
    expect(runHash(run, { kernel: 'k' })).toBe(base);
    const others = [
      runHash(run, { kernel: 'other' }),
      runHash({ ...run, quantumNs: 999 }, { kernel: 'k' }),
      runHash({ ...run, settings: { ...run.settings, seed: 99 } }, { kernel: 'k' }),
      runHash({ ...run, settings: { ...run.settings, page: Buffer.from(run.settings.page!).fill(1, 30, 31) } }, { kernel: 'k' }),
      runHash({ ...run, settings: { ...run.settings, events: 'full' } }, { kernel: 'k' }),
    ];
    expect(new Set([base, ...others]).size).toBe(6);
  });
});
