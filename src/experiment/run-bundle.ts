import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleContents, Manifest, TaskInfo } from '../bundle/tables/contents.js';
import type { RunFacts } from '../bundle/capture/measured-run.js';
import { writeBundle } from '../bundle/write.js';
import { policyId } from '../policies/registry.js';
import type { Policy } from '../sim/policy/policy.js';
import type { MachineProfile } from '../sim/profile.js';
import type { Workload } from '../sim/programs/program.js';
import { EVENT_KINDS, type TableData } from '../sim/records/records.js';
import type { RunResult } from '../sim/run-types.js';
import { build_topology } from '../sim/kernel/topology/build.js';
import { dumpDomains } from '../sim/kernel/topology/dump.js';
import type { ResolvedScenario } from './resolved.js';
import { workloadHash } from './workload-hash.js';
import { packageRoot } from '../input/package-root.js';

/** The policy that is the kernel's own. */
const STOCK = 'stock';
const FORK = EVENT_KINDS.indexOf('fork');

/** Writes a run as a bundle, whole or not at all, into a directory that is there. */
export async function writeRunBundle(
  directory: string,
  scenario: ResolvedScenario,
  workload: Workload,
  policy: Policy,
  seed: number,
  result: RunResult,
): Promise<void> {
  await writeBundle(directory, runContents(scenario, workload, policy, seed, result));
}

/** A run that kept its tables, as the contents of a bundle. */
export function runContents(
  scenario: ResolvedScenario,
  workload: Workload,
  policy: Policy,
  seed: number,
  result: RunResult,
): BundleContents {
  const { profile } = scenario;
  const tables = result.tables!;
  const manifest: Manifest = {
    schema: 2,
    source: 'sim',
    release: `cfslab-${version()}`,
    hz: profile.hz,
    preemption: 'at every event',
    topology: profile.name,
    cpus: profile.topology.cpus.length,
    sysctl: Object.fromEntries(Object.entries(profile.sysctl).map(([name, value]) => [name, Number(value)])),
    features: Object.entries(profile.features).map(([name, on]) => (on ? name : `NO_${name}`)),
    policy: { name: policy.name, params: policy.params, hash: policyHash(policy) },
    workload: scenario.name,
    seed,
    run: runFacts(scenario, policy, seed, result),
    clockResolutionNs: 1,
    durationNs: result.simulatedNs,
    lostEvents: 0,
    inputs: { machine: sha256(JSON.stringify(profile)), workload: workloadHash(workload), ...modelHashes(policy) },
    ...(workload.groups.length > 1 ? { groups: workload.groups.slice(1).map((spec, i) => ({ id: i + 1, ...spec })) } : {}),
    rows: { decisions: tables.decisions.rows, balances: tables.balances.rows, events: tables.events.rows },
    notes: notesOf(scenario, profile, result),
  };
  return {
    manifest,
    tables,
    instrument: {},
    tasks: tasksOf(result, tables.events),
    masks: workload.masks,
    domains: dumpDomains(build_topology(profile.topology, profile.domains)),
    counters: result.counters,
  };
}

/** What a measured run of a kernel says of itself, of a simulated one: its repetitions differ in the seed, which is that of all. */
function runFacts(scenario: ResolvedScenario, policy: Policy, seed: number, { simulatedNs, metrics }: RunResult): RunFacts {
  return {
    workload: scenario.name,
    policy: policy.name,
    mode: policy.name === STOCK ? 'off' : 'decide',
    model: policy.models?.['model']?.hash ?? null,
    kernelSource: null,
    place: 'sim',
    seed,
    repetition: 0,
    perturbation: { delayUs: 0, seed, quantumNs: 0 },
    completionNs: simulatedNs,
    throughput: metrics.throughput === null ? null : { value: metrics.throughput, unit: scenario.unit },
    stats: null,
    memoryBytes: null,
  };
}

function notesOf(scenario: ResolvedScenario, profile: MachineProfile, result: RunResult): string[] {
  return [
    `stream hash ${result.streamHash}`,
    ...scenario.changes.map(({ path, value }) => `${path} of ${profile.name} was set to ${String(value)}`),
    ...(result.finished ? [] : ['the run ended with its duration, before every task had exited']),
    ...scenario.notes,
  ];
}

function tasksOf(result: RunResult, events: TableData): TaskInfo[] {
  const { kind, pid, a } = events.columns as Readonly<Record<'kind' | 'pid' | 'a', ArrayLike<number>>>;
  const parents = new Map<number, number>();
  for (let row = 0; row < events.rows; row++) if (kind[row] === FORK) parents.set(a[row]!, pid[row]!);
  return result.tasks.map((task) => ({
    pid: task.pid,
    comm: task.comm,
    // A task without a parent in the workload is forked by the idle task, pid 0.
    parent: parents.get(task.pid) || -1,
    prio: 120 + task.nice,
    allowed: task.mask,
    group: task.group,
    preexisting: !parents.has(task.pid),
  }));
}

/** What a policy decides by: name, parameters, and what is in its models. */
function policyHash(policy: Policy): string {
  const models = modelHashes(policy);
  return sha256(Object.keys(models).length === 0 ? policyId(policy) : JSON.stringify([policyId(policy), models]));
}

/** The hashes of a policy's models, by name. */
function modelHashes({ name, models = {} }: Policy): Record<string, string> {
  return Object.fromEntries(Object.entries(models).map(([role, { hash }]) => [`${name}:${role}`, hash]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
