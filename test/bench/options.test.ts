import { describe, expect, it } from 'vitest';
import { GROUPS, parseOptions } from '../../bench/options.js';
import { InputError } from '../../src/input/error.js';

describe('parseOptions', () => {
  it('measures everything, with floors, where nothing is said', () => {
    expect(parseOptions([])).toEqual({ groups: GROUPS, floors: true, repetitions: 5, out: 'out/bench.json' });
  });

  it('reads every option', () => {
    expect(parseOptions(['--no-floors', '--repetitions', '7', '--only', 'heap', '--out', 'x.json'])).toEqual({
      groups: ['heap'],
      floors: false,
      repetitions: 7,
      out: 'x.json',
    });
  });

  it('measures in the order that it always has, each once', () => {
    expect(parseOptions(['--only', 'paths,speed,paths']).groups).toEqual(['speed', 'paths']);
  });

  it.each([
    [['--fast']],
    [['speed']],
    [['--only']],
    [['--only', '--no-floors']],
    [['--only', 'speed,colour']],
    [['--only', '']],
    [['--repetitions', '0']],
    [['--repetitions', '2.5']],
    [['--repetitions', '101']],
    [['--out']],
  ])('refuses %j', (argv) => {
    expect(() => parseOptions(argv)).toThrow(InputError);
  });
});
