import { createHash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import type { BundleContents } from '../bundle/tables/contents.js';
import { openBundle } from '../bundle/read.js';
import { captureSource, shippedMachine, withRecordedKnobs } from '../experiment/capture-source.js';
import { sameTopology } from '../experiment/machine.js';
import { observe, type Observation } from '../experiment/observe.js';
import type { ResolvedScenario } from '../experiment/resolved.js';
import { hasSwitches } from '../experiment/series.js';
import { InputError } from '../input/error.js';
import type { MachineProfile } from '../sim/profile.js';
import { blockSpreads } from './block-spread.js';
import { byText, samenessOf, samenessText, type Sameness } from './sameness.js';
import type { Repetition } from './seed-spread.js';
import { QUANTILES, type CalibrationInput } from './types.js';

/** A recording that takes part in a calibration. */
export interface Recording {
  /** Its directory's name. */
  readonly name: string;
  readonly directory: string;
  readonly contents: BundleContents;
  readonly input: CalibrationInput;
  readonly observation: Observation;
  /** By metric, see block-spread.ts. */
  readonly blockSpread: Readonly<Record<string, number | null>>;
  /** Recordings that have this in common are of the same workload on the same machine, and differ by chance. */
  readonly sameness: Sameness;
  /** Whether a workload can be taken out of it. */
  readonly replayable: boolean;
}


/**
 * Opens a bundle or a capture directory, and counts what it shows.
 * @throws InputError where it is neither
 */
export async function openRecording(directory: string, holdout: boolean): Promise<Recording> {
  return recordingOf(directory, await openBundle(directory), holdout);
}

export function recordingOf(directory: string, contents: BundleContents, holdout: boolean): Recording {
  const { manifest } = contents;
  const name = basename(resolve(directory));
  return {
    name,
    directory,
    contents,
    input: { name, workload: manifest.workload, hash: hashOf(contents), holdout },
    observation: observe(contents, QUANTILES),
    blockSpread: blockSpreads(contents),
    sameness: samenessOf(contents),
    replayable: hasSwitches(contents.tables.events),
  };
}

/**
 * Refuses what would be one recording counted twice, and gives recordings of one name the folder that they stand in.
 * @throws InputError
 */
export function distinctRecordings(recordings: readonly Recording[]): Recording[] {
  recordings.forEach((recording, i) => {
    const before = recordings.slice(0, i).find(({ input }) => input.hash === recording.input.hash);
    if (before === undefined) return;
    const found = before.directory === recording.directory ? 'it twice' : `the same as in ${before.directory}`;
    throw new InputError(recording.directory, '', 'each recording once', found);
  });
  const taken = new Set<string>();
  return recordings.map((recording) => {
    const lone = recordings.filter(({ name }) => name === recording.name).length === 1;
    let name = lone ? recording.name : `${basename(dirname(resolve(recording.directory)))}/${recording.name}`;
    for (let n = 2; taken.has(name); n += 1) name = `${recording.name}#${n}`;
    taken.add(name);
    return { ...recording, name, input: { ...recording.input, name } };
  });
}

/**
 * Holds out a share of the recordings, at least one, and leaves at least one. Which ones depends on their hashes alone, and
 * so neither on their order nor on what is in them.
 *
 * @param share 0 < share < 1
 * @throws InputError where there are fewer than two
 */
export function holdOut(recordings: readonly Recording[], share: number): Recording[] {
  if (recordings.length < 2) {
    throw new InputError('--holdout-share', '', 'two recordings or more', String(recordings.length));
  }
  const count = Math.min(recordings.length - 1, Math.max(1, Math.round(share * recordings.length)));
  const hashes = recordings.map(({ input }) => input.hash).sort(byText).slice(0, count);
  return recordings.map((recording) => ({
    ...recording,
    input: { ...recording.input, holdout: hashes.includes(recording.input.hash) },
  }));
}

/**
 * The machine that a recording is replayed on: everything from `base` but what the recording is sure of, its knobs and its
 * topology. A recording of another topology than the base's is put on the shipped machine like its own.
 *
 * @throws InputError where the recording is of a machine that nothing here resembles
 */
export function machineOf({ directory, contents }: Recording, base: MachineProfile): MachineProfile {
  const { manifest } = contents;
  const own = shippedMachine(directory, manifest);
  if (own === null || sameTopology(own.topology, base.topology)) {
    if (base.topology.cpus.length !== manifest.cpus) {
      const expected = `a machine of ${manifest.cpus} CPUs, as in the recording (--machine)`;
      throw new InputError(directory, 'machine', expected, `${base.name} with ${base.topology.cpus.length}`);
    }
    return withRecordedKnobs(base, manifest, directory);
  }
  return withRecordedKnobs({ ...base, name: own.name, topology: own.topology }, manifest, directory);
}

/** The recording's workload on a machine, ready to be run. */
export function scenarioOf(recording: Recording, machine: MachineProfile, seeds: readonly number[]): ResolvedScenario {
  const { workload, longestNs, notes } = captureSource(recording.directory, recording.contents, machine);
  return {
    name: recording.name,
    source: recording.directory,
    profile: machine,
    changes: [],
    errorPercent: null,
    workload: { kind: 'fixed', origin: 'capture', workload },
    groups: [],
    tasks: [],
    unit: workload.unit,
    durationNs: longestNs,
    seeds,
    policies: [],
    notes,
  };
}

/** sha256 over the hashes in the manifest; a simulated run is known by its seed, too. */
function hashOf({ manifest }: BundleContents): string {
  const hash = createHash('sha256');
  const inputs = Object.entries(manifest.inputs).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [name, sha256] of inputs) hash.update(`${name} ${sha256}\n`);
  if (manifest.source === 'sim') hash.update(`seed ${manifest.seed}\npolicy ${manifest.policy.hash}\n`);
  return hash.digest('hex');
}

/** The recording as the spread between recordings needs it. */
export function repetitionOf({ sameness, input, contents, observation }: Recording): Repetition {
  const { durationNs, seed } = contents.manifest;
  const figures = Object.fromEntries(Object.entries(observation.figures).map(([metric, { value }]) => [metric, value]));
  return { sameness: samenessText(sameness), name: input.name, hash: input.hash, seed, durationNs, figures };
}
