import { InputError } from '../../input/error.js';
import { writeFileAtomic } from '../../input/atomic.js';
import { writePage } from '../../kernel-validation/page/index.js';
import { namedPolicy } from '../../kernel-validation/page/named-page.js';
import { DEBUGFS, MODES, push, type Mode } from '../../kernel-validation/push/push.js';
import { flag, JSON_OPTION, text } from '../options.js';
import type { Verb } from '../verb.js';

export const kernelPushVerb: Verb = {
  help:
    'MODEL is a shipped model or a file of `cfslab train`; POLICY is one as `compare` has it: early-migration:attempts=1. The kernel ' +
    'checks it; where it refuses it, what was active stays. Takes root. The mode stays as it is unless one is given: off is the stock ' +
    'kernel, in shadow the policy is asked and counted, in decide it answers.',
  options: [
    { flags: '--mode <off|shadow|decide>', doc: 'set the mode afterwards' },
    { flags: '--debugfs <directory>', doc: `the kernel's folder (${DEBUGFS})` },
    { flags: '--page <file>', doc: 'write what would be pushed to a file, and push nothing' },
    JSON_OPTION,
  ],
  run(input, io) {
    const what = input.args[0]!;
    const { page: content, standby: next } = namedPolicy(what, 'kernel push');
    const page = writePage(content, what);
    const standby = next === null ? null : writePage(next, what);
    const mode = text(input, 'mode');
    if (mode !== undefined && !(MODES as readonly string[]).includes(mode)) throw new InputError('--mode', '', MODES.join(', '), mode);
    const file = text(input, 'page');
    if (file !== undefined) {
      if (mode !== undefined) throw new InputError('--page', '', 'no --mode: nothing is pushed', mode);
      if (standby !== null) throw new InputError('--page', '', 'a policy without a model that stands by: that is a page of its own', what);
      writeFileAtomic(file, page);
      const made = { page: file, bytes: page.length, hash: content.hash };
      io.out(flag(input, 'json') ? `${JSON.stringify(made, null, 1)}\n` : `${file}: ${page.length} bytes, ${content.hash}\n`);
      return 0;
    }
    const pushed = push(page, (mode ?? null) as Mode | null, text(input, 'debugfs'), standby);
    if (flag(input, 'json')) io.out(`${JSON.stringify({ bytes: page.length, ...pushed }, null, 1)}\n`);
    else io.out(`${what} is active: generation ${pushed.generation}, ${page.length} bytes, ${pushed.hash}\nmode ${pushed.mode}\n`);
    return 0;
  },
};
