import { Op, type Program } from '../sim/programs/program.js';

/** What an operand of an operation means. */
export type OperandKind =
  | 'unused'
  | 'time in ns'
  | 'moment in ns'
  | 'step in ns'
  | 'distribution'
  | 'timer'
  | 'semaphore'
  | 'number of posts'
  | 'number of semaphores'
  | 'number of cases'
  | 'ring'
  | 'mutex'
  | 'mutex or −1'
  | 'condition'
  | 'condition + 1 or 0'
  | 'barrier'
  | 'operation'
  | 'template or −1'
  | 'nice value'
  | 'policy'
  | 'mask'
  | 'group'
  | 'amount'
  | 'loop register'
  | 'number of times'
  | 'number of units';

/** The operands a and b of every operation, by opcode. */
export const OPERANDS: Readonly<Record<number, readonly [OperandKind, OperandKind]>> = {
  [Op.RUN]: ['time in ns', 'unused'],
  [Op.RUN_DRAW]: ['distribution', 'unused'],
  [Op.SLEEP]: ['time in ns', 'condition + 1 or 0'],
  [Op.SLEEP_DRAW]: ['distribution', 'unused'],
  [Op.TIMER]: ['time in ns', 'timer'],
  [Op.WAIT]: ['semaphore', 'unused'],
  [Op.POST]: ['semaphore', 'number of posts'],
  [Op.POST_SYNC]: ['semaphore', 'number of posts'],
  [Op.LOCK]: ['mutex', 'time in ns'],
  [Op.UNLOCK]: ['mutex', 'unused'],
  [Op.COND_WAIT]: ['condition', 'mutex or −1'],
  [Op.SIGNAL]: ['condition', 'unused'],
  [Op.BROADCAST]: ['condition', 'unused'],
  [Op.BARRIER]: ['barrier', 'time in ns'],
  [Op.FORK]: ['operation', 'template or −1'],
  [Op.JOIN]: ['unused', 'unused'],
  [Op.EXIT]: ['unused', 'unused'],
  [Op.EXEC]: ['unused', 'unused'],
  [Op.NICE]: ['nice value', 'unused'],
  [Op.POLICY]: ['policy', 'unused'],
  [Op.AFFINITY]: ['mask', 'unused'],
  [Op.GROUP]: ['group', 'unused'],
  [Op.YIELD]: ['unused', 'unused'],
  [Op.WORKING_SET]: ['amount', 'amount'],
  [Op.LOOP_SET]: ['loop register', 'number of times'],
  [Op.LOOP_NEXT]: ['loop register', 'operation'],
  [Op.JUMP]: ['operation', 'unused'],
  [Op.MARK]: ['number of units', 'unused'],
  [Op.RUN_UNTIL]: ['moment in ns', 'step in ns'],
  [Op.EXIT_GROUP]: ['unused', 'unused'],
  [Op.JUMP_AFTER]: ['moment in ns', 'operation'],
  [Op.WAIT_DRAW]: ['semaphore', 'distribution'],
  [Op.POST_DRAW]: ['semaphore', 'number of semaphores'],
  [Op.JUMP_DRAW]: ['number of cases', 'operation'],
  [Op.TRY]: ['semaphore', 'operation'],
  [Op.NUMBER]: ['loop register', 'semaphore'],
  [Op.WAIT_AT]: ['semaphore', 'ring'],
  [Op.POST_AT]: ['semaphore', 'ring'],
  [Op.WAIT_EVENT]: ['condition', 'semaphore'],
  [Op.SIGNAL_SYNC]: ['condition', 'unused'],
  [Op.JUMP_EMPTY]: ['semaphore', 'operation'],
  [Op.COND_WAIT_OWN]: ['condition', 'mutex'],
  [Op.JUMP_CROSSED]: ['moment in ns', 'operation'],
  [Op.ENTER_KERNEL]: ['unused', 'unused'],
  [Op.LEAVE_KERNEL]: ['unused', 'unused'],
};

/** Names of the operations by opcode. */
export const OP_NAMES: readonly string[] = namesByOpcode();

function namesByOpcode(): string[] {
  const names: string[] = [];
  for (const [name, opcode] of Object.entries(Op)) names[opcode] = name;
  return names;
}

/** Where a task goes on after an operation, −1 for nowhere. */
export function nextOf(program: Program, pc: number): number {
  const code = program.code[pc]!;
  return code === Op.EXIT || code === Op.EXIT_GROUP ? -1 : code === Op.JUMP ? program.a[pc]! : pc + 1;
}

const BRANCHING: ReadonlySet<number> = new Set([Op.LOOP_NEXT, Op.JUMP_AFTER, Op.JUMP_DRAW, Op.TRY, Op.JUMP_EMPTY, Op.JUMP_CROSSED]);

/** Where else it may go, −1 for nowhere. */
export function branchOf(program: Program, pc: number): number {
  return BRANCHING.has(program.code[pc]!) ? program.b[pc]! : -1;
}

/** Whether an operation gives a mutex back, if it has one, and waits at a condition. */
export function isConditionWait(code: number): boolean {
  return code === Op.COND_WAIT || code === Op.COND_WAIT_OWN;
}
