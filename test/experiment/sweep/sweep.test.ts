import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/experiment/sweep/engine/local.js';
import type { Engine } from '../../../src/experiment/sweep/engine/types.js';
import type { SweepPlan } from '../../../src/experiment/sweep/plan.js';
import { Place, SMALL, sweep } from './support/small.js';

let place: Place;
beforeEach(() => (place = new Place()));
afterEach(() => place.remove());

/** The engine of this thread, with its requests counted and something done before each run. */
function watched(plan: SweepPlan, before: (run: number) => void = () => undefined, order: 'forward' | 'backward' = 'forward'): Engine & { runs: number } {
  const inner = localEngine(plan.bench.scenarios, 0);
  const engine = {
    ...inner,
    runs: 0,
    async run(...[requests, onRun, signal]: Parameters<Engine['run']>): Promise<void> {
      const indices = requests.map((_, i) => i);
      if (order === 'backward') indices.reverse();
      for (const index of indices) {
        before(engine.runs);
        await inner.run([requests[index]!], (_, run) => {
          engine.runs += 1;
          onRun(index, run);
        }, signal);
      }
    },
  };
  return engine;
}

describe('a sweep', () => {
  it('runs the baseline and every candidate in every context with every seed, each run once', async () => {
    const plan = await place.plan();
    const engine = watched(plan);
    const { table, document } = await sweep(place, plan, engine);
    // 4 candidates and the baseline in 2 contexts with 3 seeds.
    expect(engine.runs).toBe(30);
    expect(table.rows).toHaveLength(30);
    expect(new Set(table.rows.map((row) => row[0])).size).toBe(30);
    expect(document.candidates.map(({ label }) => label)).toEqual([
      'the baseline', 'attempts 0, migration_cost_ns 500000', 'attempts 0, migration_cost_ns 5000000',
      'attempts 100, migration_cost_ns 500000', 'attempts 100, migration_cost_ns 5000000',
    ]);
    expect(document.candidates[2]).toMatchObject({
      difference: 'policy.attempts 1 → 0, sysctl.migration_cost_ns 500000 → 5000000',
      patches: expect.arrayContaining([{ op: 'replace', path: ['policy', 'params', 'attempts'], value: 0 }]),
    });
    expect(document.contexts.map(({ label }) => label)).toEqual(['threadpool workload.workers=12', 'threadpool workload.workers=16']);
    expect(document.runs).toBe(30);
  });

  it('has the same table and document in whatever order its runs end', async () => {
    const plan = await place.plan();
    const one = await sweep(place, plan, watched(plan));
    const other = new Place();
    const again = await other.plan();
    const two = await sweep(other, again, watched(again, undefined, 'backward'));
    expect(two.table).toEqual(one.table);
    expect(JSON.stringify(two.document)).toBe(JSON.stringify(one.document));
    other.remove();
  });

  it('stopped at any run goes on where it was, and no run is made twice', async () => {
    const plan = await place.plan();
    const whole = new Place();
    const expected = await sweep(whole, await whole.plan());
    whole.remove();
    let made = 0;
    for (const stopAt of [0, 1, 7, 12]) {
      const engine = watched(plan, (run) => {
        if (run === stopAt) throw new Error('killed');
      });
      await expect(sweep(place, await place.plan(), engine)).rejects.toThrow('killed');
      made += engine.runs;
    }
    const last = watched(plan);
    const { table, document, outcome } = await sweep(place, await place.plan(), last);
    expect(made).toBe(20);
    expect(outcome.cached).toBe(20);
    expect(last.runs).toBe(10);
    expect(table).toEqual(expected.table);
    expect(document).toEqual(expected.document);
  });

  it('takes from another sweep what that has run: same runs, other names and axes', async () => {
    await sweep(place, await place.plan());
    const plan = await place.plan({
      ...SMALL, name: 'other', axes: [{ knob: 'policy', values: ['early-migration:attempts=0', 'never'] }, { ...SMALL.axes[2], values: [12], integer: undefined }],
    });
    const engine = watched(plan);
    await sweep(place, plan, engine);
    // The baseline and attempts 0 at the base's migration cost are there; never is new.
    expect(engine.runs).toBe(3);
  });

  it('adds seeds where a verdict is open, up to its budget', async () => {
    const spec = { ...SMALL, axes: SMALL.axes.slice(0, 1), scenarios: ['threadpool.json', 'other.json'], seeds: { first: 2, most: 16 } };
    const free = await sweep(place, await place.plan(spec));
    const tight = await sweep(place, await place.plan({ ...spec, budget: { runs: 20 } }));
    expect(free.document.seeds).toEqual({ first: 2, most: 16, looks: [2, 4, 8, 16] });
    expect(free.document.runs).toBeGreaterThan(12);
    expect(tight.document.runs).toBeLessThanOrEqual(20);
    expect(tight.document.runs).toBeGreaterThan(12);
    expect(tight.document.ended).toBe('budget');
    const decided = new Set(free.document.cells.filter(({ seeds }) => seeds < 16).map(({ candidate }) => candidate));
    const open = free.document.comparisons.filter(({ reason }) => reason === 'interval includes 0' || reason === 'not after correction');
    expect(open.length + decided.size).toBeGreaterThan(0);
    for (const { candidate, context } of open) {
      const cells = free.document.cells.filter((cell) => cell.candidate === candidate && (context === null || cell.context === context));
      for (const { seeds } of cells) expect(seeds).toBe(16);
    }
  });

  it('halves: short runs first, the best for the full duration', async () => {
    const spec = { ...SMALL, axes: [{ knob: 'policy.minDeltaNs', linear: { from: 0, to: 1e6 } }, SMALL.axes[1]], search: { method: 'halving', points: 9 } };
    const { document, table } = await sweep(place, await place.plan(spec));
    expect(document.candidates.slice(1).map(({ share }) => share).sort((a, b) => a - b)).toEqual([...new Array<number>(6).fill(1 / 9), 1 / 3, 1 / 3, 1].map((share) => expect.closeTo(share, 9)));
    const durations = new Set(table.rows.map((row) => row[7]));
    expect([...durations].sort((a, b) => Number(a) - Number(b))).toEqual([2_222_222, 6_666_667, 20_000_000]);
    expect(document.comparisons.map(({ candidate }) => candidate)).toEqual([document.best!.candidate]);
  });

  it('turns knobs of every part of a machine', async () => {
    const axes = [
      { knob: 'topology.coresPerSocket', values: [2, 4] },
      { knob: 'domains.MC.cache_nice_tries', values: [0, 3] },
      { knob: 'cache.llcBytes', values: [2 ** 20] },
      { knob: 'costs.context_switch', values: [900] },
      { knob: 'hz', values: [1000] },
      { knob: 'features.SIS_UTIL', values: [false] },
    ];
    const place2 = new Place();
    place2.write('machine.json', {
      name: 'm', description: 'd', source: 's', hz: 250, topology: { sockets: 1, coresPerSocket: 4, threadsPerCore: 1 },
    });
    place2.write('t.json', { name: 't', machine: 'machine.json', workload: { generator: 'threadpool', params: { workers: 8 } } });
    const plan = await place2.plan({ ...SMALL, scenarios: ['t.json'], axes, seeds: 1 });
    const { outcome } = await sweep(place2, plan);
    const cell = outcome.cells.all().find(({ candidate, context }) => candidate.id === 1 && context.id === 0)!;
    const { profile } = cell.variant.scenario;
    expect(profile.topology.cpus).toHaveLength(2);
    // What a kernel boots with on two CPUs, not on four.
    expect(profile.sysctl.latency_ns).toBe(12_000_000);
    expect(profile).toMatchObject({ hz: 1000, domains: { MC: { cache_nice_tries: 0 } }, cache: { llcBytes: 2 ** 20 }, costs: { context_switch: 900 }, features: { SIS_UTIL: false } });
    place2.remove();
  });
});
