import { InputError } from '../input/error.js';
import type { MachineProfile } from '../sim/profile.js';
import { makeVariant, type Variant } from './variant.js';
import { loadMachine, parseMachine } from './schema/profile.js';
import type { Setting } from './settings.js';

/** A machine as a scenario or an option names it: a name, a path, or a profile. */
export type MachineSpec = string | Readonly<Record<string, unknown>>;

/** @param file names an inline profile in errors @throws InputError */
export function readMachine(spec: MachineSpec, file: string): MachineProfile {
  return typeof spec === 'string' ? loadMachine(spec) : parseMachine(spec, `${file}: machine`);
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
