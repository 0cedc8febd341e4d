import { Op, type Opcode, type Workload } from '../../../src/sim/programs/program.js';
import { ProgramBuilder } from '../../../src/workloads/assembler.js';
import { WorkloadBuilder } from '../../../src/workloads/builder.js';
import { OP_NAMES } from '../../../src/workloads/operands.js';

/** A workload of one task that does what is written. */
export function single(write: (program: ProgramBuilder, w: WorkloadBuilder) => void, cpus = 4): Workload {
  const w = new WorkloadBuilder(cpus);
  const entry = w.program.routine(() => write(w.program, w));
  w.initial(w.template({ comm: 'task', entry }));
  return w.build({ name: 'test', unit: 'units', ends: 'duration', maxTasks: 64 });
}

/** A workload of one task whose program is given operation by operation, past all that a builder would see to. */
export function raw(operations: readonly (readonly [Opcode, number?, number?])[], more: Partial<Workload> = {}): Workload {
  const base = single((program, w) => {
    w.semaphore();
    w.semaphore();
    w.mutex();
    w.mutex();
    w.condition();
    w.barrier(1);
    w.barrier(2);
    program.exit();
  });
  return {
    ...base,
    program: {
      code: Uint8Array.from(operations.map(([code]) => code)),
      a: Float64Array.from(operations.map(([, a]) => a ?? 0)),
      b: Float64Array.from(operations.map(([, , b]) => b ?? 0)),
    },
    ...more,
  };
}

/** The program as text, an operation each, with the operands that it has. */
export function listing(workload: Workload, from = 0, to = workload.program.code.length): string[] {
  const { code, a, b } = workload.program;
  const lines: string[] = [];
  for (let pc = from; pc < to; pc++) lines.push(`${OP_NAMES[code[pc]!]} ${a[pc]} ${b[pc]}`);
  return lines;
}

export { Op };
