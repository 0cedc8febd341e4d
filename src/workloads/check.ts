import { LOOP_REGISTERS, Op, QUANTILE_STEPS, RING, TIMER_REGISTERS, type GroupSpec, type StartState, type Workload } from '../sim/programs/program.js';
import { checkFlow } from './check-flow.js';
import { OPERANDS, OP_NAMES, type OperandKind } from './operands.js';

/**
 * Checks a workload as a whole, before a machine runs it. A workload that passes names only what is there; what only a
 * run can show (a deadlock between tasks, more tasks than `maxTasks`) is left to the machine.
 *
 * @param cpus number of CPUs of the machine
 * @throws Error that names the row or the operation
 */
export function checkWorkload(workload: Workload, cpus: number): void {
  checkObjects(workload, cpus);
  checkTasks(workload, cpus);
  checkStart(workload.start ?? {}, cpus);
  checkOperations(workload);
  checkFlow(workload);
}

function checkObjects(workload: Workload, cpus: number): void {
  need(workload.ends === 'exit' || workload.ends === 'duration', () => `ends is ${String(workload.ends)}`);
  need(workload.masks.length >= 1, () => 'there are no masks; row 0 is all CPUs');
  workload.masks.forEach((mask, row) => {
    need(mask.length > 0, () => `mask ${row} is empty`);
    const seen = new Set<number>();
    for (const cpu of mask) {
      need(isCount(cpu) && cpu < cpus, () => `mask ${row} names CPU ${cpu}, but the machine has ${cpus}`);
      need(!seen.has(cpu), () => `mask ${row} names CPU ${cpu} twice`);
      seen.add(cpu);
    }
    need(row > 0 || mask.length === cpus, () => `mask 0 holds ${mask.length} of the machine's ${cpus} CPUs, not all`);
  });
  need(workload.groups.length >= 1, () => 'there are no task groups; row 0 is the root');
  workload.groups.forEach(checkGroup);
  workload.semaphores.forEach((count, row) => need(isCount(count), () => `semaphore ${row} starts at ${count}`));
  need(isCount(workload.mutexes), () => `the number of mutexes is ${workload.mutexes}`);
  need(isCount(workload.conditions), () => `the number of conditions is ${workload.conditions}`);
  workload.barriers.forEach((size, row) => need(isCount(size) && size >= 1, () => `barrier ${row} is for ${size} tasks`));
  workload.distributions.forEach(checkDistribution);
}

function checkGroup(group: GroupSpec, row: number): void {
  need(isCount(group.parent) && (row === 0 ? group.parent === 0 : group.parent < row), () => {
    return `group ${row} has the parent ${group.parent}, which does not come before it`;
  });
  need(isCount(group.weight) && group.weight >= 1 && group.weight <= 10_000, () => `group ${row} weighs ${group.weight}`);
  const ms = 1_000_000;
  need(isCount(group.periodNs) && group.periodNs >= ms && group.periodNs <= 1000 * ms, () => {
    return `group ${row} has a period of ${group.periodNs} ns, which is not within 1 ms…1 s`;
  });
  const { quotaNs, burstNs } = group;
  need(quotaNs === null || (isCount(quotaNs) && quotaNs >= ms), () => {
    return `group ${row} has a quota of ${quotaNs} ns, below 1 ms`;
  });
  need(row > 0 || quotaNs === null, () => 'group 0 is the root and cannot have a quota');
  need(isCount(burstNs) && burstNs <= (quotaNs ?? burstNs), () => `group ${row} has a burst of ${burstNs} ns`);
}

function checkDistribution(quantiles: Float64Array, row: number): void {
  need(quantiles.length === QUANTILE_STEPS + 1, () => {
    return `distribution ${row} has ${quantiles.length} values instead of ${QUANTILE_STEPS + 1}`;
  });
  let last = 0;
  quantiles.forEach((value, i) => {
    need(value >= last && value <= Number.MAX_SAFE_INTEGER, () => `distribution ${row} does not ascend at ${i}: ${value}`);
    last = value;
  });
}

function checkTasks(workload: Workload, cpus: number): void {
  const length = workload.program.code.length;
  workload.templates.forEach((template, row) => {
    const what = (): string => `template ${row} (${template.comm})`;
    const { length: letters } = template.comm;
    need(letters >= 1 && letters <= 15, () => `${what()} has a name of ${letters} characters`);
    need(isRow(template.entry, length), () => `${what()} starts at ${template.entry} of ${length} operations`);
    need(isNice(template.nice), () => `${what()} has the nice value ${template.nice}`);
    need(isPolicy(template.policy), () => `${what()} has the policy ${template.policy}`);
    need(isRow(template.mask, workload.masks.length), () => `${what()} has the mask ${template.mask}, which is unknown`);
    need(isRow(template.group, workload.groups.length), () => `${what()} is in group ${template.group}, which is unknown`);
    need(isAmount(template.workingSet), () => `${what()} has a working set of ${template.workingSet} bytes`);
    need(isAmount(template.touchRate), () => `${what()} touches ${template.touchRate} bytes per µs`);
    need(template.perCpuKthread !== true || workload.masks[template.mask]!.length === 1, () => {
      return `${what()} is a per-CPU kernel thread, but may run on ${workload.masks[template.mask]!.length} CPUs`;
    });
  });
  need(workload.initial.length >= 1, () => 'there is no initial task');
  need(isCount(workload.maxTasks) && workload.maxTasks >= 1, () => `maxTasks is ${workload.maxTasks}`);
  workload.initial.forEach((task, row) => {
    need(isRow(task.template, workload.templates.length), () => {
      return `initial task ${row} has the unknown template ${task.template}`;
    });
    need(isCount(task.startNs), () => `initial task ${row} starts at ${task.startNs} ns`);
    need(isRow(task.cpu, cpus), () => `initial task ${row} starts on CPU ${task.cpu}, but the machine has ${cpus}`);
    const { running, runnable } = task.busy ?? { running: 0, runnable: 0 };
    need(isCount(running) && isCount(runnable) && running <= runnable && runnable <= 1024, () => {
      return `initial task ${row} has run for ${running} and was runnable for ${runnable} of 1024`;
    });
  });
}

function checkStart({ tickNs, ticking, firstBalances, queues, newidleCosts, newidleStats, searches }: StartState, cpus: number): void {
  need(tickNs === undefined || isAmount(tickNs), () => `the first tick is at ${tickNs} ns`);
  need(queues === undefined || queues.length === cpus, () => `${queues!.length} run queues are known at the start, of ${cpus}`);
  queues?.forEach((queue, cpu) => {
    const wrong = Object.entries<number>({ ...queue }).find(([, value]) => !isAmount(value));
    need(wrong === undefined, () => `the run queue of CPU ${cpu} starts with ${wrong![0]} ${wrong![1]}`);
  });
  ticking?.forEach(({ cpu, untilNs }) => need(isAmount(untilNs), () => `CPU ${cpu} ticks at the start until ${untilNs} ns`));
  for (const { cpu } of [...(ticking ?? []), ...(firstBalances ?? []), ...(newidleCosts ?? []), ...(newidleStats ?? []), ...(searches ?? [])]) {
    need(isRow(cpu, cpus), () => `the start names CPU ${cpu}, but the machine has ${cpus}`);
  }
  newidleCosts?.forEach(({ cpu, domain, ns }) => {
    need(isCount(domain) && isAmount(ns), () => `newly-idle balancing costs ${ns} ns in domain ${domain} of CPU ${cpu}`);
  });
  newidleStats?.forEach(({ cpu, domain, calls, successes, ratio }) => {
    need([domain, calls, successes, ratio].every(isCount), () => `newly-idle balancing has counted ${calls}, ${successes}, ${ratio} in domain ${domain} of CPU ${cpu}`);
  });
  searches?.forEach(({ cpu, scan }) => need(isCount(scan ?? 0), () => `a search of CPU ${cpu} looks at ${scan} CPUs`));
}

function checkOperations(workload: Workload): void {
  const { code, a, b } = workload.program;
  need(a.length === code.length && b.length === code.length, () => {
    return `the program has ${code.length} opcodes, but ${a.length} and ${b.length} operands`;
  });
  for (let pc = 0; pc < code.length; pc++) {
    const operands = OPERANDS[code[pc]!];
    need(operands !== undefined, () => `operation ${pc} has the unknown opcode ${code[pc]}`);
    need(isOperand(workload, operands![0], a[pc]!), () => complaint(workload, pc, operands![0], a[pc]!, 'a'));
    need(isOperand(workload, operands![1], b[pc]!), () => complaint(workload, pc, operands![1], b[pc]!, 'b'));
    need(code[pc] !== Op.POST_DRAW || a[pc]! + b[pc]! <= workload.semaphores.length, () => {
      return `operation ${pc} (POST_DRAW) draws from the ${b[pc]} semaphores from ${a[pc]} on, which are not all there`;
    });
    const ring = code[pc] === Op.WAIT_AT || code[pc] === Op.POST_AT ? RING.size(b[pc]!) : 0;
    need(a[pc]! + ring <= workload.semaphores.length || ring === 0, () => {
      return `operation ${pc} (${OP_NAMES[code[pc]!]}) has a ring of the ${ring} semaphores from ${a[pc]} on, which are not all there`;
    });
    need(code[pc] !== Op.MARK || workload.unit !== '', () => `operation ${pc} (MARK) counts, but the workload has no unit`);
  }
}

function isOperand(workload: Workload, kind: OperandKind, value: number): boolean {
  switch (kind) {
    case 'unused':
      return true;
    case 'time in ns':
    case 'moment in ns':
    case 'number of units':
      return isCount(value);
    case 'number of posts':
    case 'number of semaphores':
    case 'number of cases':
    case 'step in ns':
    case 'number of times':
      return isCount(value) && value >= 1;
    case 'ring':
      return isCount(value) && RING.size(value) >= 1;
    case 'amount':
      return isAmount(value);
    case 'distribution':
      return isRow(value, workload.distributions.length);
    case 'timer':
      return isRow(value, 2 * TIMER_REGISTERS);
    case 'semaphore':
      return isRow(value, workload.semaphores.length);
    case 'mutex':
      return isRow(value, workload.mutexes);
    case 'mutex or −1':
      return value === -1 || isRow(value, workload.mutexes);
    case 'condition':
      return isRow(value, workload.conditions);
    case 'condition + 1 or 0':
      return isRow(value, workload.conditions + 1);
    case 'barrier':
      return isRow(value, workload.barriers.length);
    case 'operation':
      return isRow(value, workload.program.code.length);
    case 'template or −1':
      return value === -1 || isRow(value, workload.templates.length);
    case 'nice value':
      return isNice(value);
    case 'policy':
      return isPolicy(value);
    case 'mask':
      return isRow(value, workload.masks.length);
    case 'group':
      return isRow(value, workload.groups.length);
    case 'loop register':
      return isRow(value, LOOP_REGISTERS);
  }
}

function complaint(workload: Workload, pc: number, kind: OperandKind, value: number, operand: string): string {
  const name = OP_NAMES[workload.program.code[pc]!];
  return `operation ${pc} (${name}) has ${operand} = ${value}, which is no ${kind} of this workload`;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isRow(value: number, rows: number): boolean {
  return isCount(value) && value < rows;
}

function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function isNice(value: number): boolean {
  return Number.isInteger(value) && value >= -20 && value <= 19;
}

function isPolicy(value: number): boolean {
  return value === 0 || value === 3 || value === 5;
}

function need(condition: boolean, message: () => string): void {
  if (!condition) throw new Error(`workload: ${message()}`);
}
