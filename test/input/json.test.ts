import fc from 'fast-check';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/input/error.js';
import { locateJsonError } from '../../src/input/json-locate.js';
import { parseJson, readJsonFile } from '../../src/input/json.js';

let dir = '';
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'cfslab-json-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function file(contents: string | Uint8Array): string {
  const path = join(dir, 'x.json');
  writeFileSync(path, contents);
  return path;
}

describe('readJsonFile', () => {
  it('reads what is JSON, with a byte order mark or without', () => {
    expect(readJsonFile(file('{"a": [1, "é"]}'))).toEqual({ a: [1, 'é'] });
    expect(readJsonFile(file('\uFEFF{"a": 1}'))).toEqual({ a: 1 });
  });

  it.each([
    ['{\n  "a": 1,\n  "b": x\n}', 'line 3, column 8'],
    ['{"a": 1,}', 'line 1, column 9'],
    ['[1 2]', 'line 1, column 4'],
    ['{"a" 1}', 'line 1, column 6'],
    ['[01]', 'line 1, column 3'],
    ['["\\x"]', 'line 1, column 4'],
    ['["\t"]', 'line 1, column 3'],
    ['[tru]', 'line 1, column 5'],
    ['{} {}', 'line 1, column 4'],
    ["{'a': 1}", 'line 1, column 2'],
    ['[1, 2', 'line 1, column 6'],
    ['', 'line 1, column 1'],
    ['NaN', 'line 1, column 1'],
  ])('says where %j goes wrong', (text, place) => {
    expect(() => readJsonFile(file(text))).toThrow(InputError);
    expect(() => readJsonFile(file(text))).toThrow(`x.json: ${place}: expected JSON`);
  });

  it('refuses what is missing, no file, too large, not UTF-8 or has no possible name', () => {
    expect(() => readJsonFile(join(dir, 'none.json'))).toThrow('expected a file, found nothing of that name');
    expect(() => readJsonFile(join(file('1'), 'x'))).toThrow('found nothing of that name');
    expect(() => readJsonFile(dir)).toThrow('found a directory');
    expect(() => readJsonFile(file('[1, 2, 3]'), { maxBytes: 5 })).toThrow('expected at most 5 bytes, found 9 bytes');
    expect(() => readJsonFile(file(Uint8Array.of(0x22, 0xff, 0x22)))).toThrow('expected UTF-8 text');
    expect(() => readJsonFile('a\0b')).toThrow(InputError);
    expect(() => readJsonFile('x'.repeat(5000))).toThrow(InputError);
    const big = file('');
    truncateSync(big, 2 ** 31);
    expect(() => readJsonFile(big)).toThrow('at most');
  });

  it('copes with nesting of any depth', () => {
    expect(() => parseJson('['.repeat(200_000), 'deep')).toThrow('line 1, column 200001');
  });
});

describe('locateJsonError', () => {
  it('finds the cut wherever a document is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat(), fc.constantFrom(0, 2), (value, where, indent) => {
        const text = JSON.stringify(value, null, indent);
        const cut = text.slice(0, where % text.length);
        expect(locateJsonError(cut)).toBe(cut.length);
      }),
    );
  });

  it('depends only on what comes before, and finds no mistake in what is JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat(), fc.constantFrom('x', '}', '"', ',', '0', '\\', ''), (value, where,
        bit) => {
        const text = JSON.stringify(value);
        const at = where % text.length;
        const broken = text.slice(0, at) + bit + text.slice(at + 1);
        let valid = true;
        try {
          JSON.parse(broken);
        } catch {
          valid = false;
        }
        const found = locateJsonError(broken);
        expect(found).toBeLessThanOrEqual(broken.length);
        if (valid) expect(found).toBe(broken.length);
        else if (found < broken.length) expect(locateJsonError(`${broken.slice(0, found)}\u0001`)).toBe(found);
      }),
    );
  });
});
