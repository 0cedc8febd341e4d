import type { BundleContents } from '../bundle/tables/contents.js';
import { METRIC_NAMES, type MetricName } from '../sim/records/metrics.js';
import { JobRunner } from './job.js';
import { recordedMetrics } from './recorded-metrics.js';
import type { ResolvedScenario } from './resolved.js';

/** One metric of the real kernel beside what free runs of the simulator give. Units as in the metric's name. */
export interface FreeRunRow {
  readonly metric: MetricName;
  readonly kernel: number;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  /** (mean − kernel) / kernel; null where the kernel's figure is 0. */
  readonly relErr: number | null;
}

/**
 * Runs the workload of a recording under the stock policy, with seeds 1…`seeds`, and lays the metrics beside the recorded
 * ones. Nothing is held to the recording on the way, so what differs here is what the model, the costs and the extraction
 * of the workload have wrong together. Metrics that the recording cannot tell are left out.
 * @throws ProgramError where the workload cannot be run
 */
export async function freeRun(contents: BundleContents, scenario: ResolvedScenario, seeds: number): Promise<FreeRunRow[]> {
  const recorded = recordedMetrics(contents);
  const runner = new JobRunner([scenario]);
  const runs = [];
  for (let seed = 1; seed <= seeds; seed++) {
    runs.push((await runner.run({ scenario: 0, policy: 'stock', seed, bundle: null }, () => true)).metrics);
  }
  const rows: FreeRunRow[] = [];
  for (const metric of METRIC_NAMES) {
    const kernel = recorded[metric];
    const values = runs.map((metrics) => metrics[metric]).filter((value) => value !== null);
    if (kernel === null || values.length < seeds) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
    rows.push({
      metric,
      kernel,
      mean,
      least: values.reduce((a, b) => Math.min(a, b)),
      most: values.reduce((a, b) => Math.max(a, b)),
      relErr: kernel === 0 ? null : (mean - kernel) / kernel,
    });
  }
  return rows;
}
