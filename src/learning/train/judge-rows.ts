import type { ProgramFormat } from '../../libml/program.js';
import type { Dataset } from '../dataset/dataset.js';
import { areasOf } from '../metrics/ranking.js';
import { ratesOf, type Confusion } from '../metrics/confusion.js';
import { FEWEST } from '../metrics/judgement.js';
import { takeMatrix } from './prepare.js';
import type { Answers, Fitted } from './trainer.js';

/** What a model comes to on some rows, which keep their natural prevalence. */
export interface RowsJudged {
  /** The recording, or all of them together. */
  readonly name: string;
  readonly rows: number;
  readonly positives: number;
  /** Share, 0…1; null where a class is missing. */
  readonly balancedAccuracy: number | null;
  readonly rocAuc: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  /** Of the integer programs. */
  readonly programs: Readonly<Partial<Record<ProgramFormat, number | null>>>;
  /** `undecided`: fewer than 50 rows of a class. */
  readonly verdict: 'decided' | 'undecided';
}

/** Rows that are in memory a second time at once. */
const CHUNK_ROWS = 65_536;

/** Judges rows of a data set: by recording, where there are several, and together. */
export function judgeRows(data: Dataset, rows: Uint32Array, fitted: Fitted): readonly RowsJudged[] {
  const names = data.manifest.sources.map(({ name }) => name);
  const groups = names.map((_, source) => rows.filter((row) => data.origin.source[row] === source));
  const judged = groups.flatMap((own, source) => (own.length === 0 ? [] : [judgeGroup(names[source]!, data, own, fitted)]));
  return judged.length === 1 ? judged : [...judged, judgeGroup('all', data, rows, fitted)];
}

function judgeGroup(name: string, data: Dataset, rows: Uint32Array, fitted: Fitted): RowsJudged {
  const labels = Uint8Array.from(rows, (row) => data.labels[row]!);
  const scores = new Float64Array(rows.length);
  inChunks(data, rows, fitted, (chunk, at) => scores.set(fitted.answers.scores(chunk), at));
  const own = ratesOf(confusionWith(data, rows, labels, fitted, fitted.answers));
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const programs: Partial<Record<ProgramFormat, number | null>> = {};
  for (const [format, answers] of fitted.programs) {
    programs[format] = ratesOf(confusionWith(data, rows, labels, fitted, answers)).balancedAccuracy;
  }
  return {
    name,
    rows: rows.length,
    positives,
    balancedAccuracy: own.balancedAccuracy,
    rocAuc: areasOf(labels, scores).rocAuc,
    precision: own.precision,
    recall: own.recall,
    programs,
    verdict: Math.min(positives, rows.length - positives) < FEWEST ? 'undecided' : 'decided',
  };
}

function confusionWith(data: Dataset, rows: Uint32Array, labels: Uint8Array, fitted: Fitted, answers: Answers): Confusion {
  const counts = [0, 0, 0, 0];
  inChunks(data, rows, fitted, (chunk, at) => {
    answers.decisions(chunk).forEach((said, n) => (counts[2 * labels[at + n]! + said]! += 1));
  });
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts as [number, number, number, number];
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

function inChunks(
  data: Dataset, rows: Uint32Array, { features }: Fitted, visit: (chunk: ReturnType<typeof takeMatrix>, at: number) => void,
): void {
  for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
    visit(takeMatrix(data.inputs, rows.subarray(at, at + CHUNK_ROWS), features), at);
  }
}
