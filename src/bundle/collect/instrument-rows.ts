/**
 * The rows of the instrumented kernel's tables, made of its trace events: one function for each table, in the order of the
 * table's columns from the third (`ts` and `cpu` come first, `seq` last).
 */
import type { TraceEvents } from '../trace/tracepoints.js';

/** Takes the values of a row, one after the other. */
export type Put = (value: number) => void;

export function wakeupRow(e: TraceEvents['cfslab_select_rq'], allowed: number, put: Put): void {
  put(e.pid);
  put(e.prev);
  put(e.wakeFlags);
  put(e.sync);
  put(e.wantAffine);
  put(e.wide);
  put(e.affine);
  put(e.path);
  put(e.target);
  put(e.newCpu);
  put(e.recent);
  put(Number.parseInt(e.idleMask.slice(-8), 16));
  put(e.idleMask.length > 8 ? Number.parseInt(e.idleMask.slice(0, -8), 16) : 0);
  put(allowed);
  put(e.hasIdleCores);
  put(e.hasIdleCoresAfter);
  put(e.nrIdleScan);
  put(e.utilEst);
  put(e.utilAvg);
  put(e.loadAvg);
}

export function preemptRow(e: TraceEvents['cfslab_preempt'], put: Put): void {
  put(e.pid);
  put(e.curr);
  put(e.result);
  put(e.reason);
  put(e.wpe);
  put(e.vdiff);
  put(e.granNs);
  put(e.currVruntime);
  put(e.wakeeVruntime);
  put(e.nr);
  put(e.scale);
  put(e.next);
  put(e.last);
  put(e.wakeFlags);
}

export function tickRow(e: TraceEvents['cfslab_tick'], tg: number, put: Put): void {
  put(e.pid);
  put(tg);
  put(e.depth);
  put(e.idealNs);
  put(e.execNs);
  put(e.nr);
  put(e.rqNr);
  put(e.resched);
  put(e.reason);
  put(e.delta);
  put(e.vruntime);
  put(e.firstPid);
  put(e.firstVruntime);
  put(e.minVruntime);
}

export function placeRow(e: TraceEvents['cfslab_place'], tg: number, put: Put): void {
  put(e.pid);
  put(tg);
  put(e.initial);
  put(e.before);
  put(e.after);
  put(e.candidate);
  put(e.minVruntime);
  put(e.nr);
}

export function newidleRow(e: TraceEvents['cfslab_newidle'], put: Put): void {
  put(e.gate);
  put(e.pulled);
  put(e.avgIdleNs);
  put(e.overload);
  put(e.cost0Ns);
  put(e.tried);
  put(e.diced);
  put(e.stop);
  put(e.ndom);
  put(e.costNs);
  put(e.nr);
  for (const list of [e.sdCostNs, e.d1k, e.ratio]) for (const value of list) put(value);
}

export function busiestRow(e: TraceEvents['cfslab_find_busiest'], put: Put): void {
  put(e.level);
  put(e.idle);
  put(e.found);
  put(e.mtype);
  put(e.imbalance);
  for (const side of [e.local, e.busiest]) for (const value of side) put(value);
}

export function kickRow(e: TraceEvents['cfslab_nohz_kick'], put: Put): void {
  put(e.flags);
  put(e.ilb);
  put(e.sent);
}

export function runtimeRow(e: TraceEvents['sched_stat_runtime'], put: Put): void {
  put(e.pid);
  put(e.runtimeNs);
  put(e.vruntime);
}

export function policyRow(e: TraceEvents['cfslab_policy'], put: Put): void {
  put(e.pid);
  put(e.src);
  put(e.dst);
  put(e.gen);
  put(e.task);
  put(e.mode);
  put(e.hot);
  put(e.stock);
  put(e.policy);
  put(e.result);
  put(e.logit);
  put(e.cycles);
  put(e.clock);
  put(e.by);
  put(e.n);
  for (const value of e.raw) put(value);
}
