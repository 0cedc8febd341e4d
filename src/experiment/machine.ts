import { InputError } from '../input/error.js';
import type { MachineProfile } from '../sim/profile.js';
import { makeVariant, type Variant } from './variant.js';
import { loadMachine, machineJson, parseMachine } from './schema/profile.js';
import type { Setting } from './settings.js';

/** A machine as a scenario or an option names it: a name, a path, or a profile. */
export type MachineSpec = string | Readonly<Record<string, unknown>>;

/** Fields of a compact topology that are set otherwise than the profile says. */
export type TopologyEdit = Readonly<Record<string, number>>;

/**
 * @param file names an inline profile in errors
 * @param topology what of the profile's compact topology is changed; what a kernel derives from the number of CPUs follows it
 * @throws InputError
 */
export function readMachine(spec: MachineSpec, file: string, topology: TopologyEdit = {}): MachineProfile {
  if (Object.keys(topology).length === 0) return typeof spec === 'string' ? loadMachine(spec) : parseMachine(spec, `${file}: machine`);
  const json = typeof spec === 'string' ? machineJson(spec) : spec;
  const given = compactTopology(json);
  if (given === null) throw new InputError(file, 'topology', 'a machine whose topology is of the compact form', 'a list of CPUs');
  const place = typeof spec === 'string' ? `${file}: ${spec}` : `${file}: machine`;
  return parseMachine({ ...json, topology: { ...given, ...topology } }, place);
}

/** The numbers of a machine's compact topology; null where it lists its CPUs. */
export function topologyNumbers(spec: MachineSpec): Record<string, number> | null {
  const given = compactTopology(typeof spec === 'string' ? machineJson(spec) : spec);
  if (given === null) return null;
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

function compactTopology(json: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
  const { topology } = json;
  if (typeof topology !== 'object' || topology === null || Object.hasOwn(topology, 'cpus')) return null;
  return topology as Record<string, unknown>;
}

/** The machine with settings applied; the result is held to the same rules as a profile's file. */
export function withSettings(profile: MachineProfile, settings: readonly Setting[]): Variant {
  return makeVariant(profile, settings, (changed, source) => {
    // Settings touch neither name nor description, which a profile made by a program may have left empty.
    parseMachine({ ...changed, description: changed.description || changed.name, source: 'a variant' }, source);
  });
}

/** Whether two machines have the same CPUs, cores, caches, nodes and distances. */
export function sameTopology(a: MachineProfile['topology'], b: MachineProfile['topology']): boolean {
  return JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
}

/** The topology with core, package and cache ids numbered in order of appearance: ids are names, and names differ. */
function canonical({ cpus, distance }: MachineProfile['topology']): unknown {
  const numbering = (): ((id: string) => number) => {
    const seen = new Map<string, number>();
    return (id) => {
      if (!seen.has(id)) seen.set(id, seen.size);
      return seen.get(id)!;
    };
  };
  const [core, pack, node, llc, cluster] = [numbering(), numbering(), numbering(), numbering(), numbering()];
  return {
    distance,
    cpus: cpus.map((cpu) => [
      core(`${cpu.package}/${cpu.core}`),
      pack(String(cpu.package)),
      node(String(cpu.node)),
      llc(String(cpu.llc)),
      cluster(String(cpu.cluster ?? '')),
      cpu.capacity ?? 1024,
    ]),
  };
}

/** A machine is missing: says how to name one. */
export function missingMachine(source: string): InputError {
  return new InputError(source, 'machine', 'a machine here or with --machine (`cfslab machines` lists them)', 'none');
}
