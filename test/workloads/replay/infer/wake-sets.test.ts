import { expect, it } from 'vitest';
import { wakeSets } from '../../../../src/workloads/replay/infer/wake-sets.js';

it('puts together who wakes whom often enough, either way round and through others', () => {
  const wakes = [[5, 1], [1, 5], [1, 3], [3, 1], [2, 4], [0, 2]].map(([waker, task]) => ({ waker: waker!, task: task! }));
  const root = wakeSets(wakes, 6, 2);
  expect([0, 1, 2, 3, 4, 5].map(root)).toEqual([0, 1, 2, 1, 4, 1]);
  expect([0, 1, 2, 3, 4, 5].map(wakeSets(wakes, 6, 1))).toEqual([0, 1, 0, 1, 0, 1]);
});
