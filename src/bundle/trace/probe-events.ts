/** The events of the kprobes that `capture-script --kprobes` defines: calls on entry, and what they gave. */
import type { Body } from './body.js';

/** can_migrate_task_call: `task` is an address, all that a probe sees of whom it is about. */
export const newProbedCall = () => ({ task: '', src: 0, dst: 0 });
export type ProbedCall = ReturnType<typeof newProbedCall>;

export function parseProbedCall(b: Body, e: ProbedCall): void {
  e.task = b.word('task');
  e.src = b.int('src');
  e.dst = b.int('dst');
}

/** load_balance_call: the CPU that balances, and in which kind of idleness. */
export const newProbedBalance = () => ({ dst: 0, idle: 0 });
export type ProbedBalance = ReturnType<typeof newProbedBalance>;

export function parseProbedBalance(b: Body, e: ProbedBalance): void {
  e.dst = b.int('dst');
  e.idle = b.int('idle');
}

/** can_migrate_task, load_balance: what a call returned. */
export const newProbedReturn = () => ({ ret: 0 });
export type ProbedReturn = ReturnType<typeof newProbedReturn>;

export function parseProbedReturn(b: Body, e: ProbedReturn): void {
  e.ret = b.int('ret');
}
