import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/input/error.js';
import { POLICIES, createPolicy, policyId } from '../../src/policies/registry.js';

describe('the registry', () => {
  it('holds every policy once, with a summary and documented parameters', () => {
    const names = POLICIES.map((policy) => policy.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['stock', 'early-migration', 'always', 'never', 'cold-only']));
    for (const policy of POLICIES) {
      expect(policy.name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(policy.summary.endsWith('.')).toBe(true);
      for (const spec of Object.values(policy.params)) {
        expect(spec.min).toBeLessThanOrEqual(spec.default);
        expect(spec.default).toBeLessThanOrEqual(spec.max);
        expect(spec.doc).not.toBe('');
      }
    }
  });

  it('makes a policy of a name with parameters', () => {
    const policy = createPolicy('early-migration:attempts=2,minDeltaNs=200000');
    expect(policy.params).toMatchObject({ attempts: 2, minDeltaNs: 200_000, lookahead: 0 });
    expect(policyId(policy)).toBe('early-migration:attempts=2,costNs=5,lookahead=0,minDeltaNs=200000');
    expect(policyId(createPolicy('stock'))).toBe('stock');
  });

  it('gives the same identity whatever the order', () => {
    const a = createPolicy('early-migration:attempts=2,lookahead=1');
    const b = createPolicy('early-migration:lookahead=1,attempts=2,costNs=5');
    expect(policyId(a)).toBe(policyId(b));
  });

  it.each([
    ['nonesuch', `expected one of ${POLICIES.map((policy) => policy.name).join(', ')}, found nonesuch`],
    ['', 'expected one of stock'],
    ['constructor', 'expected one of stock'],
    ['stock:attempts=1', 'parameters of stock: expected no parameters, found attempts'],
    ['early-migration:tries=1', 'expected one of attempts, costNs, lookahead, minDeltaNs, found tries'],
    ['early-migration:toString=1', 'found toString'],
    ['early-migration:attempts=101', 'early-migration:attempts: expected an integer 0…100, found 101'],
    ['early-migration:attempts=-1', 'found -1'],
    ['early-migration:attempts=1.5', 'expected name=integer, found attempts=1.5'],
    ['early-migration:attempts=1e1', 'expected name=integer'],
    ['early-migration:attempts', 'expected name=integer, found attempts'],
    ['early-migration:', 'expected name=integer, found '],
    ['early-migration:attempts=1,', 'expected name=integer, found '],
    ['early-migration:attempts=1,attempts=1', 'expected one value, found another one: attempts=1'],
    ['early-migration:__proto__=1', 'expected name=integer'],
  ])('refuses %j', (text, message) => {
    expect(() => createPolicy(text, 'sweep.json')).toThrow(InputError);
    expect(() => createPolicy(text, 'sweep.json')).toThrow(message);
    expect(() => createPolicy(text, 'sweep.json')).toThrow(/^sweep\.json/);
  });
});
