import { shiftRight } from './integers.js';
import type { IntegerProgram } from './program.js';
import { scaled } from './scaling.js';

/** A program that can be asked. Raw counters are whole numbers, in the order of the program's inputs. */
export interface Inference {
  /** The output, which is a logit in units of `logitUnit`. */
  logit(raw: ArrayLike<number>): number;
  /** Whether the output reaches the threshold. */
  decide(raw: ArrayLike<number>): boolean;
}

/** Evaluates a program as it is written, step by step. Nothing is allocated for a decision. */
export class Interpreter implements Inference {
  private readonly from: Float64Array;
  private readonly to: Float64Array;

  /** @param program proven: nothing here looks for overflow */
  constructor(private readonly program: IntegerProgram) {
    const widest = Math.max(program.inputs.length, ...program.layers.map((layer) => layer.biases.length));
    this.from = new Float64Array(widest);
    this.to = new Float64Array(widest);
  }

  logit(raw: ArrayLike<number>): number {
    const { inputs, layers } = this.program;
    let x = this.from;
    let y = this.to;
    for (let i = 0; i < inputs.length; i++) x[i] = scaled(inputs[i]!.scaling, raw[i]!);
    for (let l = 0; l < layers.length; l++) {
      const { weights, biases, shifts } = layers[l]!;
      const isLast = l === layers.length - 1;
      for (let j = 0; j < biases.length; j++) {
        const row = weights[j]!;
        let sum = biases[j]!;
        for (let i = 0; i < row.length; i++) sum += row[i]! * x[i]!;
        y[j] = isLast ? sum : sum > 0 ? shiftRight(sum, shifts[j]!) : 0;
      }
      const done = y;
      y = x;
      x = done;
    }
    return x[0]!;
  }

  decide(raw: ArrayLike<number>): boolean {
    return this.logit(raw) >= this.program.threshold;
  }
}
