import { InputError, OutsideError } from '../../input/error.js';
import type { GuestMachine } from '../../kernel-validation/boot/command.js';
import { requireHere } from '../../kernel-validation/boot/here.js';
import { bootableMachine, guestsAtOnce, machineHashes, requireBootTools } from '../../kernel-validation/boot/machine.js';
import type { Measurement, MeasureOptions } from '../../kernel-validation/measure/measure.js';
import type { MeasurePlan } from '../../kernel-validation/measure/plan.js';
import { measuredPolicy } from '../../kernel-validation/measure/policies.js';
import { summariesOf, type MeasureSummary } from '../../kernel-validation/measure/summary.js';
import { measuredWorkload } from '../../kernel-validation/measure/workloads.js';
import { interruptible } from '../interrupt.js';
import { kernelOption } from './image.js';
import { eventsOption, GUEST_OPTIONS, limitOptions, machineOption, placeOption, runOptions, seedOption } from './options.js';
import { flag, integer, JSON_OPTION, list, text } from '../options.js';
import { startProgress } from '../progress.js';
import { table } from '../table.js';
import { duration, significant } from '../units.js';
import type { CliIo, Verb, VerbInput } from '../verb.js';

export const kernelMeasureVerb: Verb = {
  help:
    'The n-th repetition has the same start delay, seed and quantum for every policy, so that runs can be compared in pairs.\n' +
    'DIR/captures has what the kernel recorded, DIR/bundles the bundles, for `cfslab kernel confront`. Runs that are there are\n' +
    'not made again, so a measurement that was interrupted, or that is to have more repetitions, is taken up by the same\n' +
    'command. --here measures on this machine, booted into the packages of `cfslab kernel build`: stock and policies in one\n' +
    'boot by switching the mode, in random order.',
  options: [
    { flags: '--workloads <list>', doc: 'hackbench,threadpool:workers=32,… or rt-app files (default: hackbench,threadpool)' },
    { flags: '--policies <list>', doc: 'stock,neural-early,neural-early@shadow,… (default: stock,neural-early)' },
    { flags: '--repetitions <n>', doc: 'of each (default: 3)' },
    { flags: '--here', doc: 'on this machine; as --place here' },
    { flags: '--jobs <n>', doc: 'guests at a time (default: one for each processor in the laboratory)' },
    { flags: '--quanta <list>', doc: 'of the laboratory: rounds of virtual time, ns, that repetitions are spread over (default: 1000)' },
    ...GUEST_OPTIONS,
    { flags: '--out <directory>', doc: 'where; a measurement that lies there is taken up' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const out = text(input, 'out');
    if (out === undefined) throw new InputError('--out', '', 'a directory for the measurement', 'nothing');
    const plan = planOf(input);
    const { runs, failed } = await interruptible((signal) => made(input, io, plan, out, signal));
    for (const { name, why, console } of failed) {
      io.err(`${name}: ${why}\n${console.map((line) => `  | ${line}\n`).join('')}`);
    }
    const summaries = summariesOf(runs.map(({ facts }) => facts));
    if (flag(input, 'json')) io.out(`${JSON.stringify({ out, runs, failed, summaries }, null, 1)}\n`);
    else io.out(reportOf(out, runs, summaries));
    if (failed.length > 0) throw new OutsideError(`${failed.length} of ${runs.length + failed.length} runs failed: ${out}/failed`);
    return 0;
  },
};

async function made(input: VerbInput, io: CliIo, plan: MeasurePlan, out: string, signal: AbortSignal): Promise<Measurement> {
  const { measure } = await import('../../kernel-validation/measure/measure.js');
  const onLine = (line: string): void => io.err(`${line}\n`);
  const machine = await machineOf(input, io, plan, { signal, onLine });
  const progress = startProgress(io, flag(input, 'json') && !io.terminal);
  const options: MeasureOptions = {
    signal,
    ...limitOptions(input),
    jobs: integer(input, 'jobs', 1, 256) ?? (plan.place === 'here' ? 1 : guestsAtOnce(plan.place)),
    made: machine === null ? { place: 'here' } : await machineHashes(machine),
    onProgress: (done, total) => progress.update(done, total),
  };
  try {
    return await measure(plan, machine, out, options);
  } finally {
    progress.stop();
  }
}

/** The guest, or null on this machine. */
async function machineOf(
  input: VerbInput, io: CliIo, plan: MeasurePlan, steps: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
): Promise<GuestMachine | null> {
  if (plan.place === 'here') {
    requireHere(plan.policies.some(({ mode }) => mode !== 'off'));
    return null;
  }
  requireBootTools(plan.place, text(input, 'emulator'));
  const kernel = await kernelOption(input, io, plan.policies.flatMap(({ network }) => network ?? []), steps.signal);
  return bootableMachine(machineOption(input, plan.place, kernel, plan.quantaNs[0]!), steps);
}

function planOf(input: VerbInput): MeasurePlan {
  const place = flag(input, 'here') ? 'here' : placeOption(input);
  const policies = (list(input, 'policies') ?? ['stock', 'neural-early']).map((policy) => measuredPolicy(policy));
  const workloads = (list(input, 'workloads') ?? ['hackbench', 'threadpool']).map((workload) => measuredWorkload(workload, place));
  const names = workloads.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError('--workloads', '', 'each workload once', twice);
  return {
    place, policies, workloads,
    repetitions: integer(input, 'repetitions', 1, 10_000) ?? 3,
    seed: seedOption(input),
    events: eventsOption(input, 'ml'),
    quantaNs: place === 'lab' ? quanta(input) : [0],
    ...runOptions(input),
  };
}

function quanta(input: VerbInput): number[] {
  return (list(input, 'quanta') ?? ['1000']).map((written) => {
    const value = Number(written);
    if (!Number.isInteger(value) || value < 100 || value > 1_000_000) {
      throw new InputError('--quanta', '', 'ns from 100 to 1000000', written);
    }
    return value;
  });
}

function reportOf(out: string, runs: Measurement['runs'], summaries: readonly MeasureSummary[]): string {
  const rows = summaries.map(({ workload, policy, mode, runs: count, completionNs, throughput, policyCycles, callCycles, memoryBytes }) => [
    workload, policy, mode, String(count), duration(completionNs),
    throughput === null ? '–' : `${significant(throughput.value)} ${throughput.unit}/s`,
    callCycles === null ? '–' : callCycles.toFixed(0),
    policyCycles === null ? '–' : policyCycles.toFixed(0),
    memoryBytes === null ? '–' : String(memoryBytes),
  ]);
  const head = ['workload', 'policy', 'mode', 'runs', 'completion', 'throughput', 'cycles of a call', 'of the policy', 'bytes'];
  const reused = runs.filter((run) => run.reused).length;
  return [
    `${out}: ${runs.length} runs${reused === 0 ? '' : `, of which ${reused} were there`}; means:`,
    table(head.map((name, i) => ({ head: [name], left: i < 3 })), rows),
    '',
  ].join('\n');
}
