import { Op } from '../../../../src/sim/programs/program.js';
import type { Workload } from '../../../../src/sim/programs/program.js';
import { OPERANDS, OP_NAMES } from '../../../../src/workloads/operands.js';

/** The operations of the task shown as `pid`, until its EXIT: `RUN 5`, `POST 0 1`, `WAIT 0`. */
export function programOf(workload: Workload, pid: number): string[] {
  const row = workload.templates.findIndex((template) => template.pid === pid);
  if (row < 0) throw new Error(`no template shows pid ${pid}`);
  return programFrom(workload, workload.templates[row]!.entry);
}

export function programFrom(workload: Workload, entry: number): string[] {
  const { code, a, b } = workload.program;
  const text: string[] = [];
  for (let pc = entry; ; pc++) {
    const op = code[pc]!;
    const [first, second] = OPERANDS[op]!;
    const none = second === 'unused' || ((op === Op.SLEEP || op === Op.BARRIER) && b[pc] === 0);
    text.push([OP_NAMES[op], ...(first === 'unused' ? [] : [a[pc]]), ...(none ? [] : [b[pc]])].join(' '));
    if (op === Op.EXIT) return text;
  }
}

/** ns of RUN by template row. */
export function runTimes(workload: Workload): number[] {
  return workload.templates.map((template) => {
    let ns = 0;
    for (let pc = template.entry; workload.program.code[pc] !== Op.EXIT; pc++) {
      if (workload.program.code[pc] === Op.RUN) ns += workload.program.a[pc]!;
    }
    return ns;
  });
}

/** Posts minus waits, by semaphore. */
export function tokenBalance(workload: Workload): number[] {
  const { code, a, b } = workload.program;
  const balance = [...workload.semaphores];
  for (let pc = 0; pc < code.length; pc++) {
    if (code[pc] === Op.WAIT) balance[a[pc]!]! -= 1;
    if (code[pc] === Op.POST || code[pc] === Op.POST_SYNC) balance[a[pc]!]! += b[pc]!;
  }
  return balance;
}
