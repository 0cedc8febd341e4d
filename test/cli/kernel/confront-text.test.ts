import { describe, expect, it } from 'vitest';
import { confrontText } from '../../../src/cli/kernel/confront-text.js';
import { MAX_WIDTH } from '../../../src/cli/table.js';
import { RULE } from '../../../src/kernel-validation/confront/rule.js';
import { sampleConfrontation } from '../../kernel-validation/confront/sample-document.js';

const TEXT = confrontText(sampleConfrontation());

describe('a confrontation as text', () => {
  it('says the verdict first, with what it rests on', () => {
    const [first, second] = TEXT.split('\n');
    expect(first).toBe('REFUTED: 24 simulated runs beside 25 of the kernel');
    expect(second).toBe('- 1 of 12345 recorded decisions are not those of the integer program');
    expect(TEXT).toContain('Decisions of the kernel’s policy: 12344 of 12345 are those of the integer program.');
    expect(TEXT).toMatch(/Kendall's tau-b 0\.33 of 3 pairs/);
  });

  it('has the objectives first, what is refuted before what is not', () => {
    const rows = TEXT.split('\n').filter((line) => / {2}(refuted|undecided|confirmed) {2}/.test(line));
    expect(rows[0]).toMatch(/^build +neural-early +throughput \* +refuted +\+10\.\d %/);
    expect(rows.findIndex((row) => !row.includes('*'))).toBe(3);
  });

  it('says the rule, in lines that are not too long', () => {
    const flat = TEXT.replace(/\s+/g, ' ');
    for (const sentence of RULE) expect(flat).toContain(sentence);
    expect(TEXT.split('\n').filter((line) => [...line].length > MAX_WIDTH)).toEqual([]);
  });
});
