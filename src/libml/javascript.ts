import { halves } from './integers.js';
import type { IntegerLayer, IntegerProgram } from './program.js';
import type { InputScaling } from './scaling.js';

/**
 * A program as JavaScript, with every constant folded and every loop unrolled: the body of a function of `raw` that returns
 * the output. `log2Fixed` must be in scope. With accumulators of 32 bits it counts in int32 from the inputs on, else in
 * doubles, which are exact for what was proven.
 */
export function javascriptOf(program: IntegerProgram): string {
  const { inputs, layers, accumulatorBits } = program;
  const words: Words = accumulatorBits === 32 ? INT32 : DOUBLE;
  const lines = ['"use strict";', 'let v = 0;'];
  let names = inputs.map(({ scaling }, i) => {
    lines.push(`v = raw[${i}];`, `v = ${clamp(scaling)};`);
    lines.push(`const x${i} = ${words.input(scaledFrom(scaling))};`);
    return `x${i}`;
  });
  layers.forEach((layer, l) => {
    const isLast = l === layers.length - 1;
    names = layer.biases.map((_, j) => {
      const sum = sumOf(layer, j, names, words);
      if (isLast) {
        lines.push(`return ${sum};`);
        return '';
      }
      const name = `h${l}_${j}`;
      lines.push(`const s${l}_${j} = ${sum};`);
      lines.push(`const ${name} = s${l}_${j} > 0 ? ${words.shift(`s${l}_${j}`, layer.shifts[j]!)} : 0;`);
      return name;
    });
  });
  return lines.join('\n');
}

/** How a width of integers is written. */
interface Words {
  readonly input: (value: string) => string;
  readonly add: (sum: string, weight: number, value: string) => string;
  readonly shift: (value: string, bits: number) => string;
}

const INT32: Words = {
  input: (value) => `${value} | 0`,
  add: (sum, weight, value) => `(${sum} + Math.imul(${weight}, ${value}) | 0)`,
  shift: (value, bits) => `${value} >> ${bits}`,
};

const DOUBLE: Words = {
  input: (value) => value,
  add: (sum, weight, value) => `${sum} + ${weight} * ${value}`,
  shift: floorShift,
};

function floorShift(value: string, bits: number): string {
  return bits === 0 ? value : `Math.floor(${value} * ${halves(bits)})`;
}

function clamp({ lo, hi }: InputScaling): string {
  return `v < ${lo} ? ${lo} : v > ${hi} ? ${hi} : v`;
}

function scaledFrom(s: InputScaling): string {
  const value = s.kind === 'log2' ? 'log2Fixed(v)' : 'v';
  const difference = s.base === 0 ? value : `(${value} - (${s.base}))`;
  return floorShift(`(${floorShift(difference, s.preShift)} * ${s.multiplier} + (${s.add}))`, s.shift);
}

function sumOf(layer: IntegerLayer, j: number, names: readonly string[], words: Words): string {
  let sum = String(layer.biases[j]!);
  layer.weights[j]!.forEach((weight, i) => {
    if (weight !== 0) sum = words.add(sum, weight, names[i]!);
  });
  return sum;
}
