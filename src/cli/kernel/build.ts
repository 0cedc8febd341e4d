import type { BuildRequest, BuiltKernel } from '../../kernel-validation/build/index.js';
import { usualPolicy } from '../../kernel-validation/build/usual-policy.js';
import { namedPolicy } from '../../kernel-validation/page/named-page.js';
import { InputError } from '../../input/error.js';
import { interruptible } from '../interrupt.js';
import { buildShown } from './image.js';
import { flag, integer, JSON_OPTION, text } from '../options.js';
import type { Verb, VerbInput } from '../verb.js';

export const kernelBuildVerb: Verb = {
  help:
    'The source is that of Debian’s package linux-source-6.1, or --source. Without --config and --distro it is the kernel of\n' +
    'the laboratory; with one of them a kernel for a real machine, as Debian packages to install there.\n' +
    'Source, objects and kernels are kept in CFSLAB_CACHE (the user’s cache folder): what was built once is there, and after\n' +
    'a change of the policy only what hangs on it is compiled. The same inputs give the same kernel to the byte.',
  options: [
    { flags: '--source <tree|tarball>', doc: 'the source of a Linux 6.1 that is known; it is copied, not changed' },
    { flags: '--policy <model|policy>', doc: 'built in and active from the boot on, with the mode off: as `kernel emit` has it' },
    { flags: '--model <file>', doc: 'the same, of a model' },
    { flags: '--config <file>', doc: 'a configuration, as /boot/config-…: makes Debian packages' },
    { flags: '--distro', doc: 'the configuration of Debian’s own kernel (package linux-config-6.1): makes Debian packages' },
    { flags: '--jobs <n>', doc: 'compilers at once (one for each CPU)' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const request = readRequest(input);
    const kernel = await interruptible((signal) => buildShown(request, io, signal));
    io.out(flag(input, 'json') ? `${JSON.stringify({ schemaVersion: 1, ...kernel }, null, 1)}\n` : describe(kernel));
    return 0;
  },
};

function readRequest(input: VerbInput): BuildRequest {
  const source = text(input, 'source');
  const jobs = integer(input, 'jobs', 1, 1024);
  const config = text(input, 'config');
  const distro = flag(input, 'distro');
  if (config !== undefined && distro) throw new InputError('--distro', '', 'one of --config and --distro', 'both');
  const policy = text(input, 'policy');
  const model = text(input, 'model');
  if (policy !== undefined && model !== undefined) throw new InputError('--model', '', 'one of --model and --policy', 'both');
  const option = model === undefined ? '--policy' : '--model';
  const builtin = model ?? policy;
  return {
    policy: usualPolicy([], builtin === undefined ? null : namedPolicy(builtin, option)),
    config: config !== undefined ? { kind: 'file', path: config } : { kind: distro ? 'distro' : 'lab' },
    ...(source === undefined ? {} : { source }),
    ...(jobs === undefined ? {} : { jobs }),
  };
}

function describe(kernel: BuiltKernel): string {
  const lines = [
    `${kernel.kernel}, as ${kernel.version}${kernel.cached ? ', from the cache' : ''}`,
    `kernel   ${kernel.bzImage}`,
    `         sha256 ${kernel.files['bzImage']}`,
    `config   ${kernel.configFile}`,
    `symbols  ${kernel.systemMap}`,
    `policy   ${kernel.policy}`,
    ...kernel.packages.map((path) => `package  ${path}`),
  ];
  const images = kernel.packages.filter((path) => /linux-image-/.test(path) && !/-dbg_/.test(path));
  if (images.length > 0) lines.push(`Install it as root: dpkg -i ${images.join(' ')}`);
  return `${lines.join('\n')}\n`;
}
