import { CLOCK_BASE, type Kernel } from '../kernel/kernel.js';
import { load_weight_of } from '../kernel/math/weights.js';
import { Source } from '../engine/slots.js';
import type { Machine } from '../machine.js';
import { NS_PER_MS } from '../programs/interpreter.js';
import { Op } from '../programs/program.js';
import type { RunResult } from '../run-types.js';

/** CPU time of every task that was born, in order of birth, ns. The time since the last update of a running task's clock is added. */
export function runtimes(k: Kernel, machine: Machine): RunResult['tasks'] {
  return machine.population.births.map((birth) => ({
    pid: birth.pid,
    comm: birth.comm,
    runNs: birth.runNs >= 0 ? birth.runNs : k.se.sum_exec_runtime[birth.row]! + sinceLastUpdate(k, birth.row),
    nice: birth.nice,
    mask: birth.mask,
    group: birth.group,
  }));
}

/** Units of work that MARK and RUN have counted, less what of a RUN is still to be done (`Workload.countsRuns`). */
export function workDone(k: Kernel, machine: Machine): number {
  const { t, code, argA, slots, queue, speed, population } = machine;
  let units = machine.marked[0]!;
  if (!machine.countsRuns) return units;
  for (const { row, runNs } of population.births) {
    const last = t.pc[row]! - 1;
    if (runNs >= 0 || last < 0 || code[last] !== Op.RUN) continue;
    const cpu = k.task.cpu[row]!;
    const burst = slots.ofCpu(Source.BURST, cpu);
    const running = k.rq.curr[cpu] === row && queue.pending(burst);
    const left = running ? speed.work(cpu, queue.time(burst) - k.g.now[0]!) : t.work[row]!;
    units -= Math.min(left, argA[last]!) / NS_PER_MS;
  }
  return units;
}

function sinceLastUpdate(k: Kernel, p: number): number {
  // In schedule() it is off its queue.
  if (k.task.on_cpu[p] === 0 || k.task.on_rq[p] === 0) return 0;
  const cpu = k.task.cpu[p]!;
  const unread = CLOCK_BASE + k.g.now[0]! - k.rq.clock[cpu]!;
  return k.rq.clock_task[cpu]! + unread - k.se.exec_start[p]!;
}

/** Tasks that were runnable for less than this are left out of the fairness: their share says nothing. */
const FAIRNESS_MIN_NS = 10_000_000;

/**
 * Jain's index (Σx)² / (n · Σx²) of x = CPU time / (runnable time · load weight) over the tasks whose row no
 * later task has taken and that were runnable for at least 10 ms: 1 where everybody got the same share for its weight, 1/n where one got all.
 * null with fewer than two such tasks.
 */
export function fairness(k: Kernel, machine: Machine): number | null {
  const { t } = machine;
  const births = machine.population.births;
  const now = k.g.now[0]!;
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (let ordinal = 0; ordinal < births.length; ordinal++) {
    const birth = births[ordinal]!;
    const p = birth.row;
    if (t.ordinal[p] !== ordinal) continue;
    const runnable = t.runnableNs[p]! + (t.runnableSince[p]! >= 0 ? now - t.runnableSince[p]! : 0);
    if (runnable < FAIRNESS_MIN_NS) continue;
    const run = birth.runNs >= 0 ? birth.runNs : k.se.sum_exec_runtime[p]! + sinceLastUpdate(k, p);
    const x = run / (runnable * load_weight_of(k.task.nice[p]!, k.task.policy[p]!));
    n++;
    sum += x;
    squares += x * x;
  }
  return n < 2 || squares === 0 ? null : (sum * sum) / (n * squares);
}
