import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edited } from '../../../src/kernel-validation/install/edit.js';
import type { Place } from '../../../src/kernel-validation/install/place.js';

const TEXT = 'int f(void)\n{\n\treturn 1;\n}\n\nint g(void)\n{\n\tif (a)\n\t\tgo();\n\treturn 1;\n}\n';
const place = (anchor: string, where: Place['where'], text: string, within?: string): Place => ({
  file: 'x.c', anchor, where, text, why: 'a test', ...(within === undefined ? {} : { within }),
});

describe('an edit', () => {
  it('puts lines before and after the lines of the anchor, or text in its place', () => {
    expect(edited(TEXT, [place('go()', 'before', '\t\tB')], 'x.c')).toContain('\tif (a)\n\t\tB\n\t\tgo();\n');
    expect(edited(TEXT, [place('go()', 'after', '\t\tA')], 'x.c')).toContain('\t\tgo();\n\t\tA\n\treturn');
    expect(edited(TEXT, [place('go()', 'replace', 'stay()')], 'x.c')).toContain('\t\tstay();\n');
    expect(edited(TEXT, [place('if (a)\n\t\tgo', 'after', 'A')], 'x.c')).toContain('\t\tgo();\nA\n');
    expect(edited(TEXT, [place('if (a)\n\t\tgo', 'before', 'B')], 'x.c')).toContain('{\nB\n\tif (a)\n\t\tgo();');
  });

  it('after the last line gives that line its end', () => {
    expect(edited('a\nb', [place('b', 'after', 'c')], 'x.c')).toBe('a\nb\nc');
    expect(edited('a\nb\n', [place('b', 'after', 'c')], 'x.c')).toBe('a\nb\nc\n');
  });

  it('is found in its function where the anchor alone is not', () => {
    expect(edited(TEXT, [place('return 1;', 'replace', 'return 2;', 'int g(')], 'x.c')).toBe(TEXT.replace(/1;(?=\n}\n$)/, '2;'));
    expect(edited(TEXT, [place('return 1;', 'replace', 'return 2;', 'int f(')], 'x.c')).toBe(TEXT.replace('1;', '2;'));
  });

  it('is refused where the anchor is found twice, nowhere or in another function only', () => {
    const refused = (p: Place): (() => string) => () => edited(TEXT, [p], 'x.c');
    expect(refused(place('return 1;', 'after', ''))).toThrow('x.c: "return 1;": expected to find it exactly once, found it again');
    expect(refused(place('return 3;', 'after', ''))).toThrow('found it nowhere');
    expect(refused(place('go()', 'after', '', 'int f('))).toThrow('x.c: "go()" in "int f(": expected to find it exactly once, found it nowhere');
    expect(refused(place('go()', 'after', '', 'int '))).toThrow('x.c: "int ": expected to find it exactly once, found it again');
    expect(refused(place('go()', 'after', '', 'int h('))).toThrow('found it nowhere');
  });

  it('finds overlapping anchors twice', () => {
    expect(() => edited('aaa', [place('aa', 'replace', 'b')], 'x.c')).toThrow('it again');
  });

  it('is looked for in the file as it was', () => {
    const places = [place('go()', 'replace', 'go(), return 1;'), place('return 1;', 'replace', 'done', 'int g(')];
    expect(edited(TEXT, places, 'x.c')).toBe(TEXT.replace(/return 1;(?=\n}\n$)/, 'done').replace('go()', 'go(), return 1;'));
  });

  it('at the same spot stands in the order of the places, and around a replacement', () => {
    const places = [place('go()', 'before', '1'), place('go()', 'after', '4'), place('go()', 'replace', '3'), place('go();', 'before', '2')];
    expect(edited('x\n\tgo();\ny\n', places, 'x.c')).toBe('x\n1\n2\n\t3;\n4\ny\n');
  });

  it('that touches what another replaces is refused', () => {
    const places = [place('if (a)\n\t\tgo', 'replace', ''), place('go();', 'replace', '')];
    expect(() => edited(TEXT, places, 'x.c')).toThrow('no other place touches');
    expect(() => edited(TEXT, [places[0]!, place('go();', 'before', '')], 'x.c')).toThrow('no other place touches');
  });

  it('leaves every line alone that it does not name', () => {
    const line = fc.stringMatching(/^[a-z ]{0,6}$/);
    fc.assert(
      fc.property(fc.array(line), fc.array(line), fc.constantFrom('before' as const, 'after' as const), (head, tail, where) => {
        const lines = [...head, 'THE ANCHOR', ...tail];
        const out = edited(`${lines.join('\n')}\n`, [place('ANCHOR', where, 'OURS')], 'x.c').split('\n');
        const at = head.length + (where === 'after' ? 1 : 0);
        expect(out[at]).toBe('OURS');
        expect([...out.slice(0, at), ...out.slice(at + 1)]).toEqual([...lines, '']);
      }),
    );
  });
});
