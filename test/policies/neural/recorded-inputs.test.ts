import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/input/package-root.js';
import { streamFeatures } from '../../../src/learning/dataset/feature-rows.js';
import { openSource } from '../../../src/learning/dataset/sources.js';
import { compile, cSourceOf, Interpreter, type IntegerProgram } from '../../../src/libml/index.js';
import { featureByName } from '../../../src/policies/features.js';
import { modelNames, namedModel } from '../../../src/policies/models.js';
import { GCC_IS_LACKING, runC } from '../../support/compiled-programs.js';

/*
 * The shipped models on every call of the shipped recordings: the program step by step, as generated JavaScript and as
 * compiled C.
 */

const CAPTURES = ['threadpool-c8-mc5', 'spin9', 'rtapp'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-recorded-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The raw inputs of a program at every recorded call, row by row. */
async function rawOf(program: IntegerProgram): Promise<Float64Array> {
  const features = program.inputs.map(({ name }) => featureByName(name)!);
  const rows: number[] = [];
  for (const capture of CAPTURES) {
    const source = await openSource(join(packageRoot(), 'calibration', 'captures', capture));
    await streamFeatures(source, features, (_row, values) => void rows.push(...values));
  }
  return Float64Array.from(rows);
}

describe.each(modelNames())('the shipped model %s', (name) => {
  const { model } = namedModel(name, 'test');
  const programs = Object.values(model.programs);

  it('has all three integer forms', () => {
    expect(programs.map(({ format }) => format)).toEqual(['q16', 's11', 'int8']);
  });

  it('answers alike in both interpreters at every recorded call, and both ways', async () => {
    const width = model.inputs.length;
    const raw = await rawOf(programs[0]!);
    expect(raw.length / width).toBeGreaterThan(3000);
    for (const program of programs) {
      const [plain, compiled] = [new Interpreter(program), compile(program)];
      let yes = 0;
      for (let at = 0; at < raw.length; at += width) {
        const values = raw.subarray(at, at + width);
        expect(compiled.logit(values)).toBe(plain.logit(values));
        if (compiled.decide(values)) yes += 1;
      }
      expect(yes).toBeGreaterThan(10);
      expect(yes).toBeLessThan(raw.length / width - 10);
    }
  });

  it.skipIf(GCC_IS_LACKING)('and in C (compiled where there is gcc)', async () => {
    const width = model.inputs.length;
    const raw = await rawOf(programs[0]!);
    const sources = new Map(programs.map((program) => [program.format, cSourceOf(program, { prefix: program.format })]));
    const found = runC(folder, sources, width, raw, ['-O2']);
    programs.forEach((program, f) => {
      const plain = new Interpreter(program);
      for (let row = 0; row < raw.length / width; row += 1) {
        const at = 2 * (row * programs.length + f);
        expect(found[at]).toBe(plain.logit(raw.subarray(row * width, (row + 1) * width)));
      }
    });
  });
});
