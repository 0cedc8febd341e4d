import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/input/package-root.js';
import type { SeveralDocument } from '../../src/lockstep/agreement/document.js';
import { l1Section, l2Section } from '../../src/lockstep/agreement/markdown.js';
import { DECISIONS } from '../../src/lockstep/agreement/tally.js';
import { CAPTURES } from '../bundle/capture-fixture.js';
import { cli } from './support.js';

const DIR = mkdtempSync(join(tmpdir(), 'cfslab-fidelity-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));
const at = (name: string): string => join(DIR, name);

let document: SeveralDocument;
beforeAll(async () => {
  const names = ['spin9', 'rtapp'].map((name) => join(CAPTURES, name));
  const { out } = await cli('replay', ...names, '--lockstep', '--json', '--set', 'sysctl.latency_ns=48000000');
  document = JSON.parse(out) as SeveralDocument;
  writeFileSync(at('document.json'), out);
});

/** Reasons for what misses, in so far as it must. */
const REASONS = { tick_resched: 'the knob was turned' };

describe('the parts of FIDELITY.md', () => {
  it('have every recording and every decision', () => {
    const l1 = l1Section(document);
    expect(l1).toMatch(/\| spin9 \| 226 \| 226 \| 226 \| 100 % \|/);
    expect(l1).toMatch(/\| \*\*all\*\* \| 467 \| 467 \| 467 \| 100 % \|/);
    const l2 = l2Section(document, REASONS, 'reasons.json');
    for (const name of DECISIONS) expect(l2).toMatch(new RegExp(`^\\| \`${name}\` \\| \\d+ \\|`, 'm'));
    for (const name of Object.keys(document.features)) expect(l2).toContain(`| \`${name}\` | ${document.features[name]!.count} |`);
    expect(l2).toMatch(/^\| spin9 \| .*\*\*\d\d\.\d\d % of 1050\*\*/m);
    expect(l2).toMatch(/since when a CPU is idle that was so before the recording/);
  });

  it('list what stays, with its reason or the lack of one', () => {
    const list = l2Section(document, REASONS, 'reasons.json').split('**What stays**')[1]!;
    expect(list).toMatch(/^\| `tick_resched` \| spin9 \d+ of 1050; rtapp \d+ of \d+ \| the knob was turned \|$/m);
    expect(l2Section(document, {}, 'reasons.json')).toMatch(/^\| `tick_resched` \| .* \| \*\*not explained\*\* \|$/m);
    expect(list).not.toMatch(/`lb_nr_balance_failed`/);
  });

  it('refuse a reason for what does not miss', () => {
    expect(() => l2Section(document, { lb_nr_balance_failed: 'chance' }, 'reasons.json')).toThrow(
      /^reasons\.json: lb_nr_balance_failed: expected reasons for what misses alone: .*tick_resched/,
    );
  });

  it('keep those that can be judged by L1 alone apart', () => {
    const [spin9, rtapp] = document.recordings as [SeveralDocument['recordings'][0], SeveralDocument['recordings'][0]];
    const text = l2Section({ ...document, recordings: [spin9, { ...rtapp, lacks: 'no switches' }] }, {}, 'reasons.json');
    expect(text).toContain('- no switches: `rtapp`');
    expect(text).not.toMatch(/^\| rtapp \|/m);
  });

  it('are put between their markers, before L3, and checked', () => {
    const script = join(packageRoot(), 'scripts', 'fidelity.mjs');
    const fidelity = (...more: string[]) => spawnSync(process.execPath, [script, at('document.json'), at('FIDELITY.md'), ...more], {
      encoding: 'utf8',
    });
    const [l3, text] = ['## L3: free runs beside the kernel\n\n<!-- L3: x -->\nas it was\n', 'what somebody wrote'];
    writeFileSync(at('FIDELITY.md'), `# Fidelity\n\n${text}\n\n${l3}`);
    writeFileSync(at('reasons.json'), JSON.stringify(REASONS));
    const reasons = `--reasons=${at('reasons.json')}`;
    expect(fidelity(reasons)).toMatchObject({ status: 0, stderr: '' });
    const written = readFileSync(at('FIDELITY.md'), 'utf8');
    expect(written.match(/^## .*/gm)!.map((title) => title.slice(3, 5))).toEqual(['L1', 'L2', 'L3']);
    expect(written.startsWith(`# Fidelity\n\n${text}\n\n## L1`)).toBe(true);
    expect(written.endsWith(`\n\n${l3}`)).toBe(true);
    expect(fidelity(reasons, '--check').status).toBe(0);
    expect(fidelity(reasons).status).toBe(0);
    expect(readFileSync(at('FIDELITY.md'), 'utf8')).toBe(written);

    writeFileSync(at('FIDELITY.md'), written.replace('| spin9 | 226 |', '| spin9 | 227 |'));
    expect(fidelity(reasons, '--check')).toMatchObject({ status: 1, stderr: expect.stringMatching(/does not show what/) as string });
    writeFileSync(at('reasons.json'), JSON.stringify({ wakeup_preempt_: 'typing' }));
    expect(fidelity(reasons)).toMatchObject({ status: 1, stderr: expect.stringMatching(/wakeup_preempt_/) as string });
    expect(fidelity('--bogus').status).toBe(1);
  });
});
