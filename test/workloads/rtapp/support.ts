import { InputError } from '../../../src/input/error.js';
import { parseRtApp, type RtAppWorkload } from '../../../src/workloads/rtapp/index.js';
import { listing } from '../support/workloads.js';

/** A file of the given tasks, read for a machine of 8 CPUs. */
export function tasks(object: unknown, global: unknown = {}): RtAppWorkload {
  return parse(JSON.stringify({ global, tasks: object }));
}

export function parse(text: string): RtAppWorkload {
  return parseRtApp(text, 'file.json', 8);
}

/** The program of one task, up to where the next one starts. @param comm its name */
export function programOf({ workload }: RtAppWorkload, comm: string, nth = 0): string[] {
  const starts = workload.templates.map((template) => template.entry).sort((x, y) => x - y);
  const from = workload.templates.filter((template) => template.comm === comm)[nth]!.entry;
  return listing(workload, from, starts.find((start) => start > from));
}

/** The message of the InputError that reading gives. */
export function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
