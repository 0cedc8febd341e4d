import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';

/** A recording, and the workload that it is a run of. */
export interface NamedRecording {
  readonly path: string;
  readonly workload: string;
}

/**
 * Reads `WORKLOAD=PATH` or `PATH`. Where no workload is named it is the path's last part without the number or letter of a
 * run: `batch-mc5-ml-b` and `batch-mc5-ml-a` are runs of `batch-mc5-ml`.
 */
export function namedRecording(given: string): NamedRecording {
  const [, workload, path] = /^([^=/]+)=(.+)$/s.exec(given) ?? [];
  if (workload === undefined || existsSync(given)) return { path: given, workload: workloadOf(basename(resolve(given))) };
  return { path: path!, workload };
}

/** The workload that a recording's name tells. */
export function workloadOf(name: string): string {
  return name.replace(/(.)[-_.]([a-z]|\d{1,4})$/, '$1');
}
