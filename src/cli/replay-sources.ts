/** The recordings that the user named for a replay. */
import { realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { BundleContents } from '../bundle/tables/contents.js';
import type { L1Report } from '../bundle/replay-l1.js';
import { InputError } from '../input/error.js';
import type { FreeRun } from './replay-text.js';

/** Where a recording is, and what it is called in the report. */
export interface Source {
  readonly name: string;
  readonly directory: string;
}

/** A recording that has been read, with what needs no lockstep. */
export interface Opened extends Source {
  readonly contents: BundleContents;
  readonly l1: L1Report;
  readonly freeRun: FreeRun | null;
}

/** Names by the directories' own, or by the paths as given where two have the same. @throws InputError for one given twice */
export function distinct(paths: readonly string[]): Source[] {
  const places = paths.map((path) => {
    try {
      return realpathSync(path);
    } catch {
      // That there is none is said when it is opened.
      return resolve(path);
    }
  });
  places.forEach((place, i) => {
    if (places.indexOf(place) !== i) throw new InputError(paths[i]!, '', 'each recording once', 'it twice');
  });
  const names = paths.map((path) => basename(resolve(path)));
  return paths.map((directory, i) => ({
    directory,
    name: names.filter((name) => name === names[i]).length === 1 ? names[i]! : directory,
  }));
}

/** L1 of several recordings together; the rows that differ are those of each, with its name. */
export function totalL1(recordings: ReadonlyArray<{ readonly name: string; readonly l1: L1Report }>): L1Report {
  if (recordings.length === 1) return recordings[0]!.l1;
  const sum = (of: (l1: L1Report) => number): number => recordings.reduce((total, { l1 }) => total + of(l1), 0);
  return {
    rows: sum(({ rows }) => rows),
    decidable: sum(({ decidable }) => decidable),
    agree: sum(({ agree }) => agree),
    disagreements: recordings.flatMap(({ name, l1 }) => l1.disagreements.map((found) => ({ recording: name, ...found }))),
  };
}
