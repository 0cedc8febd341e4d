import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseCpuList } from '../../src/input/cpu-list.js';
import { InputError } from '../../src/input/error.js';

it('reads what the kernel prints', () => {
  expect(parseCpuList('0-3,8,10-11', 16, 'f', 'p')).toEqual([0, 1, 2, 3, 8, 10, 11]);
});

it('reads back any set of CPUs', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(99), { minLength: 1 }), (cpus) => {
      const sorted = [...cpus].sort((a, b) => a - b);
      expect(parseCpuList(sorted.join(','), 100, 'f', 'p')).toEqual(sorted);
    }),
  );
});

it.each(['', ',', '1,', '-1', '3-1', '1,1', '2,1', '0-2,2', '16', '0-16', '1 2', 'x', '99999999'])('refuses %j', (text) => {
  expect(() => parseCpuList(text, 16, 'f', 'p')).toThrow(InputError);
});
