import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildWorkload } from '../../src/experiment/build-workload.js';
import { resolveScenario } from '../../src/experiment/resolve.js';
import { createPolicy } from '../../src/policies/registry.js';
import type { MachineProfile } from '../../src/sim/profile.js';
import type { RunOptions } from '../../src/sim/run-types.js';
import { buildGenerator, generatorNames } from '../../src/workloads/registry.js';
import { machine, MS } from './scenarios.js';

/** Options of a run under a name. */
export interface Case {
  readonly name: string;
  readonly options: RunOptions;
}

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** Every scenario of examples/, shortened. */
export async function exampleCases(durationNs: number, seed = 1): Promise<Case[]> {
  const files = ['', 'rtapp/'].flatMap((folder) =>
    readdirSync(EXAMPLES + folder)
      .filter((file) => file.endsWith('.json'))
      .sort((a, b) => (a < b ? -1 : 1))
      .map((file) => folder + file),
  );
  const cases: Case[] = [];
  for (const file of files) {
    const machine = file.startsWith('rtapp/') ? 'pvt8' : undefined;
    const scenario = await resolveScenario(EXAMPLES + file, { machine });
    const workload = buildWorkload(scenario, seed);
    const short = Math.min(durationNs, scenario.durationNs);
    cases.push({ name: file, options: { profile: scenario.profile, workload, policy: null, seed, durationNs: short } });
  }
  return cases;
}

/** Machines that differ in everything that the model treats differently. */
export function machines(): MachineProfile[] {
  return [
    machine('pvt8c'),
    machine('pvt8', { tickSkewNs: 7_000, smtSpeed: 700 }),
    machine('pvt8numa', { sysctl: { migration_cost_ns: 5 * MS } }),
    machine('i5-1035g1'),
  ];
}

/** Every generator with its defaults on every machine of `machines`. */
export function generatorCases(durationNs: number, seed = 1): Case[] {
  return generatorNames().flatMap((generator) =>
    machines().map((profile) => {
      const workload = buildGenerator(generator, {}, { cpus: 8, seed }, 'test');
      return { name: `${generator} on ${profile.name}`, options: { profile, workload, policy: null, seed, durationNs } };
    }),
  );
}

/** The same run under another policy. */
export function withPolicy(options: RunOptions, policy: string): RunOptions {
  return { ...options, policy: createPolicy(policy) };
}
