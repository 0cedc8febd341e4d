import { availableModels } from '../model-files.js';
import { writeFileAtomic } from '../../input/atomic.js';
import { InputError } from '../../input/error.js';
import { interruptible } from '../interrupt.js';
import { confrontText } from './confront-text.js';
import { flag, JSON_OPTION, many, text } from '../options.js';
import { refuseWrongPlace } from '../place.js';
import { startProgress } from '../progress.js';
import { NEGATIVE, type Verb, type VerbInput } from '../verb.js';

export const kernelConfrontVerb: Verb = {
  help:
    'BUNDLE is a bundle, a capture directory of `kernel measure`, or a directory with such in it. Runs of one workload and policy\n' +
    'belong together by these names; runs with the same seed and perturbation are compared in pairs. The verdict is confirmed,\n' +
    'refuted or undecided, and the rule is printed with it. Exit code 1 where it is refuted, else 0.',
  options: [
    { flags: '--sim <bundle...>', doc: 'runs of the simulator: `run --out`, `compare --out` (may be repeated)', many: true },
    { flags: '--kernel <bundle...>', doc: 'runs of the kernel: `kernel measure` (may be repeated)', many: true },
    { flags: '--model <file...>', doc: 'models that decided in the kernel, beside those that are shipped (may be repeated)', many: true },
    { flags: '--html <file>', doc: 'write the report' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const report = text(input, 'html');
    if (report !== undefined) refuseWrongPlace('--html', report);
    const models = availableModels(many(input, 'model'));
    const { findBundles } = await import('../../kernel-validation/confront/find-bundles.js');
    const named = (['sim', 'kernel'] as const).flatMap((side) =>
      bundlesOf(input, side).flatMap((path) => findBundles(path, `--${side}`)).map((directory) => ({ side, directory })),
    );
    const { openRuns } = await import('../../kernel-validation/confront/open.js');
    const { confront } = await import('../../kernel-validation/confront/confront.js');
    const progress = startProgress(io, flag(input, 'json') && !io.terminal, 'bundles');
    const opened = await interruptible((signal) =>
      openRuns(named, { models, signal, onProgress: (done, total) => progress.update(done, total) }),
    ).finally(() => progress.stop());
    const document = confront(opened.runs, opened.decisions);
    if (report !== undefined) {
      const { confrontationReport } = await import('../../report/confrontation.js');
      writeFileAtomic(report, confrontationReport(document));
    }
    if (flag(input, 'json')) io.out(`${JSON.stringify(document, null, 1)}\n`);
    else io.out(confrontText(document) + (report === undefined ? '' : `Written: ${report}\n`));
    return document.verdict === 'refuted' ? NEGATIVE : 0;
  },
};

/** @throws InputError where none is named */
function bundlesOf(input: VerbInput, side: 'sim' | 'kernel'): readonly string[] {
  const paths = many(input, side);
  if (paths.length > 0) return paths;
  throw new InputError(`--${side}`, '', `runs of ${side === 'sim' ? 'the simulator' : 'a kernel'}`, 'none');
}
