import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../../src/bundle/csv/record.js';
import { CsvRecords, MISQUOTED, OVERLONG, UNCLOSED } from '../../../src/bundle/csv/records.js';

describe('a record', () => {
  it.each([
    ['1,2,3', ['1', '2', '3']],
    [' 1 ,\t2,3 ', ['1', '2', '3']],
    ['', ['']],
    [',', ['', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a""b"', ['a"b']],
    ['""', ['']],
    ['"a" , "b"', ['a', 'b']],
    ['"a",', ['a', '']],
    ['"line\nend",1', ['line\nend', '1']],
    ['"a', 'open'],
    ['1,"a""', 'open'],
    ['"a"b', 'bad'],
    ['a"b', 'bad'],
  ])('%j', (text, fields) => {
    expect(parseRecord(text)).toEqual(fields);
  });

  it('comes back as it was written, whatever is in it', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', ' ', '\n', '1'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), (fields) => {
        const text = fields.map((value) => `"${value.replaceAll('"', '""')}"`).join(',');
        expect(parseRecord(text)).toEqual(fields);
      }),
    );
  });
});

/** Records and complaints, with the bytes cut into chunks of a size. */
function read(text: string, size: number, whole = true): unknown[] {
  const found: unknown[] = [];
  const records = new CsvRecords(
    (fields, line) => found.push([line, ...fields]),
    (problem, line) => found.push(`${line}: ${problem}`),
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) records.push(bytes.subarray(at, at + size));
  records.end(whole);
  return found;
}

describe('the records of a file', () => {
  it('are the same however the bytes come', () => {
    const text = '\uFEFFa,b\r\n\r\n1,2\r\n  \n"x\r\ny",3\nz"z,4\n5,6';
    const expected = [[1, 'a', 'b'], [3, '1', '2'], [5, 'x\ny', '3'], `7: ${MISQUOTED}`, [8, '5', '6']];
    for (const size of [1, 2, 3, 7, 1000]) expect(read(text, size)).toEqual(expected);
  });

  it('lack the last line of a file that is cut', () => {
    expect(read('a,b\n1,2', 100, false)).toEqual([[1, 'a', 'b'], '2: the end of a file that is cut']);
  });

  it('end with a complaint where a quote is never closed', () => {
    expect(read('a\n"b\nc\n', 100)).toEqual([[1, 'a'], `2: ${UNCLOSED}`]);
  });

  it('go on after a line that is too long, and after a quote that swallows too much', () => {
    const long = 'x'.repeat(2 ** 20 + 1);
    expect(read(`a\n${long}\n1\n`, 65_536)).toEqual([[1, 'a'], `2: ${OVERLONG}`, [3, '1']]);
    const lines = `${'y'.repeat(2 ** 19)}\n`;
    expect(read(`a\n"${lines.repeat(2)}1\n`, 65_536)).toEqual([[1, 'a'], `2: ${UNCLOSED}`, [4, '1']]);
  });
});
