import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COST_SHAPES, modelOfShape, shapeText, sizesOf } from '../../../src/kernel-validation/cost/shapes.js';
import { rowsFor, timeModels, userSpaceCost } from '../../../src/kernel-validation/cost/user-space.js';
import { FORMATS, Interpreter } from '../../../src/libml/index.js';
import { namedModel } from '../../../src/policies/models.js';

const GCC = spawnSync('gcc', ['--version']).status === 0;
const REASON = GCC ? '' : ' [no gcc found]';
const EFFORT = { decisions: 20_000, repetitions: 3 };
const MODELS = [...COST_SHAPES.flatMap((sizes) => FORMATS.map((format) => modelOfShape(sizes, format))), namedModel('early', '').model];

describe('models of a shape', () => {
  it('have the sizes and the form', () => {
    expect(MODELS.slice(0, 6).map((model) => `${shapeText(sizesOf(model))} ${model.quantisation}`)).toEqual([
      '7-10-1 q16', '7-10-1 s11', '7-10-1 int8', '10-16-1 q16', '10-16-1 s11', '10-16-1 int8',
    ]);
  });
});

describe('the cost in user space', () => {
  it.skipIf(!GCC)(`is that of programs that say what the interpreter says${REASON}`, () => {
    const { yes, stock, models } = timeModels(MODELS, EFFORT);
    const expected = MODELS.map((model) => {
      const program = new Interpreter(model.programs[model.quantisation]!);
      return rowsFor(model).filter((row) => program.decide(Float64Array.from(row))).length;
    });
    expect(yes).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(2);
    expect(models.map((times) => times.length)).toEqual(MODELS.map(() => stock.length));
    expect([stock, ...models].flat().every((ns) => ns > 0)).toBe(true);
  });

  it.skipIf(!GCC)(`is stated beside the stock test${REASON}`, () => {
    const [stock, policy] = userSpaceCost([{ policy: 'neural-early', model: MODELS[6]! }], EFFORT);
    expect(stock).toMatchObject({ place: 'user', what: 'stock', unit: 'ns', ratio: null });
    expect(policy).toMatchObject({ what: 'policy', policy: 'neural-early', shape: '9-16-1', format: 'q16' });
    expect(policy!.ratio!).toBeGreaterThan(1);
    expect(policy!.least).toBeLessThanOrEqual(policy!.value);
    expect(policy!.most).toBeGreaterThanOrEqual(policy!.value);
  });
});
