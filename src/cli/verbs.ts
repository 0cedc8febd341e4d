import type { Verb } from './verb.js';

/** What the command line knows of a verb before it is asked for: no file of a verb is loaded but those of the one that runs. */
export interface VerbEntry {
  /** One word, or two where verbs form a group: `kernel emit`. */
  readonly name: string;
  /** Positional arguments as commander writes them: `<scenario...>`. */
  readonly args: string;
  readonly summary: string;
  load(): Promise<Verb>;
}

/** Every verb of the command line, in the order of its help. A new one is one entry here. */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'compare',
    args: '[scenario...]',
    summary: 'Runs several policies on the same machine, workloads and seeds, and compares them.',
    load: async () => (await import('./compare.js')).compareVerb,
  },
  {
    name: 'run',
    args: '<scenario>',
    summary: 'Runs one simulation.',
    load: async () => (await import('./run.js')).runVerb,
  },
  {
    name: 'ingest',
    args: '<input...>',
    summary: 'Makes a bundle of a capture directory, of traces, or of a CSV table of decisions.',
    load: async () => (await import('./ingest.js')).ingestVerb,
  },
  {
    name: 'inspect',
    args: '<bundle>',
    summary: 'Says what is in a bundle or a capture directory.',
    load: async () => (await import('./inspect.js')).inspectVerb,
  },
  {
    name: 'replay',
    args: '<bundle...>',
    summary: 'Puts recordings to the model: every can_migrate_task() call (L1), all decisions in lockstep (L2), or a free run of the workload.',
    load: async () => (await import('./replay.js')).replayVerb,
  },
  {
    name: 'sweep',
    args: '<sweep>',
    summary: 'Varies parameters of policies, kernel, machine and workload, and says which are best and how sure that is.',
    load: async () => (await import('./sweep/sweep.js')).sweepVerb,
  },
  {
    name: 'sweep query',
    args: '<sql>',
    summary: 'Answers SQL about the runs of a sweep: the table is called runs.',
    load: async () => (await import('./sweep/query.js')).sweepQueryVerb,
  },
  {
    name: 'sweep ask',
    args: '<sweep>',
    summary: "Prints the points that a sweep's search wants to know next, as JSON.",
    load: async () => (await import('./sweep/ask-tell.js')).sweepAskVerb,
  },
  {
    name: 'sweep tell',
    args: '<sweep> <answers>',
    summary: 'Tells a search what points are worth, or has them simulated: the two halves of an optimiser of your own.',
    load: async () => (await import('./sweep/ask-tell.js')).sweepTellVerb,
  },
  {
    name: 'sweep run-shard',
    args: '<dir>',
    summary: 'Makes one part of the runs of a batch: what a task of a Slurm array does.',
    load: async () => (await import('./sweep/run-shard.js')).sweepRunShardVerb,
  },
  {
    name: 'worker',
    args: '',
    summary: 'Makes runs for sweeps that wait at a Redis server, until it is stopped by Ctrl-C.',
    load: async () => (await import('./worker.js')).workerVerb,
  },
  {
    name: 'export',
    args: '<bundle>',
    summary: 'Writes a bundle as CSV files, as an rt-app file, or as a trace for the Perfetto UI.',
    load: async () => (await import('./export.js')).exportVerb,
  },
  {
    name: 'report',
    args: '<bundle...>',
    summary: 'Writes a page to look at runs: the run queues on a timeline, every decision of the balancer, distributions, figures.',
    load: async () => (await import('./report.js')).reportVerb,
  },
  {
    name: 'capture-script',
    args: '',
    summary: 'Prints a shell script that records scheduler events on a machine of your own, for ingest.',
    load: async () => (await import('./capture-script.js')).captureScriptVerb,
  },
  {
    name: 'calibrate',
    args: '<bundle...>',
    summary: 'Fits a machine to recordings, and judges free runs on it against them (L3).',
    load: async () => (await import('./calibrate.js')).calibrateVerb,
  },
  {
    name: 'repetitions',
    args: '<recording|file...>',
    summary: 'Shows how far the kernel’s figures spread over recordings of the same workload, and keeps them for calibrate.',
    load: async () => (await import('./repetitions.js')).repetitionsVerb,
  },
  {
    name: 'dataset',
    args: '<bundle...>',
    summary: 'Makes a data set for learning of bundles or captures, or scores what each feature alone tells.',
    load: async () => (await import('./dataset.js')).datasetVerb,
  },
  {
    name: 'train',
    args: '<data...>',
    summary: 'Trains a model on a data set, or on bundles or captures, and writes it as a file.',
    load: async () => (await import('./train.js')).trainVerb,
  },
  {
    name: 'evaluate',
    args: '[data...]',
    summary: 'Judges models on recordings, across workloads and runs, beside the baselines; or by what policies gain with them.',
    load: async () => (await import('./evaluate.js')).evaluateVerb,
  },
  {
    name: 'kernel demo',
    args: '',
    summary: 'From nothing to a confrontation: installs what is missing, builds kernel and emulator, measures, predicts, confronts.',
    load: async () => (await import('./kernel/demo.js')).kernelDemoVerb,
  },
  {
    name: 'kernel emit',
    args: '[model|policy]',
    summary: 'Writes the C of policies for Linux 6.1, with a model or policy built in.',
    load: async () => (await import('./kernel/emit.js')).kernelEmitVerb,
  },
  {
    name: 'kernel install',
    args: '<tree>',
    summary: 'Changes a Linux 6.1 source tree: trace events and policies, as options of its configuration that are off.',
    load: async () => (await import('./kernel/install.js')).kernelInstallVerb,
  },
  {
    name: 'kernel uninstall',
    args: '<tree>',
    summary: 'Takes the change out of a source tree again, to the byte.',
    load: async () => (await import('./kernel/install.js')).kernelUninstallVerb,
  },
  {
    name: 'kernel build',
    args: '',
    summary: 'Builds a Linux 6.1 with trace events of the scheduler’s decisions and policies in it.',
    load: async () => (await import('./kernel/build.js')).kernelBuildVerb,
  },
  {
    name: 'kernel push',
    args: '<model|policy>',
    summary: 'Makes a model or policy the active one of the running kernel.',
    load: async () => (await import('./kernel/push.js')).kernelPushVerb,
  },
  {
    name: 'kernel boot',
    args: '',
    summary: 'Boots a kernel in an emulator, has it do one workload, and keeps what it recorded as a capture directory.',
    load: async () => (await import('./kernel/boot.js')).kernelBootVerb,
  },
  {
    name: 'kernel measure',
    args: '',
    summary: 'Measures policies in a real kernel: workloads x policies x perturbed repetitions, a bundle of each run.',
    load: async () => (await import('./kernel/measure.js')).kernelMeasureVerb,
  },
  {
    name: 'kernel confront',
    args: '',
    summary: 'Lays what the simulator predicted of policies beside what was measured in a kernel.',
    load: async () => (await import('./kernel/confront.js')).kernelConfrontVerb,
  },
  {
    name: 'kernel cost',
    args: '[bundle...]',
    summary: 'Says what a decision of a policy costs, in user space on this machine and in measured runs of a kernel.',
    load: async () => (await import('./kernel/cost.js')).kernelCostVerb,
  },
  {
    name: 'kernel clean',
    args: '',
    summary: 'Removes what the cache holds of kernels, emulators and guests and has not been used for long.',
    load: async () => (await import('./kernel/clean.js')).kernelCleanVerb,
  },
  {
    name: 'policies',
    args: '',
    summary: 'Lists the policies and their parameters.',
    load: async () => (await import('./lists.js')).policiesVerb,
  },
  {
    name: 'workloads',
    args: '',
    summary: 'Lists the workload generators and their parameters.',
    load: async () => (await import('./lists.js')).workloadsVerb,
  },
  {
    name: 'machines',
    args: '',
    summary: 'Lists the machines that come with cfslab.',
    load: async () => (await import('./lists.js')).machinesVerb,
  },
];

/** What the verbs of two words have in common, by their first word. */
export const GROUPS: Readonly<Record<string, string>> = {
  kernel: 'A policy in a real kernel: its C, the build, the boot, the measurement, and the confrontation with what was predicted.',
};
