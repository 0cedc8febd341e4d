import { describe, expect, it } from 'vitest';
import { cli } from '../support.js';

describe('cfslab kernel demo', () => {
  it.each([
    [['--policy', 'stock'], '--policy: expected a policy that can decide, found stock'],
    [['--policy', 'neural-early@shadow'], '--policy: expected a policy that can decide, found neural-early@shadow'],
    [['--policy', 'nobody'], 'expected one of stock'],
    [['--workloads', 'nothing'], '--workloads: expected'],
    [['--repetitions', '0'], '--repetitions: expected an integer from 1 to 1000, found 0'],
  ])('refuses %j before anything is installed or built', async (args, message) => {
    const { code, out, err } = await cli('kernel', 'demo', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
