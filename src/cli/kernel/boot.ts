import type { RunFacts } from '../../bundle/capture/measured-run.js';
import { InputError } from '../../input/error.js';
import { readTextFile } from '../../input/json.js';
import { bootCapture } from '../../kernel-validation/boot/boot.js';
import { bootableMachine, requireBootTools } from '../../kernel-validation/boot/machine.js';
import { PLAIN_RUN, type RunSettings } from '../../kernel-validation/guest/settings.js';
import { malformedPages } from '../../kernel-validation/measure/malformed.js';
import { measuredPolicy } from '../../kernel-validation/measure/policies.js';
import { measuredWorkload, type MeasuredWorkload } from '../../kernel-validation/measure/workloads.js';
import { interruptible } from '../interrupt.js';
import { eventsOption, GUEST_OPTIONS, limitOptions, machineOption, placeOption, runOptions, seedOption, withGuestConsole } from './options.js';
import { kernelOption } from './image.js';
import { flag, integer, JSON_OPTION, text } from '../options.js';
import { duration, significant } from '../units.js';
import type { Verb } from '../verb.js';

const MAX_SCRIPT_BYTES = 2 ** 20;
const IDLE: MeasuredWorkload = { name: 'idle', script: 'idle', params: {}, times: {}, unit: null, timed: false, rtapp: null };

export const kernelBootVerb: Verb = {
  help:
    'The laboratory needs no hardware virtualisation: every CPU has the same virtual time, an instruction takes a nanosecond,\n' +
    'and the same command gives the same trace, to the bit. The guest’s console is shown on standard error. A guest that\n' +
    'panics, hangs or dies is reported with its last lines, and leaves neither a process nor a directory.',
  options: [
    ...GUEST_OPTIONS,
    { flags: '--workload <workload>', doc: 'what it does: hackbench, threadpool:workers=32, an rt-app file; nothing by default' },
    { flags: '--script <file>', doc: 'a shell script that the guest runs as its workload: for trying things out' },
    { flags: '--policy <policy>', doc: 'stock (default), neural-early, neural-early:model=FILE, neural-early@shadow' },
    { flags: '--standing-by', doc: 'the policy’s model is pushed, and the mode stays off' },
    { flags: '--delay <us>', doc: 'before the workload starts, µs' },
    { flags: '--quantum <ns>', doc: 'of the laboratory: virtual time of a round (default: 1000)' },
    { flags: '--pushes <n>', doc: 'push the model so many times while the workload runs' },
    { flags: '--swap <policy>', doc: 'another policy whose model is pushed in turn with the first (with --pushes)' },
    { flags: '--decide-after <ms>', doc: 'start in mode off, and let the policy decide so long after the workload’s start' },
    { flags: '--malformed <n>', doc: 'afterwards, push so many pages that the kernel must refuse' },
    { flags: '--out <directory>', doc: 'the capture directory; one that is there is replaced' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const place = placeOption(input);
    if (place === 'here') throw new InputError('--place', '', 'lab or kvm: this machine runs already', place);
    const out = text(input, 'out');
    if (out === undefined) throw new InputError('--out', '', 'a place for the capture', 'nothing');
    const given = text(input, 'workload');
    const workload = given === undefined ? IDLE : measuredWorkload(given, place, '--workload');
    const script = text(input, 'script');
    if (given !== undefined && script !== undefined) throw new InputError('--script', '', 'one of --workload and --script', 'both');
    const policy = measuredPolicy(text(input, 'policy') ?? 'stock', '--policy');
    const pushes = integer(input, 'pushes', 1, 10_000_000);
    const swap = text(input, 'swap');
    const decideAfter = integer(input, 'decide-after', 0, 3_600_000);
    const malformed = integer(input, 'malformed', 1, 100_000);
    if (policy.page === null && (pushes ?? decideAfter ?? malformed) !== undefined) {
      throw new InputError('--policy', '', 'a policy with a model, where one is to be pushed', 'stock');
    }
    const pages = [policy.page, swap === undefined ? null : measuredPolicy(swap, '--swap').page].filter((page) => page !== null);
    const seed = seedOption(input);
    const quantumNs = integer(input, 'quantum', 100, 1_000_000) ?? 1000;
    const settings: RunSettings = {
      ...PLAIN_RUN, ...runOptions(input), place, workload: workload.script, params: workload.params, rtapp: workload.rtapp, seed,
      script: script === undefined ? null : readTextFile(script, MAX_SCRIPT_BYTES),
      events: eventsOption(input, 'full'),
      delayUs: integer(input, 'delay', 0, 10_000_000) ?? 0,
      mode: flag(input, 'standing-by') || decideAfter !== undefined ? 'off' : policy.mode,
      page: policy.page,
      standby: policy.standby,
      pushes: pushes === undefined ? null : { times: pushes, pages },
      switchMode: decideAfter === undefined ? null : { mode: 'decide', afterMs: decideAfter },
      malformed: malformed === undefined ? new Map() : malformedPages(policy.page!, malformed, seed),
    };
    const facts = await interruptible(async (signal) => {
      const onLine = (line: string): void => io.err(`${line}\n`);
      requireBootTools(place, text(input, 'emulator'));
      const kernel = await kernelOption(input, io, policy.network === null ? [] : [policy.network], signal);
      const machine = await bootableMachine(machineOption(input, place, kernel, quantumNs), { signal, onLine });
      const identity = { workload: workload.name, unit: workload.unit, policy: policy.policy, model: policy.model, repetition: 0 };
      return withGuestConsole(io, () => bootCapture(machine, settings, identity, out, { signal, onLine, ...limitOptions(input) }));
    });
    io.out(flag(input, 'json') ? `${JSON.stringify({ out, run: facts }, null, 1)}\n` : reportOf(out, facts));
    return 0;
  },
};

function reportOf(out: string, { workload, policy, mode, switched, completionNs, throughput, memoryBytes }: RunFacts): string {
  const done = completionNs === 0 ? '' : ` in ${duration(completionNs)}`;
  const rate = throughput === null ? '' : `, ${significant(throughput.value)} ${throughput.unit}/s`;
  const memory = memoryBytes === null ? '' : `, the policy takes ${memoryBytes} bytes`;
  const then = switched == null ? '' : `, ${switched.mode} after ${duration(switched.atNs)}`;
  return `${out}: ${workload}${done}${rate}; policy ${policy}, mode ${mode}${then}${memory}\n`;
}
