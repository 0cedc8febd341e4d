import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cSourceOf } from '../../src/libml/c-source.js';
import { compile } from '../../src/libml/compile.js';
import { Interpreter } from '../../src/libml/interpreter.js';
import { FORMATS } from '../../src/libml/program.js';
import { quantise } from '../../src/libml/quantise.js';
import { Stream } from '../../src/sim/engine/rng.js';
import { GCC_IS_LACKING, runC } from '../support/compiled-programs.js';
import { drawRaw, someInputs, someNetwork } from '../support/networks.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-c-source-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Compares the two interpreters and C on random rows, for all formats at once; how many answers were yes. */
function compare(shape: readonly number[], rows: number, seed: number, flags: readonly string[]): number {
  const width = shape[0]!;
  const programs = FORMATS.map((format) => quantise(someNetwork(shape, seed), someInputs(width), format));
  const sources = new Map(programs.map((program) => [program.format, cSourceOf(program, { prefix: program.format })]));
  const stream = new Stream(seed, 'raw');
  const raw = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) drawRaw(stream, programs[0]!.inputs, raw.subarray(row * width, (row + 1) * width));
  const found = runC(folder, sources, width, raw, flags);
  expect(found.length).toBe(rows * 2 * FORMATS.length);
  let [wrong, yes] = [0, 0];
  programs.forEach((program, f) => {
    const [plain, compiled] = [new Interpreter(program), compile(program)];
    for (let row = 0; row < rows; row++) {
      const values = raw.subarray(row * width, (row + 1) * width);
      const z = plain.logit(values);
      const at = 2 * (row * FORMATS.length + f);
      const answer = plain.decide(values);
      if (compiled.logit(values) !== z || found[at] !== z) wrong += 1;
      if (compiled.decide(values) !== answer || (found[at + 1] === 1) !== answer) wrong += 1;
      if (answer) yes += 1;
    }
  });
  expect(wrong, shape.join('-')).toBe(0);
  return yes;
}

describe('the C source of a program (compiled where there is gcc)', () => {
  it.skipIf(GCC_IS_LACKING)('agrees with both interpreters on 1,000,000 random rows, extremes among them, for every format', () => {
    const yes = compare([7, 10, 1], 1_000_000, 1, ['-O2']);
    expect(yes).toBeGreaterThan(1000);
    expect(yes).toBeLessThan(2_999_000);
  });

  it.skipIf(GCC_IS_LACKING).each([[[3, 1]], [[10, 16, 1]], [[4, 6, 5, 1]], [[5, 7, 1]]])('and for %j, where no sum overflows', (shape) => {
    for (const seed of [1, 2]) compare(shape, 5000, seed, ['-O1', '-fsanitize=undefined', '-fsanitize-undefined-trap-on-error']);
  });

  it('holds integers only, and nothing but the file', () => {
    for (const format of FORMATS) {
      const source = cSourceOf(quantise(someNetwork([7, 10, 1], 1), someInputs(7), format), { prefix: 'model' });
      expect(source).not.toMatch(/\d\.\d|float|double|NaN|Infinity|undefined|cfslab/);
      expect(source.match(/#include.*/g)).toEqual(['#include <linux/types.h>']);
      expect(source).toContain('int model_infer(const s64 *raw)');
    }
  });

  it('is not written of what could overflow', () => {
    const program = quantise(someNetwork([3, 4, 1], 1), someInputs(3), 'int8');
    const [first, last] = program.layers;
    const wild = { ...program, layers: [{ ...first!, biases: [2 ** 31, 0, 0, 0] }, last!] };
    expect(() => cSourceOf(wild)).toThrow('program: layer 1, unit 1: expected sums within');
  });
});
