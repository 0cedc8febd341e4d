import { emitPolicy } from '../../kernel-validation/emit/index.js';
import { readChange } from '../../kernel-validation/install/change.js';
import { install, uninstall } from '../../kernel-validation/install/install.js';
import { flag, JSON_OPTION } from '../options.js';
import type { Verb } from '../verb.js';

export const kernelInstallVerb: Verb = {
  help:
    'Places are found by short anchors, each of which has to be there exactly once; a tree that is not known is refused. What was\n' +
    'there before is kept in TREE/.cfslab, and `cfslab kernel uninstall TREE` puts it back to the byte. The options are\n' +
    'CFSLAB_TRACE, ML_FORCE_MIGRATIONS and FIXED_POINT_ML; with all of them off the kernel is the stock one.',
  options: [JSON_OPTION],
  async run(input, io) {
    const tree = input.args[0]!;
    const change = readChange(emitPolicy(null));
    const done = await install(tree, change);
    if (flag(input, 'json')) {
      io.out(`${JSON.stringify({ schemaVersion: 1, tree, ...done, policy: change.policy }, null, 1)}\n`);
      return 0;
    }
    if (done.repaired) io.err(`${tree}: an installation had been broken off; it was taken out first\n`);
    io.out(`${tree}: ${done.release}, ${done.outcome}: ${change.places.length} places, ${change.files.size} files\n`);
    return 0;
  },
};

export const kernelUninstallVerb: Verb = {
  options: [JSON_OPTION],
  async run(input, io) {
    const tree = input.args[0]!;
    const removed = await uninstall(tree);
    if (flag(input, 'json')) io.out(`${JSON.stringify({ schemaVersion: 1, tree, removed }, null, 1)}\n`);
    else io.out(`${tree}: ${removed ? 'is as it was before' : 'had no change in it'}\n`);
    return 0;
  },
};
