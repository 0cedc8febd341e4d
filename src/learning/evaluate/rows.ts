import type { Matrix } from '../../libml/matrix.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Task } from '../dataset/inputs.js';
import { TEST } from '../dataset/parts.js';
import { confusionOf, evenRatesOf, ratesOf, type Confusion, type Rates } from '../metrics/confusion.js';
import { judge } from '../metrics/judgement.js';
import type { ReliabilityBin } from '../metrics/calibration.js';
import { takeMatrix } from '../train/prepare.js';
import type { Answers } from '../train/trainer.js';
import type { Candidate } from './candidate.js';

/** What one model comes to on one recording. Shares are 0…1, and null where a class that they need is missing. */
export interface EvaluationRow extends Rates {
  readonly task: Task;
  readonly workload: string;
  /** Name of the recording that is judged. */
  readonly recording: string;
  readonly model: string;
  /** See `Candidate`. */
  readonly trainedOn: string | null;
  /** The integer program that answers; null for what is no network. */
  readonly program: string | null;
  readonly rows: number;
  readonly positives: number;
  readonly rocAuc: number | null;
  readonly prAuc: number | null;
  /** How well scores are probabilities: expected calibration error, Brier score, and the bins of the reliability diagram. */
  readonly ece: number | null;
  readonly brier: number | null;
  readonly reliability: readonly ReliabilityBin[];
  readonly confusion: Confusion;
  /** The rates if half of the rows were positive; those above are at the prevalence of the recording. */
  readonly even: Rates;
  /** Of the same network in floating point; null for what is no network. */
  readonly floatBalancedAccuracy: number | null;
  /** `undecided`: fewer than 50 rows of a class. */
  readonly verdict: 'decided' | 'undecided';
}

/** Rows of a recording that are judged. */
export interface JudgedRows {
  readonly workload: string;
  readonly recording: string;
  readonly rows: Uint32Array;
}

/**
 * The rows that are judged, by recording: those of the test part, or all where there is none. Recordings without a row
 * remain, with none.
 *
 * @param workloads of the data set's sources, in their order
 * @param wanted a further condition
 */
export function judgedRows(data: Dataset, workloads: readonly string[], wanted: (row: number) => boolean = () => true): JudgedRows[] {
  const { part, source } = data.origin;
  const hasTest = part.includes(TEST) || data.manifest.sources.some(({ role }) => role === 'test');
  const isJudged = (row: number): boolean => (!hasTest || part[row] === TEST) && wanted(row);
  const counts = workloads.map(() => 0);
  for (let row = 0; row < part.length; row += 1) if (isJudged(row)) counts[source[row]!]! += 1;
  const rows = counts.map((count) => new Uint32Array(count));
  const filled = workloads.map(() => 0);
  for (let row = 0; row < part.length; row += 1) {
    const from = source[row]!;
    if (isJudged(row)) rows[from]![filled[from]!++] = row;
  }
  return data.manifest.sources
    .map(({ name, role }, i) => ({ workload: workloads[i]!, recording: name, rows: rows[i]!, role }))
    .filter(({ role, rows: own }) => own.length > 0 || !hasTest || role === 'test')
    .map(({ workload, recording, rows: own }) => ({ workload, recording, rows: own }));
}

/** Judges a candidate on the rows of a recording. */
export function rowOf(data: Dataset, judged: JudgedRows, candidate: Candidate): EvaluationRow {
  const { task } = data.manifest.options;
  const labels = Uint8Array.from(judged.rows, (row) => data.labels[row]!);
  const scores = new Float64Array(labels.length);
  inChunks(data, judged.rows, candidate, (inputs, at) => scores.set(candidate.answers.scores(inputs), at));
  const confusion = confusionWith(data, judged.rows, labels, candidate, candidate.answers);
  const told = judge(labels, scores);
  const { model, trainedOn, program, float } = candidate;
  return {
    task,
    workload: judged.workload,
    recording: judged.recording,
    model,
    trainedOn,
    program,
    rows: told.rows,
    positives: told.positives,
    ...ratesOf(confusion),
    rocAuc: told.rocAuc,
    prAuc: told.prAuc,
    ece: told.calibration.ece,
    brier: told.calibration.brier,
    reliability: told.calibration.bins,
    confusion,
    even: evenRatesOf(confusion),
    floatBalancedAccuracy:
      float === null ? null : ratesOf(confusionWith(data, judged.rows, labels, candidate, float)).balancedAccuracy,
    verdict: told.verdict,
  };
}

/** Decisions are those of the model itself, not of its score against one half: its threshold is its own, and in integers. */
function confusionWith(data: Dataset, rows: Uint32Array, labels: Uint8Array, candidate: Candidate, answers: Answers): Confusion {
  const said = new Float64Array(rows.length);
  inChunks(data, rows, candidate, (inputs, at) => said.set(answers.decisions(inputs), at));
  return confusionOf(labels, said);
}

/** Rows that are in memory a second time at once. */
const CHUNK_ROWS = 65_536;

function inChunks(data: Dataset, rows: Uint32Array, { features }: Candidate, visit: (inputs: Matrix, at: number) => void): void {
  for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
    visit(takeMatrix(data.inputs, rows.subarray(at, at + CHUNK_ROWS), features), at);
  }
}
