import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOfModel, writePage, type NetworkPage } from '../../../src/kernel-validation/page/index.js';
import { shapeOf } from '../../../src/kernel-validation/emit/shape.js';
import { compile } from '../../../src/libml/compile.js';
import { Interpreter } from '../../../src/libml/interpreter.js';
import { FORMATS } from '../../../src/libml/program.js';
import { modelNames, namedModel } from '../../../src/policies/models.js';
import { Stream } from '../../../src/sim/engine/rng.js';
import { GCC_IS_LACKING } from '../../support/compiled-programs.js';
import { somePage } from '../../support/feature-networks.js';
import { askPolicy, compilePolicy, type Answers, type Ask } from '../../support/kernel-policy.js';
import { drawRaw } from '../../support/networks.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-infer-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SANITIZED = ['-O1', '-fsanitize=undefined,address', '-fno-sanitize-recover=all'];
/** As a kernel is compiled: no register but the general ones. */
const KERNEL = ['-O2', '-mno-sse', '-mno-mmx', '-mno-avx', '-mno-80387'];

const SHIPPED = modelNames().flatMap((name) => {
  const { model } = namedModel(name, 'test');
  return FORMATS.map((format) => pageOfModel(model, model.programs[format]));
});
const SHAPES = [
  [7, 10, 1], [10, 16, 1], [9, 16, 1], [1, 1], [6, 1], [12, 9, 1], [3, 1, 1], [4, 30, 1], [5, 17, 1], [4, 6, 5, 1], [3, 8, 8, 4, 1], [20, 7, 1],
];
const RANDOM = SHAPES.flatMap((shape, seed) => FORMATS.map((format) => somePage(shape, format, seed + 1)));

/** Pushes each page and compares its outputs on random rows with TypeScript's; how often the answer was yes. */
function compare(driver: string, pages: readonly NetworkPage[], rows: number, seed: number): Answers & { readonly yes: number } {
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
  const answers = askPolicy(driver, asks);
  const { refusals, logits } = answers;
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
  return { ...answers, yes };
}

describe('the kernel’s inference (compiled where there is gcc)', () => {
  it('agrees with TypeScript for shipped models and networks of many shapes, extremes among their rows', () => {
    if (GCC_IS_LACKING) return;
    const pages = [...SHIPPED, ...RANDOM];
    const { yes, plans, shapes } = compare(compilePolicy(folder, SANITIZED), pages, 1500, 1);
    expect(yes).toBeGreaterThan(pages.length * 150);
    expect(yes).toBeLessThan(pages.length * 1350);
    // Every network with one hidden layer has a plan; those with others are evaluated as they stand.
    expect(plans).toEqual(pages.map(({ program }) => program.layers.length === 2));
    expect(shapes.every((shape) => shape === -1)).toBe(true);
  });

  it('and as it is compiled for a kernel that knows their shapes', () => {
    if (GCC_IS_LACKING) return;
    const pages = [...SHIPPED, ...RANDOM];
    const known = pages.filter(({ program }) => shapeOf(program) !== null);
    expect(known.length).toBeGreaterThan(30);
    const { shapes } = compare(compilePolicy(folder, KERNEL, known), pages, 20_000, 2);
    const ofKnown = pages.map((page, i) => [known.includes(page), shapes[i]! >= 0] as const).filter(([isKnown]) => isKnown);
    // What cannot pair all units of a word falls back to the loops.
    expect(ofKnown.filter(([, isFound]) => isFound).length).toBeGreaterThan(0.8 * known.length);
    expect(SHIPPED.every((_, i) => shapes[i]! >= 0)).toBe(true);
  });
});
