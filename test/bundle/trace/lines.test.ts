import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../src/bundle/trace/lines.js';

function split(chunks: readonly Buffer[], maxBytes?: number) {
  const lines: [string, number][] = [];
  const splitter = new LineSplitter((line, number) => lines.push([line, number]), maxBytes);
  for (const chunk of chunks) splitter.push(chunk);
  return { lines, splitter };
}

describe('LineSplitter', () => {
  it('gives the same lines however the bytes come', () => {
    const text = fc.array(fc.constantFrom('a', 'bc', '\n', '\r\n', 'é', ' '), { maxLength: 40 }).map((parts) =>
      parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 5 }), { minLength: 1 }), (whole, sizes) => {
        const bytes = Buffer.from(whole);
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const size = sizes[i % sizes.length]! + 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const expected = bytes.toString('latin1').split('\n');
        const last = expected.pop()!;
        const { lines, splitter } = split(chunks);
        expect(lines.map(([line]) => line)).toEqual(expected.map((line) => line.replace(/\r$/, '')));
        expect(lines.map(([, number]) => number)).toEqual(expected.map((_, i) => i + 1));
        expect(splitter.endsWithinLine()).toBe(last !== '');
      }),
    );
  });

  it('does not keep what it was given: the caller may reuse the buffer', () => {
    const chunk = Buffer.from('ab');
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    splitter.push(chunk);
    chunk.fill('x');
    splitter.push(Buffer.from('c\n'));
    expect(lines).toEqual(['abc']);
  });

  it('drops and counts lines that are too long, in one piece or in many', () => {
    const whole = split([Buffer.from('short\nlonger than ten\nshort\n')], 10);
    expect(whole.lines).toEqual([['short', 1], ['short', 3]]);
    expect(whole.splitter.overlong).toBe(1);
    const pieces = split([...'short\nlonger than ten\nshort\nlonger than ten'].map((c) => Buffer.from(c)), 10);
    expect(pieces.lines).toEqual([['short', 1], ['short', 3]]);
    expect(pieces.splitter.overlong).toBe(1);
    expect(pieces.splitter.endsWithinLine()).toBe(true);
  });
});
