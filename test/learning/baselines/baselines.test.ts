import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trainLogistic } from '../../../src/learning/baselines/logistic.js';
import { hasRule, ruleFor } from '../../../src/learning/baselines/rule.js';
import { DEFAULT_TREE, trainTree } from '../../../src/learning/baselines/tree.js';
import type { Matrix } from '../../../src/libml/matrix.js';

const matrix = (columns: readonly string[], rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length, columns, values: Float64Array.from(rows.flat()),
});
const called = (scores: Float64Array): number[] => Array.from(scores, (score) => (score >= 0.5 ? 1 : 0));

describe('the rule itself', () => {
  const columns = ['nr_balance_failed', 'hot', 'cache_nice_tries'];
  const rows = [[0, 0, 1], [0, 1, 1], [1, 1, 1], [2, 1, 1], [2, 0, 1]];

  it('is the soft branch: cold or tried often for task 1, hot and tried often for the others', () => {
    expect([...ruleFor(1, columns).predict(matrix(columns, rows))]).toEqual([1, 0, 0, 1, 1]);
    expect([...ruleFor(2, columns).predict(matrix(columns, rows))]).toEqual([0, 0, 0, 1, 0]);
    expect([...ruleFor(3, columns).predict(matrix(columns, rows))]).toEqual([0, 0, 0, 1, 0]);
  });

  it('computes hot where no column has it', () => {
    const names = ['delta', 'migration_cost', 'nr_balance_failed', 'cache_nice_tries'];
    const own = [[499, 500, 0, 1], [500, 500, 0, 1], [10, -1, 0, 1], [10, 0, 0, 1]];
    expect([...ruleFor(1, names).predict(matrix(names, own))]).toEqual([0, 1, 0, 1]);
    const more = [...names, 'buddy', 'dst_nr', 'policy', 'level'];
    const withMore = (rest: number[]): number => ruleFor(1, more).predict(matrix(more, [[900, 500, 0, 1, ...rest]]))[0]!;
    expect([[1, 1, 0, 2], [1, 0, 0, 2], [1, 1, 5, 2], [1, 1, 0, 0]].map(withMore)).toEqual([0, 1, 1, 1]);
  });

  it('needs its inputs', () => {
    expect(hasRule(['delta'])).toBe(false);
    expect(() => ruleFor(1, ['delta'])).toThrow('rule: features: expected nr_balance_failed, cache_nice_tries, hot');
    expect(() => ruleFor(1, columns).predict(matrix(['hot'], [[1]]))).toThrow('rule: features: expected nr_balance_failed, found hot');
  });
});

describe('a decision tree', () => {
  const xor = { columns: ['a', 'b', 'noise'], rows: [] as number[][], labels: [] as number[] };
  for (let i = 0; i < 200; i += 1) {
    const [a, b] = [(i * 7) % 10, (i * 3) % 11];
    xor.rows.push([a, b, (i * 31) % 17]);
    xor.labels.push(a > 4 !== b > 5 ? 1 : 0);
  }
  const samples = { inputs: matrix(xor.columns, xor.rows), labels: Uint8Array.from(xor.labels) };

  it('learns what no line parts, within its depth', () => {
    const deep = trainTree(samples, { ...DEFAULT_TREE, minLeaf: 1, maxDepth: 8 });
    expect(called(deep.predict(samples.inputs))).toEqual(xor.labels);
    const flat = trainTree(samples, { ...DEFAULT_TREE, maxDepth: 1 });
    expect(new Set(flat.predict(samples.inputs)).size).toBeLessThanOrEqual(2);
    expect(trainTree(samples, { ...DEFAULT_TREE, maxDepth: 0 }).tree.feature).toEqual([-1]);
  });

  it('splits halfway, at the lowest of equal thresholds of the first of equal columns', () => {
    const rows = [[0, 0], [1, 1], [2, 2], [3, 3]];
    const one = trainTree(
      { inputs: matrix(['x', 'same'], rows), labels: Uint8Array.of(0, 0, 1, 1) }, { maxDepth: 3, minLeaf: 1, evenClasses: false },
    );
    expect(one.tree).toEqual({ feature: [0, -1, -1], threshold: [1.5, 0, 0], left: [1, -1, -1], right: [2, -1, -1], share: [0.5, 0, 1] });
    const two = trainTree(
      { inputs: matrix(['x', 'same'], rows), labels: Uint8Array.of(1, 0, 0, 1) }, { maxDepth: 1, minLeaf: 1, evenClasses: false },
    );
    expect([two.tree.feature[0], two.tree.threshold[0]]).toEqual([0, 0.5]);
  });

  it('leaves at least so many rows in a leaf, and does not depend on the order of rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ x: fc.nat(5), y: fc.nat(5), label: fc.nat(1) }), { minLength: 8, maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (list, minLeaf) => {
          const ones = list.filter(({ label }) => label === 1).length;
          fc.pre(ones > 0 && ones < list.length);
          const of = (rows: typeof list) =>
            trainTree(
              { inputs: matrix(['x', 'y'], rows.map(({ x, y }) => [x, y])), labels: Uint8Array.from(rows, ({ label }) => label) },
              { ...DEFAULT_TREE, minLeaf },
            );
          const tree = of(list);
          expect(of([...list].reverse()).tree).toEqual(tree.tree);
          const leaves = new Map<string, number>();
          const leafOf = ({ x, y }: { x: number; y: number }): string => {
            let node = 0;
            while (tree.tree.feature[node]! >= 0) {
              node = [x, y][tree.tree.feature[node]!]! <= tree.tree.threshold[node]! ? tree.tree.left[node]! : tree.tree.right[node]!;
            }
            return String(node);
          };
          for (const row of list) leaves.set(leafOf(row), (leaves.get(leafOf(row)) ?? 0) + 1);
          expect(Math.min(...leaves.values())).toBeGreaterThanOrEqual(Math.min(minLeaf, list.length));
        },
      ),
    );
  });

  it('weighs a rare class as much as a frequent one', () => {
    const rows = Array.from({ length: 100 }, (_, i) => [i % 10]);
    const labels = Uint8Array.from(rows, ([x], i) => (x === 9 && i > 50 ? 1 : 0));
    const one = { inputs: matrix(['x'], rows), labels };
    expect(called(trainTree(one, { ...DEFAULT_TREE, minLeaf: 5 }).predict(one.inputs)).filter((yes) => yes === 1)).toHaveLength(10);
    expect(called(trainTree(one, { ...DEFAULT_TREE, evenClasses: false, minLeaf: 30 }).predict(one.inputs))).not.toContain(1);
  });

  it('needs two classes', () => {
    expect(() => trainTree({ inputs: matrix(['x'], [[1], [2]]), labels: Uint8Array.of(1, 1) })).toThrow('both 0 and 1');
  });
});

describe('a logistic regression', () => {
  /** 0…99 with a gap of ten above 70. */
  const valueOf = (i: number): number => (i * 37) % 100 + ((i * 37) % 100 > 70 ? 10 : 0);
  const rows = Array.from({ length: 300 }, (_, i) => [1e9 + valueOf(i) * 1e6, (i * 13) % 7, 5]);
  const labels = Uint8Array.from(rows, ([x]) => (x! > 1e9 + 70e6 ? 1 : 0));
  const samples = { inputs: matrix(['x', 'noise', 'constant'], rows), labels };

  it('finds the line that parts two classes, whatever the scales, and is the same each time', () => {
    const model = trainLogistic(samples);
    const scores = model.predict(samples.inputs);
    const wrong = called(scores).filter((yes, row) => yes !== labels[row]);
    expect(wrong).toEqual([]);
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect([...trainLogistic(samples).predict(samples.inputs)]).toEqual([...scores]);
  });

  it('takes its columns by name', () => {
    const turned = matrix(['constant', 'x', 'noise'], rows.map(([x, noise, constant]) => [constant!, x!, noise!]));
    const model = trainLogistic(samples);
    expect([...model.predict(turned)]).toEqual([...model.predict(samples.inputs)]);
  });
});
