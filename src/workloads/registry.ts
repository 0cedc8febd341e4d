import { InputError } from '../input/error.js';
import type { Workload } from '../sim/programs/program.js';
import { arrayfire } from './generators/arrayfire.js';
import { askap } from './generators/askap.js';
import { cassandra } from './generators/cassandra.js';
import { forkjoin } from './generators/forkjoin.js';
import { groups } from './generators/groups.js';
import { hackbench } from './generators/hackbench.js';
import { hogs } from './generators/hogs.js';
import { oversub } from './generators/oversub.js';
import { readParams, type Generator, type GeneratorMachine } from './generators/params.js';
import { pinned } from './generators/pinned.js';
import { reqresp } from './generators/reqresp.js';
import { spinners } from './generators/spinners.js';
import { threadpool } from './generators/threadpool.js';
import { zstd } from './generators/zstd.js';

/** All generators, in the order in which they are listed. To add one, write its file and name it here. */
export const GENERATORS: readonly Generator[] = [
  hackbench,
  cassandra,
  arrayfire,
  askap,
  zstd,
  spinners,
  hogs,
  forkjoin,
  reqresp,
  threadpool,
  oversub,
  pinned,
  groups,
];

export function generatorNames(): readonly string[] {
  return GENERATORS.map((generator) => generator.name);
}

/**
 * The generator of that name.
 *
 * @param source the file or option that named it
 * @throws InputError
 */
export function generatorNamed(name: string, source: string): Generator {
  const found = GENERATORS.find((generator) => generator.name === name);
  if (found === undefined) throw new InputError(source, '', `one of the generators ${generatorNames().join(', ')}`, name);
  return found;
}

/**
 * Builds the workload of a generator. Equal arguments give equal workloads.
 *
 * @param given parameters that differ from the defaults
 * @param source the file or option that they came from
 * @throws InputError
 */
export function buildGenerator(
  name: string,
  given: Readonly<Record<string, unknown>>,
  machine: GeneratorMachine,
  source: string,
): Workload {
  const generator = generatorNamed(name, source);
  return generator.build(readParams(generator, given, machine, source, 'params'), machine);
}
