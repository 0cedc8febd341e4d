import type { RunFacts } from '../../bundle/capture/measured-run.js';
import { judgedInterval, mean, type Interval } from '../../experiment/stats/intervals.js';
import { distinct } from '../../experiment/stats/paired.js';
import { BASELINE } from '../confront/group.js';
import { latencyOf, policyCallsOf } from '../cost/kernel-cost.js';

/** A mean over runs with its 95 % interval; null where there is one run. */
export interface Mean {
  readonly value: number;
  readonly interval: Interval | null;
  readonly runs: number;
}

/** One workload with one policy: what can_migrate_task() took, and the workload. */
export interface KernelRow {
  readonly workload: string;
  /** Which policy decided. */
  readonly policy: string;
  readonly place: RunFacts['place'];
  /** Mean cycles of a call of can_migrate_task(), policy and all; null where it was not timed, or only while the policy's calls were recorded. */
  readonly latency: Mean | null;
  /** Mean cycles of the policy alone, a call; null for stock. */
  readonly policyCycles: Mean | null;
  /** ns. */
  readonly completion: Mean;
  readonly throughput: (Mean & { readonly unit: string }) | null;
}

/**
 * Our figures for the thesis' tables 5.9 and 5.10, of measured runs: by workload, place and deciding policy, in the order in which
 * these first come, stock first. Runs in shadow are left out: stock decides in them, at a policy's cost.
 */
export function kernelRows(runs: readonly RunFacts[]): KernelRow[] {
  const measured = runs.filter(({ mode, place }) => mode !== 'shadow' && place !== 'sim');
  const keyOf = ({ workload, place }: RunFacts): string => JSON.stringify([workload, place]);
  return distinct(measured.map(keyOf)).flatMap((key) => {
    const here = measured.filter((run) => keyOf(run) === key);
    const policies = distinct(here.map(decider)).sort((a, b) => Number(b === BASELINE) - Number(a === BASELINE));
    return policies.map((policy) => rowOf(policy, here.filter((run) => decider(run) === policy)));
  });
}

function rowOf(policy: string, runs: readonly RunFacts[]): KernelRow {
  const { workload, place } = runs[0]!;
  const latencies = runs.map(latencyOf).flatMap((one) => (one === null || one.calls === 0 ? [] : [one.cycles / one.calls]));
  const cycles = policy === BASELINE ? [] : runs.map(policyCallsOf).flatMap((one) => (one === null ? [] : [one.cycles / one.calls]));
  const throughputs = runs.flatMap(({ throughput }) => (throughput === null ? [] : [throughput.value]));
  return {
    workload,
    policy,
    place,
    latency: meanOf(latencies),
    policyCycles: meanOf(cycles),
    completion: meanOf(runs.map(({ completionNs }) => completionNs))!,
    throughput: throughputs.length < runs.length ? null : { ...meanOf(throughputs)!, unit: runs[0]!.throughput!.unit },
  };
}

function meanOf(values: readonly number[]): Mean | null {
  return values.length === 0 ? null : { value: mean(values), interval: judgedInterval(values, 0), runs: values.length };
}

function decider({ mode, policy }: RunFacts): string {
  return mode === 'off' ? BASELINE : policy;
}
