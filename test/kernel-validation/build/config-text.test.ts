import { describe, expect, it } from 'vitest';
import { parseConfig, unmetOptions } from '../../../src/kernel-validation/build/config-text.js';

const ACTUAL = '# Automatically generated\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_N=64\nCONFIG_S="x y"\n';

describe('a configuration', () => {
  it('is read as options with values', () => {
    expect([...parseConfig(ACTUAL)]).toEqual([['CONFIG_A', 'y'], ['CONFIG_B', 'n'], ['CONFIG_N', '64'], ['CONFIG_S', '"x y"']]);
    expect(parseConfig('CONFIG_A=y\nCONFIG_A=m\n').get('CONFIG_A')).toBe('m');
  });

  it('that was dropped, or is another than asked, is named', () => {
    const asked = 'CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=m\nCONFIG_N=8\n# CONFIG_A is not set\nCONFIG_S="x y"\n';
    expect(unmetOptions(asked, ACTUAL)).toEqual([
      'CONFIG_A=n (is y)', 'CONFIG_B=y (is n)', 'CONFIG_C=m (is n)', 'CONFIG_N=8 (is 64)',
    ]);
    expect(unmetOptions(ACTUAL, ACTUAL)).toEqual([]);
  });

  it('that was asked to be off may be absent, and so may the text of an option that is off', () => {
    expect(unmetOptions('# CONFIG_X is not set\nCONFIG_KEYS=""\nCONFIG_KEY="a.pem"\n', ACTUAL)).toEqual([]);
  });
});
