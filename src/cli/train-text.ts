import { FORMATS } from '../libml/program.js';
import { FEWEST } from '../learning/metrics/judgement.js';
import type { RowsJudged } from '../learning/train/judge-rows.js';
import type { Trained } from '../learning/train/train.js';
import { table, wrap } from './table.js';

/** Points of balanced accuracy that an integer program may lose before it is said. */
const MAX_LOST = 0.2;

/** What `cfslab train` prints. */
export function trainText(out: string, trained: Trained): string {
  const { model, form, task, rows, constant, part, judged, cost, epochs } = trained;
  const names = model.kind === 'network' ? model.inputs.map(({ name }) => name) : model.features;
  const formats = FORMATS.filter((format) => judged.some((one) => one.programs[format] !== undefined));
  const share = ((100 * rows.positives) / rows.training).toFixed(1);
  return [
    wrap(`${out}: task ${task}, ${form}, ${names.length} inputs: ${names.join(', ')}`),
    ...(constant.length === 0 ? [] : [wrap(`constant, left out: ${constant.join(', ')}`)]),
    wrap(
      `learnt from ${rows.training} rows, ${rows.positives} of them positive (${share} %)` +
        (rows.validation === 0 ? '' : `; ${rows.validation} more decided when to stop`) +
        (epochs === null ? '' : `: epoch ${epochs.kept} of ${epochs.run}`),
    ),
    ...(cost === null ? [] : [`${cost.multiplyAdds} multiply-adds a decision, ${cost.bytes} bytes in a kernel`]),
    `balanced accuracy of the ${part} rows, %, natural prevalence:`,
    table(
      [
        { head: ['recording'], left: true },
        ...['rows', 'positive', form === 'tree' || form === 'rule' ? form : 'float', ...formats, 'ROC AUC', 'precision', 'recall'].map(
          (head) => ({ head: [head] }),
        ),
        { head: [''], left: true },
      ],
      judged.map((one) => rowOf(one, formats)),
    ),
    ...(judged.some(({ verdict }) => verdict === 'undecided') ? [`undecided: fewer than ${FEWEST} rows of a class`] : []),
    ...lostLines(trained),
    `hash ${model.hash}`,
    '',
  ].join('\n');
}

function rowOf(one: RowsJudged, formats: readonly (typeof FORMATS)[number][]): string[] {
  return [
    one.name,
    String(one.rows),
    String(one.positives),
    percent(one.balancedAccuracy),
    ...formats.map((format) => percent(one.programs[format] ?? null)),
    one.rocAuc === null ? '–' : one.rocAuc.toFixed(4),
    percent(one.precision),
    percent(one.recall),
    one.verdict === 'undecided' ? 'undecided' : '',
  ];
}

function lostLines({ lost }: Trained): string[] {
  const told = FORMATS.filter((format) => lost[format] !== undefined);
  if (told.length === 0) return [];
  const points = told.map((format) => `${format} ${lost[format] === null ? '–' : lost[format]!.toFixed(3)}`);
  const worst = told.filter((format) => (lost[format] ?? 0) > MAX_LOST);
  const note = worst.length === 0 ? '' : `; more than ${MAX_LOST} by ${worst.join(', ')}`;
  return [`points lost to integers: ${points.join(', ')}${note}`];
}

function percent(share: number | null): string {
  return share === null ? '–' : (100 * share).toFixed(2);
}
