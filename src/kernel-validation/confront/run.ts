import { basename, dirname, resolve } from 'node:path';
import type { BundleContents, Manifest } from '../../bundle/tables/contents.js';
import type { RunFacts } from '../../bundle/capture/measured-run.js';
import { observe, type Figure } from '../../experiment/observe.js';
import { InputError } from '../../input/error.js';
import type { SideName } from './types.js';

/** A run as a confrontation needs it: what it is of, and its figures. */
export interface Run {
  /** Name of its directory. */
  readonly name: string;
  /** As the user gave it. */
  readonly directory: string;
  readonly side: SideName;
  readonly facts: RunFacts;
  /** By metric: those of L3, and `throughput` where it has one. */
  readonly figures: Readonly<Record<string, Figure>>;
}

/**
 * What a bundle shows of a run. Its completion time is that of the workload, without the ends of the recording.
 * @throws InputError where it is of the other side, or says not of what run it is
 */
export function runOf(directory: string, contents: BundleContents, side: SideName): Run {
  const { manifest } = contents;
  if (manifest.source !== side) {
    const made = { sim: 'the simulator', kernel: 'a kernel' };
    throw new InputError(directory, 'source', `a bundle of ${made[side]}, after --${side}`, `one of ${made[manifest.source]}`);
  }
  const facts = factsOf(manifest, directory);
  const figures: Record<string, Figure> = { ...observe(contents, []).figures };
  figures['completion_ns'] = { value: facts.completionNs, events: Infinity };
  if (facts.throughput !== null) figures['throughput'] = { value: facts.throughput.value, events: Infinity };
  return { name: nameOf(directory), directory, side, facts, figures };
}

/** @throws InputError where the manifest says nothing of it, as that of a recording which was not made by `kernel measure` */
export function factsOf(manifest: Manifest, directory: string): RunFacts {
  if (manifest.run !== undefined) return manifest.run;
  const expected = 'what run it is: a bundle of `cfslab run --out`, `compare --out` or `kernel measure`';
  throw new InputError(directory, 'manifest.json: run', expected, 'nothing');
}

/** Runs of one side that belong together have the same of these. */
export function pairKey({ seed, repetition, perturbation }: RunFacts): string {
  return [seed, repetition, perturbation.delayUs, perturbation.seed, perturbation.quantumNs].join(' ');
}

/**
 * Refuses a run that is there twice, which would count one sample as two.
 * @throws InputError
 */
export function refuseTwice(runs: readonly Run[]): void {
  const seen = new Map<string, Run>();
  for (const run of runs) {
    const { workload, policy, mode, model, place } = run.facts;
    const key = JSON.stringify([run.side, place, workload, policy, mode, model, pairKey(run.facts)]);
    const before = seen.get(key);
    if (before !== undefined) {
      const found = before.directory === run.directory ? 'it twice' : `the run of ${before.directory}`;
      throw new InputError(run.directory, '', 'each run once: another seed, repetition or perturbation', found);
    }
    seen.set(key, run);
  }
}

/** A directory's name is often a seed's: with the two above it, it says more. */
function nameOf(directory: string): string {
  const path = resolve(directory);
  const above = dirname(path);
  return [dirname(above), above, path].map((part) => basename(part)).filter((part) => part !== '').join('/');
}
