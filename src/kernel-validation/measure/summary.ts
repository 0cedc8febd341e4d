import type { RunFacts } from '../../bundle/capture/measured-run.js';
import { distinct } from '../../experiment/stats/paired.js';

/** What the runs of one policy on one workload have in common: means over the repetitions. */
export interface MeasureSummary {
  readonly workload: string;
  readonly policy: string;
  readonly mode: RunFacts['mode'];
  readonly runs: number;
  readonly completionNs: number;
  /** Per second; null where the workload counts nothing. */
  readonly throughput: { readonly value: number; readonly unit: string } | null;
  /** Cycles of an asked call of the policy; null where it was never asked. In the laboratory a cycle is an instruction. */
  readonly policyCycles: number | null;
  /** Cycles of a call of can_migrate_task() as a whole; null where it was not timed. */
  readonly callCycles: number | null;
  readonly memoryBytes: number | null;
}

/** In the order in which workloads and policies first come. */
export function summariesOf(runs: readonly RunFacts[]): MeasureSummary[] {
  const key = ({ workload, policy, mode }: RunFacts): string => `${workload}\n${policy}\n${mode}`;
  return distinct(runs.map(key)).map((one) => {
    const same = runs.filter((run) => key(run) === one);
    const { workload, policy, mode } = same[0]!;
    const rates = same.flatMap(({ throughput }) => throughput ?? []);
    const memory = same.flatMap(({ memoryBytes }) => memoryBytes ?? []);
    return {
      workload, policy, mode,
      runs: same.length,
      completionNs: mean(same.map(({ completionNs }) => completionNs))!,
      throughput: rates.length === 0 ? null : { value: mean(rates.map(({ value }) => value))!, unit: rates[0]!.unit },
      policyCycles: ratio(same, 'cycles', 'asked'),
      callCycles: latencyOf(same),
      memoryBytes: memory.length === 0 ? null : Math.max(...memory),
    };
  });
}

/** The sum of one statistic by that of another, over all runs. */
function ratio(runs: readonly RunFacts[], of: string, by: string): number | null {
  const sum = (name: string): number => runs.reduce((total, { stats }) => total + numberIn(stats?.[name]), 0);
  return sum(by) === 0 ? null : sum(of) / sum(by);
}

function latencyOf(runs: readonly RunFacts[]): number | null {
  const timed = runs.flatMap(({ latency }) => latency ?? []);
  const calls = timed.reduce((sum, one) => sum + one.calls, 0);
  return calls === 0 ? null : timed.reduce((sum, one) => sum + one.cycles, 0) / calls;
}

function numberIn(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
