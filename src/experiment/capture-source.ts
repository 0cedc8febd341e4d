import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleContents, Manifest } from '../bundle/tables/contents.js';
import { openBundle } from '../bundle/read.js';
import { InputError } from '../input/error.js';
import { readTextFile } from '../input/json.js';
import { wayOut } from '../sim/paths/blocking.js';
import type { TopologyDescription } from '../sim/kernel/topology/description.js';
import type { MachineProfile } from '../sim/profile.js';
import type { Workload } from '../sim/programs/program.js';
import { extractWorkload } from '../workloads/replay/extract.js';
import type { ReplayOptions } from '../workloads/replay/options.js';
import type { ReplayEnds } from '../workloads/replay/params.js';
import { sameTopology, withSettings } from './machine.js';
import { parseCaptureTopology } from './schema/capture-topology.js';
import { loadMachine, machineNames } from './schema/profile.js';
import type { Setting } from './settings.js';

/** A replay whose work ends may take this many times as long as the recording did. */
const PATIENCE = 5;

/** A recording, as a workload and the machine that it was made on. */
export interface CaptureSource {
  readonly workload: Workload;
  /** How long a run of it may take, ns: as long as the recording where that is a window, and longer where the work ends. */
  readonly longestNs: number;
  /** The shipped machine that the recording names or resembles, with the recorded knobs; null where there is none. */
  readonly machine: MachineProfile | null;
  readonly notes: readonly string[];
}

/**
 * Opens a bundle or a capture directory as a workload.
 *
 * @param machine where it is to run; null: on the machine that it was made on. The machine's costs of switches, wake-ups
 * and forks are taken out of the recorded bursts, since the simulator charges them itself
 * @param ends when a run of it ends where it stops in the midst of the work
 * @throws InputError where it is no recording, or the machine has another number of CPUs
 */
export async function openCapture(directory: string, machine: MachineProfile | null, ends: ReplayEnds = 'time'): Promise<CaptureSource> {
  return captureSource(directory, await openBundle(directory), machine, ends);
}

/** The same of a recording that was opened already. @throws InputError as openCapture() */
export function captureSource(
  directory: string, contents: BundleContents, machine: MachineProfile | null, ends: ReplayEnds = 'time',
): CaptureSource {
  const own = machine === null ? recordedMachine(directory, contents) : null;
  const used = machine ?? own;
  const cpus = contents.manifest.cpus;
  if (used !== null && used.topology.cpus.length !== cpus) {
    throw new InputError(
      directory,
      'machine',
      `one of ${cpus} CPUs, as in the recording`,
      `${used.name} with ${used.topology.cpus.length}`,
    );
  }
  const { workload, durationNs, notes } = extractWorkload(contents, { ...(used === null ? {} : costsOf(used)), goesOn: ends === 'time' });
  return { workload, longestNs: (workload.ends === 'exit' ? PATIENCE : 1) * durationNs, machine: own, notes };
}

/**
 * The shipped machine that a recording names or resembles, with the recorded knobs; null where there is none.
 * @throws InputError where the recording lacks a knob that matters
 */
export function recordedMachine(directory: string, { manifest }: BundleContents): MachineProfile | null {
  const shipped = shippedMachine(directory, manifest);
  return shipped === null ? null : withRecordedKnobs(shipped, manifest, directory);
}

/**
 * The shipped machine that a recording names or resembles, as it is shipped; where there is none, one of the recorded
 * topology with the costs and caches of the shipped machine that is nearest in kind; null where the topology is not known.
 */
export function shippedMachine(directory: string, manifest: Manifest): MachineProfile | null {
  const file = join(directory, 'topology');
  const text = existsSync(file) ? readTextFile(file, 2 ** 20) : manifest.topologyFile;
  const named = machineNames().includes(manifest.topology) ? manifest.topology : null;
  if (text === undefined) return named === null ? null : loadMachine(named);
  const topology = parseCaptureTopology(text, file);
  const fits = (name: string): boolean => sameTopology(loadMachine(name).topology, topology);
  const like = named !== null && fits(named) ? named : machineNames().find(fits);
  return like === undefined ? ownMachine(manifest, topology) : loadMachine(like);
}

function ownMachine(manifest: Manifest, topology: TopologyDescription): MachineProfile {
  const threads = new Set(topology.cpus.map((cpu) => `${cpu.package}/${cpu.core}`)).size < topology.cpus.length;
  const base = loadMachine(topology.distance.length > 1 ? 'pvt8numa' : threads ? 'pvt8' : 'pvt8c');
  return {
    ...base,
    name: /^[a-z0-9][a-z0-9.-]*$/i.test(manifest.topology) ? manifest.topology : 'recorded',
    description: `The machine of a recording, with the costs and caches of ${base.name}`,
    topology,
  };
}

/** A machine with the knobs of a recording. @throws InputError where the recording lacks one that matters */
export function withRecordedKnobs(profile: MachineProfile, manifest: Manifest, directory: string): MachineProfile {
  return withSettings(profile, recordedSettings(profile, manifest, directory)).profile;
}

/** What the simulator charges itself. */
function costsOf({ costs }: MachineProfile): ReplayOptions {
  return {
    switchCostNs: costs.context_switch,
    scheduleCostNs: costs.schedule,
    dequeueCostNs: costs.dequeue,
    blockCostNs: wayOut(costs),
    wakeupCostNs: costs.wakeup,
    activateCostNs: costs.activate,
    forkCostNs: costs.fork,
    forkWakeCostNs: costs.fork_wake,
    traceEventNs: costs.trace_event,
    turnNs: costs.ipi_turn,
    searches: true,
  };
}

/** What a recording must state: with another value in its place, the replay would be of another machine. */
const NEEDED_KNOBS = ['latency_ns', 'min_granularity_ns', 'wakeup_granularity_ns', 'migration_cost_ns', 'nr_migrate'];

/** The knobs that the recording states, where a machine has them. @throws InputError where one that matters is missing */
function recordedSettings(profile: MachineProfile, manifest: Manifest, source: string): Setting[] {
  const lost = NEEDED_KNOBS.find((knob) => manifest.sysctl[knob] === undefined);
  if (lost !== undefined) {
    throw new InputError(source, `sysctl ${lost}`, 'its value in the recording (or a machine, with --machine)', 'nothing');
  }
  return [{ path: 'hz', value: manifest.hz, source }, ...statedSettings(profile, manifest, source)];
}

/** A machine with what a recording states of its knobs, be it all, some or none of them. @throws InputError */
export function withStatedKnobs(profile: MachineProfile, manifest: Manifest, directory: string): MachineProfile {
  const hz: Setting[] = manifest.hz > 0 ? [{ path: 'hz', value: manifest.hz, source: directory }] : [];
  return withSettings(profile, [...hz, ...statedSettings(profile, manifest, directory)]).profile;
}

function statedSettings(profile: MachineProfile, manifest: Manifest, source: string): Setting[] {
  const out: Setting[] = [];
  for (const [knob, current] of Object.entries(profile.sysctl)) {
    const value = manifest.sysctl[knob];
    if (value === undefined) continue;
    out.push({ path: `sysctl.${knob}`, value: typeof current === 'boolean' ? value !== 0 : value, source });
  }
  for (const feature of Object.keys(profile.features)) {
    if (manifest.features.includes(feature)) out.push({ path: `features.${feature}`, value: true, source });
    if (manifest.features.includes(`NO_${feature}`)) out.push({ path: `features.${feature}`, value: false, source });
  }
  return out;
}
