import { describe, expect, it } from 'vitest';
import { usualPolicy } from '../../../src/kernel-validation/build/usual-policy.js';
import { modelOfShape } from '../../../src/kernel-validation/cost/shapes.js';
import { emitPolicy } from '../../../src/kernel-validation/emit/index.js';
import { pageOfModel } from '../../../src/kernel-validation/page/index.js';

describe('the policy of a kernel that models are pushed into', () => {
  it('is another one only for a model whose shape is new', () => {
    const { hash, files } = usualPolicy();
    expect(usualPolicy([pageOfModel(modelOfShape([7, 10, 1], 'int8'))]).hash).toBe(hash);
    expect(usualPolicy([pageOfModel(modelOfShape([4, 3, 1], 'int8'))]).hash).not.toBe(hash);
    expect(files.map(({ path }) => path)).toEqual(emitPolicy(null).files.map(({ path }) => path));
    expect(hash).not.toBe(emitPolicy(null).hash);
  });
});
