import { describe, expect, it } from 'vitest';
import { MIN_SEEN } from '../../../src/policies/neural/drift.js';
import { neuralForced } from '../../../src/policies/neural/definitions.js';
import { resolveParams, type Params } from '../../../src/policies/params.js';
import type { Policy } from '../../../src/sim/policy/policy.js';
import { EVENT_KINDS } from '../../../src/sim/records/records.js';
import { Simulation } from '../../../src/sim/simulation.js';
import { buildGenerator } from '../../../src/workloads/registry.js';
import { yesFromDelta } from '../../support/hand-model.js';
import { machine, MS, optionsOf } from '../../support/scenarios.js';

/*
 * Neural policies in whole runs: a swap and a fallback are events of the stream, and a run that is taken up from a snapshot
 * goes through them again.
 */

const profile = machine('pvt8c', { sysctl: { migration_cost_ns: 5 * MS } });
const workload = buildGenerator('threadpool', {}, { cpus: 8, seed: 3 }, 'test');
const DURATION = 400 * MS;

function policy(given: Params, standby = false): Policy {
  const params = resolveParams('neural-forced', neuralForced.params, given, 'test');
  const named = (source: string, ns: number) => ({ source, model: yesFromDelta(3, ns) });
  const models = { model: named('a', 10), ...(standby ? { standby: named('b', 4_900_000) } : {}) };
  return neuralForced.create(params, models);
}

const simulation = (given: Params, standby = false, durationNs = DURATION): Simulation =>
  new Simulation({ ...optionsOf({ profile, workload, durationNs, record: true }), policy: policy(given, standby) });

/** Rows of the events of a kind: their time, ns, number in the order of arrival, a and b. */
function told(result: ReturnType<Simulation['run']>, kind: 'swap' | 'fallback'): number[][] {
  const { ts, seq, a, b, kind: kinds } = result.tables!.events.columns as Readonly<Record<string, ArrayLike<number>>>;
  return Array.from(kinds!, (value, row) => (value === EVENT_KINDS.indexOf(kind) ? [ts![row]!, seq![row]!, a![row]!, b![row]!] : [])).filter(
    (row) => row.length > 0,
  );
}

describe('a swap in a run', () => {
  const swapAtNs = 100 * MS;

  it('is an event of the stream, at the first decision from its time on, and changes what comes after it only', () => {
    const swapped = simulation({ swapAtNs }, true).run();
    const plain = simulation({}).run();
    const [swap, ...more] = told(swapped, 'swap');
    expect(more).toEqual([]);
    expect(swap!.slice(2)).toEqual([1, 0]);
    expect(swap![0]).toBeGreaterThanOrEqual(swapAtNs);
    expect(told(plain, 'swap')).toEqual([]);
    expect(swapped.streamHash).not.toBe(plain.streamHash);
    const before = (result: typeof plain): number[] =>
      Array.from(result.tables!.decisions.columns['ts']!).filter((ts) => ts < swapAtNs);
    expect(before(swapped)).toEqual(before(plain));
    // The second model lets hardly any hot task go.
    expect(swapped.metrics.forced_migrations).toBeLessThan(plain.metrics.forced_migrations!);
  });

  it('is replayed: the same run has it at the same place, also when taken up before and after it', () => {
    const whole = simulation({ swapAtNs }, true).run();
    for (const at of [swapAtNs / 2, swapAtNs + 50 * MS]) {
      const sim = simulation({ swapAtNs }, true);
      sim.runUntil(at);
      const snapshot = sim.snapshot();
      expect(sim.run().streamHash).toBe(whole.streamHash);
      const other = simulation({ swapAtNs }, true);
      other.restore(snapshot);
      expect(other.run().streamHash).toBe(whole.streamHash);
    }
  });
});

describe('a fallback in a run', () => {
  it('is told once, and from then on the stock kernel decides at no cost', () => {
    const result = simulation({ driftFloor: 900, driftWindow: 64, costNs: 500 }, false, 1.5 * DURATION).run();
    const [fallback, ...more] = told(result, 'fallback');
    expect(more).toEqual([]);
    const [, seq, permille, outcomes] = fallback!;
    expect(permille).toBeLessThan(900);
    expect(outcomes).toBeGreaterThanOrEqual(MIN_SEEN);
    const decisions = result.tables!.decisions.columns as Readonly<Record<string, ArrayLike<number>>>;
    const decided = Array.from(decisions['seq']!, (_, row) => row).filter((row) => decisions['reason']![row] === 5);
    const after = decided.filter((row) => decisions['seq']![row]! > seq!);
    expect(after.length).toBeGreaterThan(100);
    for (const row of after) {
      if (decisions['hot']![row] !== 1) continue;
      const forces = decisions['nr_balance_failed']![row]! > decisions['cache_nice_tries']![row]!;
      expect(decisions['result']![row]).toBe(forces ? 2 : 0);
    }
    // Every call shows its class to this policy, and no count was halved yet: what was judged is what was paid for.
    expect(result.metrics.policy_ns).toBe(500 * outcomes!);
  });
});
