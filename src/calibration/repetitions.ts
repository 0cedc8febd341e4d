import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../input/check.js';
import { InputError } from '../input/error.js';
import { readJsonFile } from '../input/json.js';
import { kindOf } from '../input/kind.js';
import { packageRoot } from '../input/package-root.js';
import { openRecording, repetitionOf } from './recording.js';
import { repetitionsSchema } from './repetitions-schema.js';
import { byText, canonical, samenessText, type Sameness } from './sameness.js';
import type { Repetition } from './seed-spread.js';

/**
 * Figures of recordings of the same workloads under other seeds: all that is needed of a recording to know how far the
 * kernel's figures spread, in a thousandth of its size.
 */
export interface RepetitionFile {
  readonly schema: 1;
  readonly workloads: ReadonlyArray<{
    readonly sameness: Sameness;
    readonly recordings: ReadonlyArray<Omit<Repetition, 'sameness'>>;
  }>;
}

/**
 * What a path that the user named has: a bundle or a capture directory one recording, a file those that are in it.
 * @throws InputError where it is none of these
 */
export async function openRepetitions(path: string): Promise<Repetition[]> {
  return kindOf(path) === 'directory' ? [repetitionOf(await openRecording(path, false))] : readRepetitions(path);
}

/** @throws InputError where the file is missing, no JSON, of another version, or contradicts itself */
export function readRepetitions(file: string): Repetition[] {
  const { workloads } = check(repetitionsSchema, readJsonFile(file), file);
  const seen = new Set<string>();
  return workloads.flatMap(({ sameness, recordings }, i) =>
    recordings.map((recording, j) => {
      const { hash } = recording;
      if (seen.has(hash)) throw new InputError(file, `workloads.${i}.recordings.${j}`, 'each recording once', `${hash} again`);
      seen.add(hash);
      return { sameness: samenessText(sameness), ...recording };
    }),
  );
}

/** Those that come with cfslab, of the machines that its captures were made on. */
export function shippedRepetitions(): Repetition[] {
  const folder = join(packageRoot(), 'calibration', 'repetitions');
  if (kindOf(folder) !== 'directory') return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json')).sort(byText);
  return files.flatMap((file) => readRepetitions(join(folder, file)));
}

/** By workload, each recording once, in an order of their own: the same recordings make the same file. */
export function repetitionFile(all: readonly Repetition[]): RepetitionFile {
  const known = [...new Map(all.map((repetition) => [repetition.hash, repetition])).values()];
  const keys = [...new Set(known.map(({ sameness }) => sameness))];
  const workloads = keys.map((key) => {
    const own = known.filter(({ sameness }) => sameness === key);
    const recordings = own.map(({ name, hash, seed, durationNs, figures }) => ({ name, hash, seed, durationNs, figures }));
    recordings.sort((a, b) => byText(a.name, b.name) || byText(a.hash, b.hash));
    return { sameness: canonical(JSON.parse(key) as Sameness), recordings };
  });
  const placeOf = ({ sameness }: (typeof workloads)[number]): string =>
    [sameness.topology, sameness.workload, samenessText(sameness)].join('\n');
  return { schema: 1, workloads: workloads.sort((a, b) => byText(placeOf(a), placeOf(b))) };
}

/** The file's text: a line for each field and figure, so that a difference can be read. */
export function repetitionText(file: RepetitionFile): string {
  return `${JSON.stringify(file, null, 1)}\n`;
}
