import type { Workload } from '../../sim/programs/program.js';

/**
 * Gives every task of a replayed recording, per-CPU kernel threads apart, the same working set. It is an assumption, not
 * a measurement: with it a move has a price, which a recording alone cannot set.
 * @param workingSetKiB 0: none, and the workload comes back as it is
 * @param touchRate bytes of it touched per µs of run time
 */
export function withMemory(workload: Workload, workingSetKiB: number, touchRate: number): Workload {
  if (workingSetKiB === 0) return workload;
  const templates = workload.templates.map((template) =>
    template.perCpuKthread === true ? template : { ...template, workingSet: workingSetKiB * 1024, touchRate },
  );
  return { ...workload, templates };
}
