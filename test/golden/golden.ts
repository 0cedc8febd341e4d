import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '../../src/sim/run-types.js';
import { simulate } from '../../src/sim/simulation.js';
import { buildGenerator } from '../../src/workloads/registry.js';
import { machine, type MachinePatch, MS, optionsOf } from '../support/scenarios.js';

export const HASHES = fileURLToPath(new URL('hashes.json', import.meta.url));

interface GoldenCase {
  readonly machine: string;
  readonly patch?: MachinePatch;
  readonly generator: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly policy?: string;
  readonly seed: number;
  readonly durationMs: number;
}

const MC5: MachinePatch = { sysctl: { migration_cost_ns: 5 * MS } };
const POOL = { workers: 24, hogs: 0, idleUs: 400 };

/** Small runs that between them go through all of the model. Each takes a fraction of a second. */
export const CASES: Readonly<Record<string, GoldenCase>> = {
  'nine-on-eight': { machine: 'pvt8c', generator: 'spinners', params: { tasks: 9 }, seed: 1, durationMs: 2000 },
  'mixed-nice': { machine: 'i5-1035g1', generator: 'spinners', params: { tasks: 12, nices: [0, 5, -5, 10] }, seed: 2, durationMs: 2000 },
  'hz-1000': { machine: 'flat4', generator: 'hogs', params: { nices: [0, 0, 3, -3, 10] }, seed: 3, durationMs: 1000 },
  hackbench: { machine: 'pvt8', generator: 'hackbench', params: { groups: 2, fds: 8, loops: 10 }, seed: 4, durationMs: 2000 },
  'hackbench-256': { machine: 'epyc-256', generator: 'hackbench', params: { groups: 8, fds: 20, loops: 2 }, seed: 5, durationMs: 200 },
  'threadpool-mc5': { machine: 'pvt8c', patch: MC5, generator: 'threadpool', params: POOL, seed: 6, durationMs: 300 },
  'early-migration': {
    machine: 'pvt8c',
    patch: MC5,
    generator: 'threadpool',
    params: POOL,
    policy: 'early-migration',
    seed: 6,
    durationMs: 300,
  },
  oversub: { machine: 'pvt8', generator: 'oversub', seed: 7, durationMs: 200 },
  pinned: { machine: 'pvt8', patch: { tickSkewNs: 7_000 }, generator: 'pinned', seed: 8, durationMs: 150 },
  groups: { machine: 'pvt8', generator: 'groups', params: { quotaUs: 60_000, periodUs: 100_000 }, seed: 9, durationMs: 400 },
  numa: { machine: 'pvt8numa', generator: 'reqresp', params: { clients: 32, workers: 12 }, seed: 10, durationMs: 100 },
  forkjoin: { machine: 'pvt8', generator: 'forkjoin', seed: 11, durationMs: 300 },
  cassandra: { machine: 'xeon-2s', generator: 'cassandra', seed: 12, durationMs: 60 },
  zstd: { machine: 'i5-1035g1', generator: 'zstd', seed: 13, durationMs: 1000 },
  caches: { machine: 'i5-1035g1', patch: { smtSpeed: 613 }, generator: 'askap', params: { iterations: 4 }, seed: 14, durationMs: 1000 },
  'always-moves': { machine: 'xeon-2s', generator: 'arrayfire', policy: 'always', seed: 15, durationMs: 300 },
};

/** What is kept of a run: enough to see where it parts from another. */
export interface Golden {
  readonly events: number;
  readonly simulatedNs: number;
  readonly checkpoints: RunResult['checkpoints'];
}

export function goldenRun(name: string): Golden {
  const { machine: base, patch = {}, generator, params = {}, policy = null, seed, durationMs } = CASES[name]!;
  const profile = machine(base, { timerSlackNs: 50_000, ...patch });
  const workload = buildGenerator(generator, params, { cpus: profile.topology.cpus.length, seed }, 'golden');
  const result = simulate(optionsOf({ profile, workload, policy, seed, durationNs: durationMs * MS }));
  return { events: result.events, simulatedNs: result.simulatedNs, checkpoints: result.checkpoints };
}

export function readGolden(): Readonly<Record<string, Golden>> {
  return JSON.parse(readFileSync(HASHES, 'utf8')) as Record<string, Golden>;
}

/** Where two runs part, in words; null where they do not. */
export function firstDifference(kept: Golden, found: Golden): string | null {
  let alike = 0;
  for (let i = 0; i < Math.max(kept.checkpoints.length, found.checkpoints.length); i++) {
    const [x, y] = [kept.checkpoints[i], found.checkpoints[i]];
    if (x === undefined || y === undefined || x[0] !== y[0] || x[1] !== y[1]) {
      const shown = (c: typeof x): string => (c === undefined ? 'none' : `${c[1]} at record ${c[0]}`);
      const until = Math.min(x?.[0] ?? Infinity, y?.[0] ?? Infinity);
      return `alike up to record ${alike}, first differs at the checkpoint of record ${until}: kept ${shown(x)}, found ${shown(y)}`;
    }
    alike = x[0];
  }
  if (kept.events !== found.events) return `records alike, but ${kept.events} events kept and ${found.events} found`;
  if (kept.simulatedNs !== found.simulatedNs) return `records alike, but ${kept.simulatedNs} ns kept and ${found.simulatedNs} ns found`;
  return null;
}
