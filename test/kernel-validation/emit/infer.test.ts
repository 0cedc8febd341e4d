import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOfModel, writePage, type NetworkPage } from '../../../src/kernel-validation/page/index.js';
import { compile } from '../../../src/libml/compile.js';
import { Interpreter } from '../../../src/libml/interpreter.js';
import { FORMATS } from '../../../src/libml/program.js';
import { modelNames, namedModel } from '../../../src/policies/models.js';
import { Stream } from '../../../src/sim/rng.js';
import { GCC_IS_LACKING } from '../../support/compiled-programs.js';
import { somePage } from '../../support/feature-networks.js';
import { askPolicy, compilePolicy, type Ask } from '../../support/kernel-policy.js';
import { drawRaw } from '../../support/networks.js';

let folder: string;
let driver: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-infer-'));
  if (!GCC_IS_LACKING) driver = compilePolicy(folder, ['-O2', '-fsanitize=undefined,address', '-fno-sanitize-recover=all']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pushes each page and compares its outputs on random rows with TypeScript's; how often the answer was yes. */
function compare(pages: readonly NetworkPage[], rows: number, seed: number): number {
  const stream = new Stream(seed, 'raw');
  const drawn = pages.map(({ program }) => {
    const raw = new Float64Array(rows * program.inputs.length);
    for (let row = 0; row < rows; row++) drawRaw(stream, program.inputs, raw.subarray(row * program.inputs.length, (row + 1) * program.inputs.length));
    return raw;
  });
  const asks = pages.flatMap((page, i): Ask[] => [
    { page: writePage(page) },
    { rows: BigInt64Array.from(drawn[i]!, BigInt), width: page.program.inputs.length },
  ]);
  const { refusals, logits } = askPolicy(driver, asks);
  expect(refusals).toEqual(pages.map(() => 'ACCEPTED'));
  let [wrong, yes, at] = [0, 0, 0];
  pages.forEach(({ program }, i) => {
    const width = program.inputs.length;
    const asked = program.layers.length > 2 ? new Interpreter(program) : compile(program);
    for (let row = 0; row < rows; row++) {
      const logit = asked.logit(drawn[i]!.subarray(row * width, (row + 1) * width));
      if (Number(logits[at++]) !== logit) wrong += 1;
      if (logit >= program.threshold) yes += 1;
    }
  });
  expect(wrong).toBe(0);
  return yes;
}

describe('the kernel’s inference (compiled where there is gcc)', () => {
  it('agrees with TypeScript for the shipped models in every form', () => {
    if (GCC_IS_LACKING) return;
    const pages = modelNames().flatMap((name) => {
      const { model } = namedModel(name, 'test');
      return FORMATS.map((format) => pageOfModel(model, model.programs[format]));
    });
    expect(pages.length).toBe(9);
    const yes = compare(pages, 20_000, 1);
    expect(yes).toBeGreaterThan(5000);
    expect(yes).toBeLessThan(175_000);
  }, 60_000);

  it('and for networks of many shapes, extremes among their rows', () => {
    if (GCC_IS_LACKING) return;
    const shapes = [[7, 10, 1], [10, 16, 1], [9, 16, 1], [1, 1], [6, 1], [12, 9, 1], [3, 1, 1], [4, 30, 1], [5, 17, 1], [4, 6, 5, 1], [3, 8, 8, 4, 1], [20, 7, 1]];
    const pages = shapes.flatMap((shape, seed) => FORMATS.map((format) => somePage(shape, format, seed + 1)));
    const yes = compare(pages, 4000, 2);
    expect(yes).toBeGreaterThan(1000);
  }, 60_000);
});
