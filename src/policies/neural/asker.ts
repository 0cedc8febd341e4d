import { InputError } from '../../input/error.js';
import { compile, withThreshold, type Inference, type IntegerProgram } from '../../libml/index.js';
import type { MigrationContext } from '../../sim/policy/policy.js';
import type { NamedModel } from '../definition.js';
import { featureByName, type Feature } from '../features.js';
import { estimatedCostNs } from './cost.js';
import type { Task } from './roles.js';

/** Asks one model: reads its features where the kernel stands, and evaluates its integer program. */
export class Asker {
  /** ns that one question costs. */
  readonly costNs: number;
  private readonly features: readonly Feature[];
  private readonly raw: Float64Array;
  private readonly inference: Inference;

  /**
   * @param task what the model must have been trained for
   * @param threshold ‰ of probability from which the answer is yes; −1: the model's own
   * @param costNs ns; −1: estimated from the program
   * @throws InputError on a model for another task
   */
  constructor({ source, model }: NamedModel, task: Task, threshold: number, costNs: number) {
    if (model.task !== task) throw new InputError(source, 'task', String(task), String(model.task));
    const program = withPermille(model.programs[model.quantisation]!, threshold);
    this.costNs = costNs < 0 ? estimatedCostNs(program) : costNs;
    this.features = program.inputs.map(({ name }) => featureByName(name)!);
    this.raw = new Float64Array(this.features.length);
    this.inference = compile(program);
  }

  /** Whether the model says yes. */
  says(context: MigrationContext): boolean {
    const { features, raw } = this;
    for (let i = 0; i < features.length; i++) raw[i] = features[i]!.read(context);
    return this.inference.decide(raw);
  }
}

/**
 * The program that says yes from so many ‰ of probability on, −1 leaving it as it is.
 *
 * 0 ‰ is always yes, 1000 ‰ hardly ever: the logits of both are infinite, and half a ‰ is taken for them.
 */
export function withPermille(program: IntegerProgram, threshold: number): IntegerProgram {
  if (threshold < 0) return program;
  return withThreshold(program, Math.max(0.5, Math.min(999.5, threshold)) / 1000);
}
