import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkScenario } from '../../../src/experiment/schema/scenario.js';
import { InputError } from '../../../src/input/error.js';

const GOOD = {
  name: 'x',
  machine: 'pvt8c',
  workload: { generator: 'hogs', params: { n: 4 } },
  durationMs: 100,
  seeds: [1, 2],
};

describe('scenario files', () => {
  it('are taken as they are', () => {
    expect(checkScenario(GOOD, 'f')).toEqual(GOOD);
  });

  it.each([
    [{ ...GOOD, machin: 'x' }, 'f: machin: expected no such field, found "x"'],
    [{ ...GOOD, workload: { ...GOOD.workload, clients: 3 } }, 'f: workload.clients: expected no such field, found 3'],
    [
      { ...GOOD, workload: { generator: 'a', rtapp: 'b' } },
      'f: workload: expected exactly one of generator, rtapp and capture',
    ],
    [{ ...GOOD, workload: {} }, 'f: workload: expected exactly one of generator, rtapp and capture, found {}'],
    [{ ...GOOD, workload: { rtapp: 'b', params: {} } }, 'f: workload.params: expected a generator or a capture where there are params'],
    [{ ...GOOD, durationSeconds: 1 }, 'f: durationSeconds: expected either durationMs or durationSeconds, found 1'],
    [{ ...GOOD, durationMs: 0 }, 'f: durationMs: expected more than 0, found 0'],
    [{ ...GOOD, durationMs: 1e12 }, 'f: durationMs: expected at most 86400000'],
    [{ ...GOOD, durationMs: '100' }, 'f: durationMs: expected a number, found "100"'],
    [{ ...GOOD, seeds: [1, 1] }, 'f: seeds: expected seeds that differ, found [1,1]'],
    [{ ...GOOD, seeds: 1.5 }, 'f: seeds: expected'],
    [{ ...GOOD, policies: ['a', 'a'] }, 'f: policies: expected policies that differ'],
    [{ ...GOOD, name: '../x' }, 'f: name: expected a name of 1 to 64 letters'],
    [{ ...GOOD, tasks: [{ match: 'x', nice: 40 }] }, 'f: tasks.0.nice: expected at most 19, found 40'],
    [{ ...GOOD, overrides: { sysctls: {} } }, 'f: overrides.sysctls: expected no such field'],
    [{ machine: 'x' }, 'f: name: expected a string, found nothing'],
    [[], 'f: expected an object, found []'],
    [null, 'f: expected an object, found null'],
  ])('are refused with the place: %j', (value, message) => {
    expect(() => checkScenario(value, 'f')).toThrow(InputError);
    expect(() => checkScenario(value, 'f')).toThrow(message);
  });

  it('are taken or refused, whatever they hold, without any other error', () => {
    const path = fc.constantFrom(
      'name',
      'machine',
      'workload',
      'durationMs',
      'seeds',
      'policies',
      'groups',
      'tasks',
      'overrides',
      'new',
    );
    fc.assert(
      fc.property(path, fc.jsonValue(), (key, value) => {
        try {
          checkScenario({ ...GOOD, [key]: value }, 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).toMatch(/^f(: |$)/);
          expect((error as Error).message).not.toMatch(/\n/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
