import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FEATURES } from '../../src/policies/features.js';
import { Op } from '../../src/sim/programs/program.js';
import { EVENT_KINDS, TABLES } from '../../src/sim/records/records.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(`${ROOT}/docs/FORMATS.md`, 'utf8');

describe('docs/FORMATS.md', () => {
  it('is what the sources say', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/formats-doc.mjs', '--check'], { cwd: ROOT, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('has a row for every column with its type', () => {
    const lost = Object.values(TABLES)
      .flat()
      .filter(({ name, type }) => !text.includes(`| \`${name}\` | ${type} |`));
    expect(lost).toEqual([]);
  });

  it('has a row for every feature, every operation and every kind of event', () => {
    expect(FEATURES.filter(({ name, unit }) => !text.includes(`| \`${name}\` | ${unit} |`))).toEqual([]);
    expect(Object.entries(Op).filter(([name, code]) => !text.includes(`| \`${name}\` | ${code} |`))).toEqual([]);
    expect(EVENT_KINDS.filter((kind, i) => !text.includes(`${i} \`${kind}\``))).toEqual([]);
  });
});
