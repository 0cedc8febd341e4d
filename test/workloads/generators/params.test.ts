import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/input/error.js';
import { defaultsOf, defineGenerator, integer, readParams } from '../../../src/workloads/generators/params.js';

const generator = defineGenerator({
  name: 'sample',
  description: 'a sample',
  unit: 'units',
  params: {
    n: integer(5, 1, 10, 'a number', 'N'),
    nices: { kind: 'list', default: [0], min: -20, max: 19, doc: 'nice values' },
    cpus: { kind: 'list', default: [], min: 0, max: 65_535, cpus: true, doc: 'CPUs' },
    mode: { kind: 'choice', default: 'a', choices: ['a', 'b'], doc: 'a mode' },
  },
  build: () => {
    throw new Error('not built here');
  },
});
const machine = { cpus: 4, seed: 1 };
const read = (given: Record<string, unknown>): unknown => readParams(generator, given, machine, 'file.json', 'workload');

describe('readParams', () => {
  it('fills in what is not given', () => {
    expect(read({})).toEqual({ n: 5, nices: [0], cpus: [], mode: 'a' });
    expect(defaultsOf(generator.params)).toEqual({ n: 5, nices: [0], cpus: [], mode: 'a' });
  });

  it('takes values and their text', () => {
    expect(read({ n: 10, nices: [-20, 19], cpus: [3], mode: 'b' })).toEqual({
      n: 10, nices: [-20, 19], cpus: [3], mode: 'b',
    });
    expect(read({ n: '10', nices: '-20, 19', cpus: '3', mode: 'b' })).toEqual({
      n: 10, nices: [-20, 19], cpus: [3], mode: 'b',
    });
    expect(read({ nices: '', cpus: [] })).toMatchObject({ nices: [], cpus: [] });
  });

  const refusals: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ m: 1 }, 'file.json: workload.m: expected a parameter of sample (n, nices, cpus, mode), found m'],
    [{ toString: 1 }, 'file.json: workload.toString: expected a parameter of sample (n, nices, cpus, mode), found toString'],
    [{ n: 0 }, 'file.json: workload.n: expected a whole number within 1…10, found 0'],
    [{ n: 1.5 }, 'found 1.5'],
    [{ n: '1.5' }, 'found 1.5'],
    [{ n: null }, 'found null'],
    [{ n: [1] }, 'found [1]'],
    [{ nices: [0, 20] }, 'file.json: workload.nices[1]: expected a whole number within -20…19, found 20'],
    [{ nices: 5 }, 'file.json: workload.nices: expected a list of at most 4096 whole numbers, found 5'],
    [{ cpus: [4] }, 'file.json: workload.cpus[0]: expected a whole number within 0…3, found 4'],
    [{ mode: 'c' }, 'file.json: workload.mode: expected one of a, b, found c'],
    [{ mode: 1 }, 'found 1'],
  ];
  it.each(refusals)('refuses %j', (given, message) => {
    expect(() => read(given)).toThrow(message);
    expect(() => read(given)).toThrow(InputError);
  });

  it('gives values or an InputError for whatever it is given', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('n', 'nices', 'cpus', 'mode', '__proto__', 'x'), fc.anything()), (given) => {
        try {
          read(given);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});
