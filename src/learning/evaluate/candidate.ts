import type { ProgramFormat } from '../../libml/program.js';
import type { Answers } from '../train/trainer.js';

/** The model that learnt from all training recordings together. */
export const ALL = 'all';

/** Something that answers, and is judged. */
export interface Candidate {
  /** The form: `compact`, `tree`, `rule` and so on; of a model file its name. */
  readonly model: string;
  /** The workload whose training recordings it learnt from, or `ALL` of them; null for the rule and for a model file. */
  readonly trainedOn: string | null;
  readonly features: readonly string[];
  /** What counts: the integer program where it is a network. */
  readonly answers: Answers;
  /** Which integer program that is; null where it is no network. */
  readonly program: ProgramFormat | null;
  /** The network in floating point; null where it is none. */
  readonly float: Answers | null;
}
