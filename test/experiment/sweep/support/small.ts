import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localEngine } from '../../../../src/experiment/sweep/engine/local.js';
import type { Engine } from '../../../../src/experiment/sweep/engine/types.js';
import { planSweep, type SweepPlan } from '../../../../src/experiment/sweep/plan.js';
import { sweepDocument } from '../../../../src/experiment/sweep/report/make-document.js';
import { runTable, type RunTable } from '../../../../src/experiment/sweep/report/run-table.js';
import { RunStore } from '../../../../src/experiment/sweep/store/run-store.js';
import { runSweep, type SweepOutcome } from '../../../../src/experiment/sweep/sweep.js';
import type { SweepDocument } from '../../../../src/experiment/sweep/report/document.js';

/** A sweep of a few hundred short runs at the most: tens of simulated ms each. */
export const SMALL = {
  name: 'small',
  scenarios: ['threadpool.json'],
  durationMs: 20,
  policy: 'early-migration',
  axes: [
    { knob: 'policy.attempts', values: [0, 100] },
    { knob: 'sysctl.migration_cost_ns', log: { from: 500_000, to: 5_000_000, steps: 2 } },
    { knob: 'workload.workers', integer: { from: 12, to: 16, step: 4 }, role: 'condition' },
  ],
  seeds: 3,
};

const SCENARIO = {
  name: 'threadpool', machine: 'pvt8c', workload: { generator: 'threadpool', params: { workers: 24, hogs: 0, idleUs: 400 } },
};

/** A directory with a sweep, its scenario and a cache of its own. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'cfslab-sweep-'));
  readonly cache = join(this.folder, 'cache');

  constructor() {
    this.write('threadpool.json', SCENARIO);
    this.write('other.json', { ...SCENARIO, name: 'other', workload: { generator: 'oversub' } });
  }

  write(name: string, json: unknown): string {
    const path = join(this.folder, name);
    writeFileSync(path, typeof json === 'string' ? json : JSON.stringify(json));
    return path;
  }

  plan(sweep: object = SMALL): Promise<SweepPlan> {
    return planSweep(this.write('sweep.json', sweep));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export interface Swept {
  readonly outcome: SweepOutcome;
  readonly table: RunTable;
  readonly document: SweepDocument;
}

/** Does a sweep in this thread, or by an engine. */
export async function sweep(place: Place, plan: SweepPlan, engine?: Engine, signal = new AbortController().signal): Promise<Swept> {
  const own = engine ?? localEngine(plan.bench.scenarios, 0);
  const outcome = await runSweep(plan, { engine: own, store: new RunStore(place.cache), signal });
  return { outcome, table: runTable(plan, outcome.cells.all()), document: sweepDocument(plan, outcome) };
}
