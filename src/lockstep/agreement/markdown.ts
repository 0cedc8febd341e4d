/** The parts L1 and L2 of FIDELITY.md, from what `cfslab replay --lockstep --json` printed. */
import { InputError } from '../../input/error.js';
import type { RecordingDocument, SeveralDocument } from './document.js';
import { DECISIONS, type DecisionCount, type DecisionName } from './tally.js';
import { featureMark, markOf, MOST_UNDECIDABLE, PELT_TARGET, TARGETS, TARGETS_SOURCE, type Mark } from './targets.js';

export type ReplayDocument = RecordingDocument | SeveralDocument;

/** Causes of what stays, by decision or feature. */
export type Reasons = Readonly<Record<string, string>>;

export function l1Section(document: ReplayDocument): string {
  const rows = recordingsOf(document).map(({ name, l1 }) => [name, ...l1Cells(l1)]);
  const total = ['**all**', ...l1Cells(document.l1)];
  return tableOf(['recording', 'calls', 'decidable', 'agree', 'share'], [...rows, ...(rows.length > 1 ? [total] : [])]);
}

function l1Cells({ rows, decidable, agree }: RecordingDocument['l1']): string[] {
  return [String(rows), String(decidable), String(agree), share(agree, decidable)];
}

/** @throws InputError where a reason is given for what does not miss, or for nothing that there is */
export function l2Section(document: ReplayDocument, reasons: Reasons, file: string): string {
  const recordings = recordingsOf(document);
  const judged = recordings.filter(({ lacks }) => lacks === null);
  const others = recordings.filter(({ lacks }) => lacks !== null);
  const misses = [...decisionMisses(document, judged), ...featureMisses(document, judged)];
  refuseIdleReasons(reasons, misses.map(({ name }) => name), file);
  return [
    `Targets: ${TARGETS_SOURCE}. Not more than ${100 * MOST_UNDECIDABLE} % may be not decidable.`,
    decisionTable(document),
    'By recording: share of the decidable rows that agree, their number, and after a semicolon what was not decidable.',
    recordingTable(document, judged),
    `Features, all recordings together. Targets: ${100 * PELT_TARGET.medianRelErr} % and ${100 * PELT_TARGET.p99RelErr} %.`,
    featureTable(document),
    ...undecidableTable(document),
    ...causeTable(judged),
    ...(others.length === 0 ? [] : [othersText(others)]),
    '**What stays**',
    misses.length === 0 ? 'Nothing: every decision and feature reaches its target on every recording.' : stays(misses, reasons),
  ].join('\n\n');
}

function recordingsOf(document: ReplayDocument): readonly RecordingDocument[] {
  return 'recordings' in document ? document.recordings : [document];
}

function decisionTable({ lockstep }: ReplayDocument): string {
  const rows = DECISIONS.map((name) => {
    const { count, decidable, agree } = lockstep[name];
    const target = TARGETS[name];
    return [
      `\`${name}\``, String(count), countShare(count - decidable, count), String(agree), share(agree, decidable),
      target === undefined ? '–' : percent(target), markText(markOf(name, lockstep[name])),
    ];
  });
  return tableOf(['decision', 'count', 'not decidable', 'agree', 'of the decidable', 'target', ''], rows);
}

function recordingTable(document: ReplayDocument, judged: readonly RecordingDocument[]): string {
  const rows = judged.map(({ name, lockstep }) => [name, ...DECISIONS.map((decision) => cell(decision, lockstep[decision]))]);
  const total = ['**all**', ...DECISIONS.map((decision) => cell(decision, document.lockstep[decision]))];
  return tableOf(['recording', ...DECISIONS.map((name) => `\`${name}\``)], [...rows, ...(rows.length > 1 ? [total] : [])]);
}

function cell(name: DecisionName, counts: DecisionCount): string {
  const { count, decidable, agree } = counts;
  if (count === 0) return 'not recorded';
  const none = count === decidable ? '' : `; ${countShare(count - decidable, count)}`;
  const text = `${share(agree, decidable)} of ${decidable}${none}`;
  const mark = markOf(name, counts);
  return mark === 'missed' || mark === 'undecided' ? `**${text}**` : text;
}

function featureTable({ features }: ReplayDocument): string {
  const rows = Object.entries(features).map(([name, feature]) => {
    const { count, exact, medianRelErr, p99RelErr, p99AbsErr } = feature;
    return [
      `\`${name}\``, String(count), share(exact, count), error(medianRelErr), error(p99RelErr), String(Number(p99AbsErr.toPrecision(3))), markText(featureMark(name, feature)),
    ];
  });
  return tableOf(['feature', 'count', 'equal', 'median rel. error', '99 % rel. error', '99 % error in units', ''], rows);
}

function undecidableTable({ undecidable, lockstep }: ReplayDocument): string[] {
  const rows = DECISIONS.flatMap((name) =>
    Object.entries(undecidable[name] ?? {}).map(([why, count]) => [`\`${name}\``, countShare(count, lockstep[name].count), why]),
  );
  return rows.length === 0 ? [] : ['Not decidable, by what the recordings lack:', tableOf(['decision', 'rows', 'lacking'], rows)];
}

/** Every disagreement, by the cause that is measured on its row. */
function causeTable(judged: readonly RecordingDocument[]): string[] {
  const rows = DECISIONS.flatMap((decision) => judged.flatMap(({ name, causes, lockstep }) =>
    Object.entries(causes[decision] ?? {}).sort(([, a], [, b]) => b - a).map(([cause, count]) =>
      [`\`${decision}\``, name, cause, String(count), percent(count / lockstep[decision].decidable)])));
  if (rows.length === 0) return [];
  return [
    'Disagreements, by what is measured on the row (`src/lockstep/agreement/causes.ts`); the share is of the decidable rows of that recording. A ' +
      'condition says what the row has about it; what meets none is `unexplained`.',
    tableOf(['decision', 'recording', 'cause', 'rows', 'share'], rows),
  ];
}

function othersText(others: readonly RecordingDocument[]): string {
  const causes = [...new Set(others.map(({ lacks }) => lacks!))];
  const lines = causes.map((cause) => {
    const names = others.filter(({ lacks }) => lacks === cause).map(({ name }) => `\`${name}\``);
    return `- ${cause}: ${names.join(', ')}`;
  });
  return ['Recordings that cannot be judged in full, which are in no figure of L2:', '', ...lines].join('\n');
}

/** Something that does not reach its target, or, where it has none, does not always agree. */
interface Miss {
  readonly name: string;
  readonly where: readonly string[];
}

const FAILS: readonly Mark[] = ['missed', 'undecided'];

function decisionMisses(document: ReplayDocument, judged: readonly RecordingDocument[]): Miss[] {
  return DECISIONS.flatMap((name) => {
    const fails = (counts: DecisionCount): boolean =>
      FAILS.includes(markOf(name, counts)) || (TARGETS[name] === undefined && counts.agree < counts.decidable);
    const where = judged.filter(({ lockstep }) => fails(lockstep[name])).map(({ name: recording, lockstep }) => {
      const { count, decidable, agree } = lockstep[name];
      const none = markOf(name, lockstep[name]) === 'undecided' ? `, ${countShare(count - decidable, count)} not decidable` : '';
      return `${recording} ${agree} of ${decidable}${none}`;
    });
    return where.length > 0 || fails(document.lockstep[name]) ? [{ name, where }] : [];
  });
}

function featureMisses(document: ReplayDocument, judged: readonly RecordingDocument[]): Miss[] {
  const names = [...new Set(judged.flatMap(({ features }) => Object.keys(features)))];
  return names.flatMap((name) => {
    const fails = ({ features }: Pick<ReplayDocument, 'features'>): boolean =>
      features[name] !== undefined && featureMark(name, features[name]) === 'missed';
    const where = judged.filter(fails).map(({ name: recording, features }) => {
      const { count, medianRelErr, p99RelErr } = features[name]!;
      return `${recording} ${error(medianRelErr)}, ${error(p99RelErr)} (${count} rows)`;
    });
    return where.length > 0 || fails(document) ? [{ name, where }] : [];
  });
}

function refuseIdleReasons(reasons: Reasons, missing: readonly string[], file: string): void {
  const idle = Object.keys(reasons).find((name) => !missing.includes(name));
  if (idle === undefined) return;
  const expected = missing.length === 0 ? 'no reasons, for nothing misses' : `reasons for what misses alone: ${missing.join(', ')}`;
  throw new InputError(file, idle, expected, 'a reason for it');
}

function stays(misses: readonly Miss[], reasons: Reasons): string {
  const rows = misses.map(({ name, where }) => [`\`${name}\``, where.join('; ') || 'all together', reasons[name] ?? '**not explained**']);
  return tableOf(['decision or feature', 'where', 'reason'], rows);
}

function markText(mark: Mark): string {
  if (mark === 'no target') return '';
  return FAILS.includes(mark) ? `**${mark}**` : mark;
}

/** Rounded down, so that 100 % means all. */
function share(part: number, whole: number): string {
  if (whole === 0) return '–';
  return part === whole ? '100 %' : `${(Math.floor((1e4 * part) / whole) / 100).toFixed(2)} %`;
}

function countShare(part: number, whole: number): string {
  return part === 0 ? '0' : `${part} (${((100 * part) / whole).toFixed(2)} %)`;
}

function percent(value: number): string {
  return `${Number((100 * value).toPrecision(4))} %`;
}

function error(value: number): string {
  return value === 0 ? '0' : `${Number((100 * value).toPrecision(3))} %`;
}

function tableOf(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
