import type { Body } from './body.js';
import * as cfslab from './cfslab-events.js';
import * as kernel from './kernel-events.js';
import * as probe from './probe-events.js';

/** How one tracepoint is read: into an object that is reused for all of its events. */
export interface Tracepoint<E> {
  readonly create: () => E;
  readonly parse: (body: Body, event: E) => void;
}

const on = <E>(create: () => E, parse: (body: Body, event: E) => void): Tracepoint<E> => ({ create, parse });

/** Every tracepoint that is understood, by its name in the trace. A new one is added here and nowhere else. */
export const TRACEPOINTS = {
  sched_switch: on(kernel.newSwitch, kernel.parseSwitch),
  sched_waking: on(kernel.newWakeup, kernel.parseWakeup),
  sched_wakeup: on(kernel.newWakeup, kernel.parseWakeup),
  sched_wakeup_new: on(kernel.newWakeup, kernel.parseWakeup),
  sched_migrate_task: on(kernel.newMigrate, kernel.parseMigrate),
  sched_process_fork: on(kernel.newFork, kernel.parseFork),
  sched_process_exec: on(kernel.newExec, kernel.parseExec),
  sched_process_exit: on(kernel.newExit, kernel.parseExit),
  sched_stat_runtime: on(kernel.newStatRuntime, kernel.parseStatRuntime),
  tracing_mark_write: on(kernel.newMark, kernel.parseMark),
  cfslab_can_migrate: on(cfslab.newCanMigrate, cfslab.parseCanMigrate),
  cfslab_load_balance: on(cfslab.newLoadBalance, cfslab.parseLoadBalance),
  cfslab_find_busiest: on(cfslab.newFindBusiest, cfslab.parseFindBusiest),
  cfslab_select_rq: on(cfslab.newSelectRq, cfslab.parseSelectRq),
  cfslab_place: on(cfslab.newPlace, cfslab.parsePlace),
  cfslab_tick: on(cfslab.newTick, cfslab.parseTick),
  cfslab_preempt: on(cfslab.newPreempt, cfslab.parsePreempt),
  cfslab_newidle: on(cfslab.newNewidle, cfslab.parseNewidle),
  cfslab_nohz_kick: on(cfslab.newNohzKick, cfslab.parseNohzKick),
  cfslab_throttle: on(cfslab.newThrottle, cfslab.parseThrottle),
  cfslab_policy: on(cfslab.newPolicy, cfslab.parsePolicy),
  can_migrate_task_call: on(probe.newProbedCall, probe.parseProbedCall),
  can_migrate_task: on(probe.newProbedReturn, probe.parseProbedReturn),
  load_balance_call: on(probe.newProbedBalance, probe.parseProbedBalance),
  load_balance: on(probe.newProbedReturn, probe.parseProbedReturn),
} as const;

export type TracepointName = keyof typeof TRACEPOINTS;
/** What each tracepoint's parser fills. */
export type TraceEvents = { readonly [K in TracepointName]: ReturnType<(typeof TRACEPOINTS)[K]['create']> };
/** A format's way to read every tracepoint; what it fills is the same for all formats. */
export type TracepointTable = { readonly [K in TracepointName]: Tracepoint<TraceEvents[K]> };
