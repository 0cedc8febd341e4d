import { createHash } from 'node:crypto';
import type { RunnerOptions } from '../experiment/runner.js';
import { InputError } from '../input/error.js';
import type { MachineProfile } from '../sim/profile.js';
import { applyFits } from './apply-fits.js';
import { makeFreeRuns, type Subject } from './free-runs.js';
import { machineOf, repetitionOf, type Recording } from './recording.js';
import { distributionsOf, residualsOf } from './residuals.js';
import { repetitionsOf, type Repetition } from './seed-spread.js';
import type { CalibrationDocument, FitRow, RepeatedInput, Residual } from './types.js';

/** What is to be calibrated, on what. */
export interface CalibrationRequest {
  /** The machine to start from. */
  readonly base: MachineProfile;
  /** Those to fit on and those held out. */
  readonly recordings: readonly Recording[];
  /** Recordings beside these that may be of the same workloads under other seeds, for the kernel's own spread. */
  readonly repetitions?: readonly Repetition[];
  /** What was fitted, on those that are not held out. */
  readonly fits: readonly FitRow[];
  /** Free runs of each recording, with seeds 1…n. */
  readonly seeds: number;
}

export interface Calibration {
  /** The base with what was fitted, and with the error that is left. */
  readonly profile: MachineProfile;
  readonly document: CalibrationDocument;
}

/**
 * Judges a fitted machine by free runs of recordings' workloads. What comes out depends on the request alone, not on the
 * number of threads.
 *
 * @throws InputError where a recording is of a machine that neither the base nor a shipped one resembles
 */
export async function calibrate(request: CalibrationRequest, options: RunnerOptions): Promise<Calibration> {
  const { base, recordings, fits, seeds } = request;
  const { profile: fitted, unused } = applyFits(base, fits);
  const replayable = recordings.filter((recording) => recording.replayable);
  if (replayable.length === 0) {
    throw new InputError('calibrate', '', 'a recording with switches, which a workload can be taken out of', 'none');
  }
  const subjects = replayable.map((recording) => ({ recording, machine: machineOf(recording, fitted) }));
  const { free, notes } = await makeFreeRuns(subjects, seeds, options);
  const all = [...recordings.map(repetitionOf), ...(request.repetitions ?? [])];
  const residuals = free.flatMap((runs) => residualsOf(runs, all));
  const error = completionErrorPercent(residuals);
  const document: CalibrationDocument = {
    profile: base.name,
    inputs: recordings.map(({ input }) => input),
    repetitions: replayable.flatMap((recording) => repeated(recording, all)),
    seeds,
    fits,
    residuals,
    distributions: free.flatMap(distributionsOf),
    notes: [...notesOf(recordings, subjects, base), ...unused.map(unusedNote), ...notes],
  };
  return {
    profile: { ...fitted, ...(error === null ? {} : { calibrationErrorPercent: error }), calibration: provenance(document) },
    document,
  };
}

function notesOf(recordings: readonly Recording[], subjects: readonly Subject[], base: MachineProfile): string[] {
  const silent = recordings.filter(({ replayable }) => !replayable);
  const elsewhere = subjects.filter(({ machine }) => machine.name !== base.name);
  return [
    ...silent.map(({ name }) => `${name} has no switches that a workload could be taken out of: it is not judged`),
    ...elsewhere.map(
      ({ recording, machine }) =>
        `${recording.name} is of another topology: judged on that of ${machine.name}, with the fitted costs`,
    ),
    ...(recordings.some(({ input }) => input.holdout)
      ? []
      : ['No recording was held out: the machine is judged on what it was fitted on.']),
  ];
}

/** The repetitions of a recording, without itself; nothing where there are none. */
function repeated(recording: Recording, all: readonly Repetition[]): RepeatedInput[] {
  const [, ...others] = repetitionsOf(repetitionOf(recording), all);
  const by = others.map(({ name, hash, seed }) => ({ name, hash, seed }));
  return by.length === 0 ? [] : [{ name: recording.name, by }];
}

function unusedNote({ parameter }: FitRow): string {
  return `${parameter} was measured, and is no field of a machine profile`;
}

/** The document as it is printed, and as its hash is taken. */
export function documentText(document: CalibrationDocument): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** Whether nothing fails and something passes. */
export function passes({ residuals }: CalibrationDocument): boolean {
  return residuals.every(({ verdict }) => verdict !== 'fail') && residuals.some(({ verdict }) => verdict === 'pass');
}

/**
 * The error of run times that is left, percent: the furthest that an end of the interval of a completion time is from the
 * kernel's, over the recordings held out; null where none was.
 */
function completionErrorPercent(residuals: readonly Residual[]): number | null {
  const errors = residuals
    .filter(({ metric, holdout }) => metric === 'completion_ns' && holdout)
    .map(({ kernel, simLo, simHi }) => (100 * Math.max(Math.abs(simLo - kernel), Math.abs(simHi - kernel))) / kernel);
  if (errors.length === 0) return null;
  return Math.min(100, Math.ceil(100 * errors.reduce((a, b) => Math.max(a, b))) / 100);
}

function provenance(document: CalibrationDocument): NonNullable<MachineProfile['calibration']> {
  const named = (holdout: boolean): Array<{ name: string; hash: string }> =>
    document.inputs.filter((input) => input.holdout === holdout).map(({ name, hash }) => ({ name, hash }));
  return {
    base: document.profile,
    fittedOn: named(false),
    heldOut: named(true),
    documentHash: createHash('sha256').update(documentText(document)).digest('hex'),
  };
}
