import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSizes, initialNetwork, layersOf, networkOf, parameterCount } from '../../src/libml/network.js';
import { MAX_PAGE_BYTES, pageBytes } from '../../src/libml/page.js';

describe('a network', () => {
  it('starts from weights in the bounds of He and Glorot, spread over them, with biases of 0', () => {
    const [hidden, output] = layersOf(initialNetwork([10, 32, 1], 7));
    const spread = (weights: readonly (readonly number[])[], bound: number): void => {
      const values = weights.flat();
      expect(Math.max(...values.map(Math.abs))).toBeLessThan(bound);
      expect(Math.min(...values)).toBeLessThan(-0.7 * bound);
      expect(Math.max(...values)).toBeGreaterThan(0.7 * bound);
    };
    spread(hidden!.weights, Math.sqrt(6 / 10));
    spread(output!.weights, Math.sqrt(6 / 33));
    expect([...hidden!.biases, ...output!.biases].every((bias) => bias === 0)).toBe(true);
  });

  it('is the same for the same seed, another for another', () => {
    expect(initialNetwork([7, 10, 1], 1)).toEqual(initialNetwork([7, 10, 1], 1));
    expect(initialNetwork([7, 10, 1], 1).parameters).not.toEqual(initialNetwork([7, 10, 1], 2).parameters);
  });

  it('comes back from its layers, whatever its sizes', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }));
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 2 ** 32 - 1 }), ([inputs, hidden], seed) => {
        const network = initialNetwork([inputs, ...hidden, 1], seed);
        expect(networkOf(layersOf(network), 'm')).toEqual(network);
        expect(network.parameters.length).toBe(parameterCount(network.sizes));
      }),
    );
  });

  it('must fit in a page, as it is kept in a kernel', () => {
    expect(pageBytes([10, 16, 1])).toBeLessThan(MAX_PAGE_BYTES);
    let units = 1;
    while (pageBytes([10, units + 1, 1]) <= MAX_PAGE_BYTES) units += 1;
    expect(() => initialNetwork([10, units, 1], 1)).not.toThrow();
    expect(() => initialNetwork([10, units + 1, 1], 1)).toThrow(
      `network: sizes: expected a model of at most one page, 4096 bytes, found 10-${units + 1}-1: `,
    );
  });

  it.each([[[3]], [[3, 2]], [[0, 1]], [[3, 2.5, 1]], [[1, 1, 1, 1, 1, 1, 1]]])('refuses sizes %j', (sizes) => {
    expect(() => checkSizes(sizes, 'm')).toThrow('m: sizes: expected');
  });

  it('refuses layers that do not fit each other or are not finite, by name', () => {
    const good = { weights: [[1, 2], [3, 4]], biases: [0, 0] };
    const last = { weights: [[1, 1]], biases: [0] };
    expect(networkOf([good, last], 'm').sizes).toEqual([2, 2, 1]);
    expect(() => networkOf([{ ...good, biases: [0, NaN] }, last], 'm')).toThrow('m: layers.0: expected finite weights');
    expect(() => networkOf([{ ...good, weights: [[1, 2], [3]] }, last], 'm')).toThrow('m: layers.0.weights.1: expected 2');
    expect(() => networkOf([{ ...good, weights: [[1, 2]] }, last], 'm')).toThrow('m: layers.0.weights: expected 2 rows');
    expect(() => networkOf([], 'm')).toThrow('m: sizes');
  });
});
