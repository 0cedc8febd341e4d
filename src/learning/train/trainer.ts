import type { Matrix } from '../../libml/matrix.js';
import type { Model } from '../../libml/model.js';
import type { ProgramFormat } from '../../libml/program.js';
import type { Samples } from '../../libml/samples.js';
import type { EpochReport } from '../../libml/training.js';
import type { TrainingOptions } from '../../libml/training-options.js';
import type { TrainingState } from '../../libml/training-state.js';
import type { Task } from '../dataset/inputs.js';
import type { BaselineModel } from './baseline-model.js';
import type { Form } from './forms.js';
import type { Backend } from './tensorflow/load.js';

/** What is learnt from: raw values of features, none of them constant. */
export interface TrainingData {
  readonly task: Task;
  readonly training: Samples;
  /** Decides when to stop and which weights to keep; null where there is not enough. */
  readonly validation: Samples | null;
  /** The rows that these were chosen from. */
  readonly dataset: Model['dataset'];
}

/** How it is learnt; what a form has no use for it ignores. */
export interface TrainerOptions {
  readonly training: TrainingOptions;
  /** The answer is yes from this probability on. */
  readonly probability: number;
  /** The integer program that decides. */
  readonly quantisation: ProgramFormat;
  /** Of the full form. */
  readonly backend: Backend | 'auto';
}

export interface TrainerCallbacks {
  /** After each epoch, with the number of epochs at the most; `state` is what a checkpoint keeps. */
  readonly onEpoch?: (report: EpochReport, epochs: number, state: () => TrainingState) => void;
  /** Taken up again from here. */
  readonly state?: TrainingState | undefined;
  /** Ends the training, by an error, between two steps. */
  readonly signal?: AbortSignal;
}

/** One form of what can be trained: the same interface for all. */
export interface Trainer {
  readonly form: Form;
  fit(data: TrainingData, options: TrainerOptions, callbacks?: TrainerCallbacks): Promise<Fitted>;
}

/** Answers of something trained, from raw values. */
export interface Answers {
  /** A score from 0 to 1 for each row; a probability where the form has one. */
  scores(inputs: Matrix): Float64Array;
  /** 1 for yes, 0 for no. */
  decisions(inputs: Matrix): Uint8Array;
}

/** What came of it. */
export interface Fitted {
  readonly features: readonly string[];
  /** As it was trained, in floating point where it is a network. */
  readonly answers: Answers;
  /** Of the integer programs that could be proven; none where it is no network. */
  readonly programs: ReadonlyMap<ProgramFormat, Answers>;
  /** Multiply-adds of a decision, and bytes of the model in a kernel; null where it is no network. */
  readonly cost: { readonly multiplyAdds: number; readonly bytes: number } | null;
  /** The epoch whose weights were kept, and how many were run; null where there are none. */
  readonly epochs: { readonly kept: number; readonly run: number } | null;
  /** The model file's content. */
  model(metrics: Readonly<Record<string, number | null>>): Model | BaselineModel;
}
