import { join } from 'node:path';
import { InputError } from '../../input/error.js';
import type { DemoRequest } from '../../kernel-validation/demo/plan.js';
import { interruptible } from '../interrupt.js';
import { flag, integer, JSON_OPTION, list, positive, text } from '../options.js';
import type { CliIo, Verb, VerbInput } from '../verb.js';

const DEFAULTS = {
  workloads: ['threadpool', 'zstd'],
  policy: 'neural-early',
  repetitions: 4,
  seconds: 0.3,
  migrationCostNs: 5_000_000,
  out: join('out', 'kernel-demo'),
} as const;

export const kernelDemoVerb: Verb = {
  help:
    'Made for a fresh Debian 12 with two processors; the first time takes some half an hour, later ones minutes, since what was built\n' +
    'and measured is kept. It says what it will install before it does, through apt, as root. Exit code as of `kernel confront`.',
  options: [
    { flags: '--workloads <list>', doc: `as of kernel measure (default: ${DEFAULTS.workloads.join(',')})` },
    { flags: '--policy <policy>', doc: `a policy with a model (default: ${DEFAULTS.policy})` },
    { flags: '--repetitions <n>', doc: `perturbed runs of each, and seeds of the simulator (default: ${DEFAULTS.repetitions})` },
    { flags: '--duration <seconds>', doc: `of workloads that end by time (default: ${DEFAULTS.seconds})` },
    { flags: '--kernel <bzImage>', doc: 'a kernel with the policy in it; without it, one is built' },
    { flags: '--out <directory>', doc: `where it all goes (default: ${DEFAULTS.out})` },
    JSON_OPTION,
  ],
  async run(input, io) {
    const { DEMO_TOOLS } = await import('../../kernel-validation/demo/tools.js');
    const { runDemo } = await import('../../kernel-validation/demo/demo.js');
    const { runProcess } = await import('../../kernel-validation/run-process.js');
    const { findProgram } = await import('../../kernel-validation/tools.js');
    const { runCli } = await import('../run-cli.js');
    const request = await requestOf(input);
    return interruptible((signal) => runDemo(request, {
      apt: { find: findProgram, uid: () => process.getuid?.() ?? -1, run: runProcess },
      tools: DEMO_TOOLS,
      cfslab: (argv) => (flag(input, 'json') ? inJson(argv, io, runCli) : runCli(argv, io)),
      say: (line) => io.err(`${line}\n`),
      now: () => performance.now(),
      signal,
    }));
  },
};

/** The confrontation is the document; what the steps before it print goes where progress goes. */
function inJson(argv: readonly string[], io: CliIo, run: (argv: readonly string[], io: CliIo) => Promise<number>): Promise<number> {
  if (argv[1] === 'confront') return run([...argv, '--json'], io);
  const err = (text: string): void => io.err(text);
  return run(argv, { out: err, err, terminal: io.terminal });
}

async function requestOf(input: VerbInput): Promise<DemoRequest> {
  const { measuredWorkload } = await import('../../kernel-validation/measure/workloads.js');
  const { measuredPolicy } = await import('../../kernel-validation/measure/policies.js');
  const policy = text(input, 'policy') ?? DEFAULTS.policy;
  if (measuredPolicy(policy, '--policy').mode !== 'decide') throw new InputError('--policy', '', 'a policy that can decide', policy);
  const workloads = (list(input, 'workloads') ?? DEFAULTS.workloads).map((name) => measuredWorkload(name, 'lab', '--workloads'));
  return {
    out: text(input, 'out') ?? DEFAULTS.out,
    workloads: workloads.map(({ name, params, times }) => ({ name, params: { ...params, ...times } })),
    policy,
    repetitions: integer(input, 'repetitions', 1, 1000) ?? DEFAULTS.repetitions,
    seconds: positive(input, 'duration', 3600) ?? DEFAULTS.seconds,
    migrationCostNs: DEFAULTS.migrationCostNs,
    kernel: text(input, 'kernel') ?? null,
  };
}
