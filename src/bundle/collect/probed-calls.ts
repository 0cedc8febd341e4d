import { DECISION_COLUMNS } from '../../sim/records/records.js';
import type { ProbedBalance, ProbedCall } from '../trace/probe-events.js';

/*
 * Calls of can_migrate_task() of a kernel without instrumentation, put together from the events of kprobes: the entry tells the
 * CPUs and the task's address, the return the answer, and the events around them the rest. On a CPU nothing comes in between:
 * calls are made with its interrupts off.
 *
 *   load_balance_call   idle of what follows
 *   can_migrate_task_call   src, dst, address
 *   can_migrate_task        the answer
 *   sched_migrate_task      of a task that may go: whose address it was
 *   load_balance            the end
 */

/** Puts a row of `decisions` in, of a moment that may lie back a little. */
export type PutCall = (row: Float64Array, ts: number) => void;

/** A call whose answer, or whose task, has not been seen yet. */
interface Open {
  readonly ts: number;
  readonly src: number;
  readonly dst: number;
  readonly task: string;
  readonly idle: number;
  result: number;
}

const UNKNOWN = -1;
const at = (name: string): number => DECISION_COLUMNS.findIndex((column) => column.name === name);
const [TS, CPU, PID, SRC, DST, IDLE, RESULT, SEQ] = ['ts', 'cpu', 'pid', 'src_cpu', 'dst_cpu', 'idle', 'result', 'seq'].map(at) as [
  number, number, number, number, number, number, number, number,
];

export class ProbedCalls {
  /** By CPU that balances. */
  private readonly open = new Map<number, Open>();
  private readonly idle = new Map<number, number>();
  /** By address of the task's structure: whose it was when a task was last moved from there. */
  private readonly pids = new Map<string, number>();
  private readonly addresses = new Map<number, string>();
  private readonly row = new Float64Array(DECISION_COLUMNS.length);

  constructor(private readonly put: PutCall) {}

  balances(cpu: number, { idle }: ProbedBalance): void {
    this.settle(cpu);
    this.idle.set(cpu, idle);
  }

  balanced(cpu: number): void {
    this.settle(cpu);
    this.idle.delete(cpu);
  }

  called(cpu: number, ts: number, { task, src, dst }: ProbedCall): void {
    this.settle(cpu);
    this.open.set(cpu, { ts, src, dst, task, idle: this.idle.get(cpu) ?? UNKNOWN, result: UNKNOWN });
  }

  /** What the CPU's call gave. Where the entry was not probed, the answer is all there is. */
  answered(cpu: number, ts: number, result: number): void {
    let call = this.open.get(cpu);
    if (call === undefined || call.result !== UNKNOWN) {
      this.settle(cpu);
      call = { ts, src: UNKNOWN, dst: UNKNOWN, task: '', idle: this.idle.get(cpu) ?? UNKNOWN, result: UNKNOWN };
      this.open.set(cpu, call);
    }
    call.result = result > 0 ? 1 : 0;
    // One that goes is named by what follows.
    if (call.result === 0) this.settle(cpu);
  }

  /** A task was moved by that CPU. */
  migrated(cpu: number, pid: number, from: number, to: number): void {
    const call = this.open.get(cpu);
    if (call === undefined || call.result !== 1) return;
    const isIt = call.task === '' || (call.src === from && call.dst === to);
    if (isIt && call.task !== '') this.learn(call.task, pid);
    this.settle(cpu, isIt ? pid : UNKNOWN);
  }

  /** Its address may be another's from now on. */
  exited(pid: number): void {
    const address = this.addresses.get(pid);
    if (address === undefined) return;
    this.addresses.delete(pid);
    this.pids.delete(address);
  }

  finish(): void {
    for (const cpu of [...this.open.keys()].sort((a, b) => a - b)) this.settle(cpu);
  }

  private learn(address: string, pid: number): void {
    const before = this.pids.get(address);
    if (before === pid) return;
    if (before !== undefined) this.addresses.delete(before);
    this.exited(pid);
    this.pids.set(address, pid);
    this.addresses.set(pid, address);
  }

  /** Puts the CPU's open call in, as far as it is known. */
  private settle(cpu: number, pid: number | null = null): void {
    const call = this.open.get(cpu);
    if (call === undefined) return;
    this.open.delete(cpu);
    const { row } = this;
    row.fill(UNKNOWN);
    row[TS] = call.ts;
    row[CPU] = cpu;
    row[PID] = pid ?? this.pids.get(call.task) ?? UNKNOWN;
    row[SRC] = call.src;
    row[DST] = call.dst;
    row[IDLE] = call.idle;
    row[RESULT] = call.result;
    row[SEQ] = 0;
    this.put(row, call.ts);
  }
}
