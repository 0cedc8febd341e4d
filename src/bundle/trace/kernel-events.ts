/** The tracepoints that every kernel has: for each what it says, and the function that reads it. */
import type { Body } from './body.js';
import { taskStateOf } from './task-state.js';

/** sched_switch: a CPU goes from one task to the next. */
export const newSwitch = () => ({
  prevComm: '', prevPid: 0, prevPrio: 0, prevState: 0, nextComm: '', nextPid: 0, nextPrio: 0,
});
export type Switch = ReturnType<typeof newSwitch>;

export function parseSwitch(b: Body, e: Switch): void {
  const nextCommEnd = b.skipCommBefore('next_pid');
  e.nextPid = b.int('next_pid');
  e.nextPrio = b.int('next_prio');
  // The part before the arrow belongs to the task that leaves.
  const arrow = b.text.lastIndexOf(' ==> next_comm=', nextCommEnd);
  e.nextComm = b.textBefore('next_comm', nextCommEnd);
  const prevCommEnd = b.skipCommBefore('prev_pid', arrow);
  e.prevComm = b.leadingText('prev_comm', prevCommEnd);
  e.prevPid = b.int('prev_pid');
  e.prevPrio = b.int('prev_prio');
  e.prevState = taskStateOf(b.word('prev_state'));
  if (e.prevState < 0) b.fail('prev_state');
}

/** sched_waking, sched_wakeup, sched_wakeup_new: about to wake, is on a run queue, is so for the first time. */
export const newWakeup = () => ({ comm: '', pid: 0, prio: 0, targetCpu: 0 });
export type Wakeup = ReturnType<typeof newWakeup>;

export function parseWakeup(b: Body, e: Wakeup): void {
  e.comm = b.leadingText('comm', b.skipCommBefore('pid'));
  e.pid = b.int('pid');
  e.prio = b.int('prio');
  e.targetCpu = b.int('target_cpu');
}

/** sched_migrate_task: a task gets another CPU, for whatever reason. */
export const newMigrate = () => ({ comm: '', pid: 0, prio: 0, origCpu: 0, destCpu: 0 });
export type Migrate = ReturnType<typeof newMigrate>;

export function parseMigrate(b: Body, e: Migrate): void {
  e.comm = b.leadingText('comm', b.skipCommBefore('pid'));
  e.pid = b.int('pid');
  e.prio = b.int('prio');
  e.origCpu = b.int('orig_cpu');
  e.destCpu = b.int('dest_cpu');
}

/** sched_process_fork: the child exists, but does not run yet. */
export const newFork = () => ({ comm: '', pid: 0, childComm: '', childPid: 0 });
export type Fork = ReturnType<typeof newFork>;

export function parseFork(b: Body, e: Fork): void {
  parseForkAs(b, e, 'comm', 'pid');
}

/** The same where the parent's fields have other names. */
export function parseForkAs(b: Body, e: Fork, comm: string, pid: string): void {
  const childCommEnd = b.skipCommBefore('child_pid');
  e.childPid = b.int('child_pid');
  e.childComm = b.textBefore('child_comm', childCommEnd);
  const commEnd = b.skipCommBefore(pid, childCommEnd - e.childComm.length - 'child_comm='.length);
  e.comm = b.leadingText(comm, commEnd);
  e.pid = b.int(pid);
}

/** sched_process_exec: a task runs another program from here on. */
export const newExec = () => ({ filename: '', pid: 0, oldPid: 0 });
export type Exec = ReturnType<typeof newExec>;

export function parseExec(b: Body, e: Exec): void {
  const end = b.skipCommBefore('old_pid');
  e.oldPid = b.int('old_pid');
  e.filename = b.leadingText('filename', b.skipCommBefore('pid', end));
  e.pid = b.int('pid');
}

/** sched_process_exit: a task has begun to exit; it still runs until its last switch. */
export const newExit = () => ({ comm: '', pid: 0, prio: 0 });
export type Exit = ReturnType<typeof newExit>;

export function parseExit(b: Body, e: Exit): void {
  e.comm = b.leadingText('comm', b.skipCommBefore('pid'));
  e.pid = b.int('pid');
  e.prio = b.int('prio');
}

/** sched_stat_runtime: update_curr() has charged `runtimeNs` to the running task. */
export const newStatRuntime = () => ({ comm: '', pid: 0, runtimeNs: 0, vruntime: 0 });
export type StatRuntime = ReturnType<typeof newStatRuntime>;

export function parseStatRuntime(b: Body, e: StatRuntime): void {
  e.comm = b.leadingText('comm', b.skipCommBefore('pid'));
  e.pid = b.int('pid');
  e.runtimeNs = b.long('runtime');
  // Kernels with EEVDF print it no more.
  e.vruntime = b.has('vruntime') ? b.wrapped('vruntime') : 0;
}

/** tracing_mark_write: what a program wrote into trace_marker. */
export const newMark = () => ({ text: '' });
export type Mark = ReturnType<typeof newMark>;

export function parseMark(b: Body, e: Mark): void {
  e.text = b.rest();
}
