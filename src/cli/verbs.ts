import { calibrateVerb } from './calibrate.js';
import { captureScriptVerb } from './capture-script.js';
import { compareVerb } from './compare.js';
import { datasetVerb } from './dataset.js';
import { evaluateVerb } from './evaluate.js';
import { exportVerb } from './export.js';
import { ingestVerb } from './ingest.js';
import { inspectVerb } from './inspect.js';
import { kernelBootVerb } from './kernel-boot.js';
import { kernelBuildVerb } from './kernel-build.js';
import { kernelConfrontVerb } from './kernel-confront.js';
import { kernelCostVerb } from './kernel-cost.js';
import { kernelDemoVerb } from './kernel-demo.js';
import { kernelEmitVerb } from './kernel-emit.js';
import { kernelInstallVerb, kernelUninstallVerb } from './kernel-install.js';
import { kernelMeasureVerb } from './kernel-measure.js';
import { kernelPushVerb } from './kernel-push.js';
import { machinesVerb, policiesVerb, workloadsVerb } from './lists.js';
import { repetitionsVerb } from './repetitions.js';
import { replayVerb } from './replay.js';
import { reportVerb } from './report.js';
import { runVerb } from './run.js';
import { sweepVerb } from './sweep.js';
import { sweepAskVerb, sweepTellVerb } from './sweep-ask-tell.js';
import { sweepQueryVerb } from './sweep-query.js';
import { sweepRunShardVerb } from './sweep-run-shard.js';
import { trainVerb } from './train.js';
import type { Verb } from './verb.js';
import { workerVerb } from './worker.js';

/** Every verb of the command line. A new one is one line here. */
export const VERBS: readonly Verb[] = [
  compareVerb,
  runVerb,
  ingestVerb,
  inspectVerb,
  replayVerb,
  sweepVerb,
  sweepQueryVerb,
  sweepAskVerb,
  sweepTellVerb,
  sweepRunShardVerb,
  workerVerb,
  exportVerb,
  reportVerb,
  captureScriptVerb,
  calibrateVerb,
  repetitionsVerb,
  datasetVerb,
  trainVerb,
  evaluateVerb,
  kernelDemoVerb,
  kernelEmitVerb,
  kernelInstallVerb,
  kernelUninstallVerb,
  kernelBuildVerb,
  kernelPushVerb,
  kernelBootVerb,
  kernelMeasureVerb,
  kernelConfrontVerb,
  kernelCostVerb,
  policiesVerb,
  workloadsVerb,
  machinesVerb,
];

/** What the verbs of two words have in common, by their first word. */
export const GROUPS: Readonly<Record<string, string>> = {
  kernel: 'A policy in a real kernel: its C, the build, the boot, the measurement, and the confrontation with what was predicted.',
};
