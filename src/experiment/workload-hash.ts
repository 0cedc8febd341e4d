import { createHash } from 'node:crypto';
import type { Workload } from '../sim/programs/program.js';

/** What a workload is, whatever it is called. */
export function workloadHash(workload: Workload): string {
  const { program, distributions, ...rest } = workload;
  const hash = createHash('sha256').update(JSON.stringify(rest));
  for (const column of [program.code, program.a, program.b, ...distributions]) hash.update(column);
  return hash.digest('hex');
}
