import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JSON_BYTES_MAX, parseJson, type Json } from '../../../src/workloads/rtapp/json.js';
import { refusal } from './support.js';

const read = (text: string): Json => parseJson(text, 'file.json');

/** A value as JavaScript has it. */
function plain(json: Json): unknown {
  switch (json.kind) {
    case 'object':
      return Object.fromEntries(json.entries.map(([key, value]) => [key, plain(value)]));
    case 'array':
      return json.items.map(plain);
    case 'null':
      return null;
    default:
      return json.value;
  }
}

describe('parseJson', () => {
  it('reads all that JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), fc.constantFrom(0, 2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        expect(plain(read(JSON.stringify(value, null, indent)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps the order of keys, numbers included', () => {
    const json = read('{"b": 1, "2": 2, "a": 3, "1": 4}');
    expect(json.kind === 'object' && json.entries.map(([key]) => key)).toEqual(['b', '2', 'a', '1']);
  });

  it('takes comments, a last comma and a byte order mark', () => {
    expect(plain(read('\uFEFF/* one */ { // two\n "a" /**/ : [1, 2,], /* "b": 2 } */ }\n//'))).toEqual({ a: [1, 2] });
    expect(plain(read('{"a": "/* no // comment */"}'))).toEqual({ a: '/* no // comment */' });
    expect(plain(read('[True, FALSE, Null]'))).toEqual([true, false, null]);
  });

  it('refuses a key that comes twice, by its way', () => {
    expect(refusal(() => read('{"tasks": {"t": {"run": 1,\n  "run": 2}}}'))).toBe(
      'file.json: tasks.t.run (line 2, column 3): expected each key once, numbered as in run1, run2, found "run" again',
    );
    expect(() => read('{"a": {"x": 1}, "b": {"x": 1}}')).not.toThrow();
  });

  const refusals: readonly (readonly [string, string])[] = [
    ['', 'line 1, column 1: expected a value, found the end of the file'],
    ['{', 'line 1, column 2: expected a key in quotes, found the end of the file'],
    ['{"a" 1}', 'line 1, column 6: expected a colon, found 1}'],
    ['{"a": 1 "b": 2}', 'line 1, column 9: expected a comma or }, found "b": 2}'],
    ['[1 2]', 'expected a comma or ], found 2]'],
    ['{,}', 'expected a key in quotes'],
    ['[,]', 'expected a value'],
    ['{"a": 01}', 'expected a value, found 01}'],
    ['{"a": 1}}', 'expected the end of the file, found }'],
    ['{"a": "x\n"}', 'expected a string that is closed on its line'],
    ['"\\q"', 'expected a string with the escapes of JSON'],
    ['"abc\\', 'expected a string that is closed on its line'],
    ['/* ', 'expected the end of this comment'],
    ['nan', 'expected a value, found nan'],
  ];
  it.each(refusals)('refuses %j', (text, message) => {
    expect(refusal(() => read(text))).toContain(message);
  });

  it('bounds size and depth', () => {
    expect(refusal(() => read(' '.repeat(JSON_BYTES_MAX + 1)))).toContain('expected at most 4194304 characters');
    expect(() => read('['.repeat(32) + ']'.repeat(32))).not.toThrow();
    expect(refusal(() => read('['.repeat(100_000)))).toContain('expected at most 32 levels');
    expect(() => read(`"${'x'.repeat(JSON_BYTES_MAX - 2)}"`)).not.toThrow();
  });
});
