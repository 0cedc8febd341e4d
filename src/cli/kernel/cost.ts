import { availableModels } from '../model-files.js';
import type { CostDocument, CostRow } from '../../kernel-validation/cost/types.js';
import { flag, JSON_OPTION, many } from '../options.js';
import { table, wrap, type Column } from '../table.js';
import { significant } from '../units.js';
import type { Verb } from '../verb.js';

export const kernelCostVerb: Verb = {
  help:
    'BUNDLE is a run of `kernel measure`, or a directory with such in it. For user space the C that goes into the kernel is compiled\n' +
    'with gcc and timed: the stock test, and networks of 7-10-1 and 10-16-1 in every form on top of it.',
  options: [
    { flags: '--model <file...>', doc: 'models to time, and that decided in the runs, beside those that are shipped (may be repeated)', many: true },
    JSON_OPTION,
  ],
  async run(input, io) {
    const models = availableModels(many(input, 'model'));
    const { findBundles } = await import('../../kernel-validation/confront/find-bundles.js');
    const { runFactsIn } = await import('../../kernel-validation/confront/facts.js');
    const { namedModel } = await import('../../policies/models.js');
    const { costOf } = await import('../../kernel-validation/cost/cost.js');
    const runs = input.args.flatMap((path) => findBundles(path, 'kernel cost')).map(runFactsIn);
    const timed = many(input, 'model').map((file) => ({ policy: file, model: namedModel(file, '--model').model }));
    const document = costOf(timed, runs, models);
    io.out(flag(input, 'json') ? `${JSON.stringify(document, null, 1)}\n` : costText(document));
    return 0;
  },
};

const HEADS: readonly Column[] = [
  { head: ['place'], left: true },
  { head: ['what'], left: true },
  { head: ['sizes'], left: true },
  { head: ['form'], left: true },
  { head: ['a decision'] },
  { head: ['least'] },
  { head: ['most'] },
  { head: ['decisions'] },
  { head: ['ratio to', 'stock'] },
];

export function costText({ rows, notes }: CostDocument): string {
  const cells = ({ place, what, policy, shape, format, unit, value, least, most, calls, ratio }: CostRow): string[] => [
    place === 'user' ? 'user space' : place,
    what === 'stock' ? 'stock' : `policy ${policy}`.trim(),
    shape, format, `${significant(value)} ${unit}`, significant(least), significant(most), String(calls),
    ratio === null ? '–' : ratio.toFixed(2),
  ];
  return `${[table(HEADS, rows.map(cells)), '', ...notes.map((note) => wrap(note))].join('\n')}\n`;
}
