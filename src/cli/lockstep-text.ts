/** Lockstep's report as text. Loaded with the layer itself. */
import type { FeatureAgreement } from '../lockstep/agreement/features.js';
import { NO_SWITCHES } from '../lockstep/agreement/lacks.js';
import { MIN_RECORDS } from '../lockstep/time/lags.js';
import type { LockstepReport } from '../lockstep/lockstep.js';
import { DECISIONS, type DecisionCount, type DecisionName, type Disagreement } from '../lockstep/agreement/tally.js';
import {
  featureMark, markOf, MOST_UNDECIDABLE, PELT_TARGET, TARGETS, TARGETS_SOURCE, type Mark,
} from '../lockstep/agreement/targets.js';
import type { LockstepTotal } from '../lockstep/agreement/total.js';
import { MAX_WIDTH, table, wrap, type Column } from './table.js';
import { duration, significant } from './units.js';

type Counts = Readonly<Record<DecisionName, DecisionCount>>;

const DECISION_HEADS: readonly Column[] = [
  { head: ['decision'], left: true }, { head: ['count'] }, { head: ['not', 'decidable'] }, { head: ['share'] }, { head: ['agree'] },
  { head: ['of the', 'decidable'] }, { head: ['target'] }, { head: [''], left: true },
];
const FEATURE_HEADS: readonly Column[] = [
  { head: ['feature'], left: true }, { head: ['count'] }, { head: ['equal'] }, { head: ['median', 'rel. error'] },
  { head: ['99 %', 'rel. error'] }, { head: ['target'] }, { head: [''], left: true },
];

/**
 * Tables of the decisions and of the features, and what could not be decided.
 * @param only decisions to show; null: all
 */
export function lockstepText(
  title: string, report: Pick<LockstepTotal, 'decisions' | 'features' | 'undecidable'>, only: ReadonlySet<string> | null,
): string {
  const shown = DECISIONS.filter((name) => only === null || only.has(name));
  return [
    '',
    title,
    '',
    decisionTable(report.decisions, shown),
    ...notRecorded(report.decisions, shown),
    ...(only === null ? featureTable(report.features) : []),
    ...reasonTable(report.undecidable, report.decisions, shown),
    '',
  ].join('\n');
}

/**
 * What a report rests on: the machine, and how the trace's clock was tied to the kernel's.
 * @param lacks why the recording cannot be judged in full, or null
 */
export function groundsText(machine: string, { clock, lags }: LockstepReport, lacks: string | null): string {
  if (lacks === NO_SWITCHES) {
    return wrap(`Lockstep on ${machine}: ${lacks}. Its can_migrate_task() calls can be judged by L1 alone, which stands above:`);
  }
  const drift = clock.ppm === 0 ? '' : `, ${clock.ppm > 0 ? '+' : '−'}${Math.abs(clock.ppm)} ppm`;
  const tied = clock.records === 0
    ? "the recording does not show the kernel's own clock: its stamps are taken for it"
    : `the kernel's clock is ${duration(Math.abs(clock.offsetNs))} ${clock.offsetNs < 0 ? 'ahead of' : 'behind'} the stamps${drift}`;
  const usual = lags.counts.map((count) => (count < MIN_RECORDS ? ', the usual' : ''));
  const { block, gate, ran, place } = lags;
  return wrap(
    `Lockstep on ${machine}; ${tied}; records are made later than the clock is read by ${block} ns (a task blocks${usual[0]}), ` +
      `${gate} ns (newly-idle gate${usual[1]}), ${ran} ns (newly-idle balance${usual[2]}), ${place} ns (placement${usual[3]}):`,
  ) + (lacks === null ? '' : `\n\n${wrap(`Not to be judged in full: ${lacks}. How much of it is not decidable is not held against it.`)}`);
}

function decisionTable(counts: Counts, shown: readonly DecisionName[]): string {
  const rows = shown.map((name) => {
    const { count, decidable, agree } = counts[name];
    const mark = markOf(name, counts[name]);
    const target = TARGETS[name];
    if (mark === 'not recorded') return [name, '–', '–', '–', '–', '–', targetText(target), mark];
    const none = count - decidable;
    return [
      name, String(count), String(none), share(none, count), decidable === 0 ? '–' : String(agree), share(agree, decidable),
      targetText(target), markText(mark),
    ];
  });
  return table(DECISION_HEADS, rows);
}

/** Rounded down, so that 100 % means all. */
function share(part: number, whole: number): string {
  if (whole === 0) return '–';
  if (part === 0) return '0 %';
  return part === whole ? '100 %' : `${(Math.floor((1e5 * part) / whole) / 1e3).toFixed(3)} %`;
}

function targetText(target: number | undefined): string {
  return target === undefined ? '' : `${significant(100 * target)} %`;
}

function markText(mark: Mark): string {
  if (mark === 'no target') return '';
  return mark === 'missed' ? 'MISSED' : mark === 'undecided' ? `UNDECIDED: above ${100 * MOST_UNDECIDABLE} % not decidable` : mark;
}

function notRecorded(counts: Counts, shown: readonly DecisionName[]): string[] {
  const names = shown.filter((name) => counts[name].count === 0);
  if (names.length === 0) return [];
  return ['', wrap(`Not recorded, and so neither right nor wrong: ${names.join(', ')}.`)];
}

function featureTable(features: Readonly<Record<string, FeatureAgreement>>): string[] {
  const names = Object.keys(features);
  if (names.length === 0) return ['', 'No feature of the model could be compared.'];
  const target = `${100 * PELT_TARGET.medianRelErr} %, ${100 * PELT_TARGET.p99RelErr} %`;
  const rows = names.map((name) => {
    const { count, exact, medianRelErr, p99RelErr } = features[name]!;
    const mark = featureMark(name, features[name]!);
    return [
      name, String(count), String(exact), error(medianRelErr), error(p99RelErr), mark === 'no target' ? '' : target, markText(mark),
    ];
  });
  const note = `Targets: ${TARGETS_SOURCE}. The exit code is that of the decisions; features are shown beside them.`;
  return ['', table(FEATURE_HEADS, rows), '', wrap(note)];
}

function error(value: number): string {
  return value === 0 ? '0' : `${significant(100 * value)} %`;
}

function reasonTable(undecidable: LockstepReport['undecidable'], counts: Counts, shown: readonly DecisionName[]): string[] {
  const rows = shown.flatMap((name) =>
    Object.entries(undecidable[name] ?? {}).map(([why, count]) => [name, String(count), share(count, counts[name].count), why]),
  );
  if (rows.length === 0) return [];
  const heads: Column[] = [
    { head: ['not decidable'], left: true }, { head: ['count'] }, { head: ['share'] }, { head: ['what the recording lacks'], left: true },
  ];
  return ['', table(heads, rows)];
}

/** The first disagreements, each with the state on both sides. */
export function explainText(
  disagreements: ReadonlyArray<Disagreement & { readonly recording?: string }>, counts: Counts, only: ReadonlySet<string> | null,
): string {
  const all = DECISIONS.filter((name) => only === null || only.has(name)).reduce(
    (sum, name) => sum + counts[name].decidable - counts[name].agree, 0,
  );
  const blocks = disagreements.flatMap(({ recording, decision, ts, cpu, recorded, computed, cause, state }, i) => [
    '',
    `${i + 1}. ${recording === undefined ? '' : `${recording}: `}${decision} at ${(ts / 1e6).toFixed(6)} ms on CPU ${cpu}: ` +
      `kernel ${recorded}, model ${computed}`,
    ...[`cause: ${cause}`, ...state].flatMap((line) => wrap(line, MAX_WIDTH - 3).split('\n')).map((line) => `   ${line}`),
  ]);
  const head = all === 0 ? 'No disagreements.' : `The first ${disagreements.length} of ${all} disagreements:`;
  return ['', head, ...blocks, ''].join('\n');
}
