import { InputError } from '../../input/error.js';
import { readTextFile } from '../../input/json.js';
import type { Workload } from '../../sim/programs/program.js';
import { compile } from './compile.js';
import { JSON_BYTES_MAX, parseJson } from './json.js';
import { readFile } from './read-file.js';

/** A workload read from an rt-app file. */
export interface RtAppWorkload {
  readonly workload: Workload;
  /** How long the file says that it goes on, or null where it says nothing. */
  readonly durationNs: number | null;
  /** What of the file is ignored or taken otherwise than it may seem. */
  readonly notes: readonly string[];
}

/**
 * Reads an rt-app file from disk.
 *
 * @param cpus number of CPUs of the machine
 * @throws InputError
 */
export function readRtApp(path: string, cpus: number): RtAppWorkload {
  return parseRtApp(readTextFile(path, JSON_BYTES_MAX), path, cpus);
}

/**
 * Makes a workload of the text of an rt-app file.
 *
 * @param file named in errors
 * @throws InputError
 */
export function parseRtApp(text: string, file: string, cpus: number): RtAppWorkload {
  const read = readFile(text, file, cpus);
  return { ...compile(read, file, cpus), durationNs: read.durationNs };
}

/** Whether a text (strict JSON or not) is an rt-app file and not one of our own: it has `tasks`, and no machine. */
export function looksLikeRtApp(text: string): boolean {
  try {
    const json = parseJson(text, '');
    if (json.kind !== 'object') return false;
    const keys = json.entries.map(([key]) => key);
    const tasks = json.entries.find(([key]) => key === 'tasks')?.[1];
    return tasks?.kind === 'object' && !keys.includes('machine') && !keys.includes('workload');
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
