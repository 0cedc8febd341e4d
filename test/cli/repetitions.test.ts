import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBundle } from '../../src/bundle/write.js';
import type { RepetitionFile } from '../../src/calibration/repetitions.js';
import type { CalibrationDocument } from '../../src/calibration/types.js';
import { runCli } from '../../src/cli/run-cli.js';
import { MAX_WIDTH } from '../../src/cli/table.js';
import { simulated } from '../calibration/support/simulated.js';

const DIR = mkdtempSync(join(tmpdir(), 'cfslab-repetitions-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));
const at = (name: string): string => join(DIR, name);

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), terminal: false };
  const code = await runCli(args, io);
  return { code, out, err };
}

beforeAll(async () => {
  for (const seed of [1, 2, 3]) await writeBundle(at(`run${seed}`), await simulated('forkjoin', 'pvt8c', 0.06, seed));
  writeFileSync(at('broken.json'), '{"schema":1,"workloads":[{"sameness":3}]}');
});

describe('cfslab repetitions', () => {
  it('shows the spread and keeps it, and adds to what was kept', async () => {
    const first = await cli('repetitions', at('run1'), at('run2'), '--out', at('two.json'));
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toMatch(/^forkjoin.* on pvt8c, .*; seeds 1, 2$/m);
    expect(first.out).toMatch(/^context_switches +2 /m);
    for (const line of first.out.split('\n').slice(1, -2)) expect([...line].length).toBeLessThanOrEqual(MAX_WIDTH);
    const { code, out } = await cli('repetitions', at('two.json'), at('run3'), '--json', '--out', at('three.json'));
    expect([code, readFileSync(at('three.json'), 'utf8')]).toEqual([0, out]);
    const { workloads } = JSON.parse(out) as RepetitionFile;
    expect(workloads.map(({ recordings }) => recordings.map(({ seed }) => seed))).toEqual([[1, 2, 3]]);
    expect((await cli('repetitions', at('run3'), at('run1'), at('run2'), '--json')).out).toBe(out);
  });

  it('is what calibrate takes the spread from', async () => {
    const judged = async (...more: string[]): Promise<CalibrationDocument> => {
      const { out } = await cli('calibrate', at('run1'), '--seeds', '2', '--jobs', '0', '--json', ...more);
      return JSON.parse(out) as CalibrationDocument;
    };
    await cli('repetitions', at('run1'), at('run2'), '--out', at('kept.json'));
    const [kept, opened] = [await judged('--repetitions', at('kept.json')), await judged('--repetitions', at('run2'))];
    expect(kept).toEqual(opened);
    expect(kept.residuals.find(({ metric }) => metric === 'context_switches')!.kernelRange!.recordings).toBe(2);
    expect((await judged()).residuals.every(({ kernelRange }) => kernelRange === null)).toBe(true);
  });

  it.each<[string, string[], string]>([
    ['no recording', [], "missing required argument 'recording|file'"],
    ['no such file', ['nothing'], 'expected a file, found nothing of that name'],
    ['a file of another kind', ['broken.json'], 'workloads.0.sameness: expected an object, found 3'],
    ['a place in no directory', ['run1', '--out', 'none/x.json'], '--out: expected a file in a directory that exists'],
  ])('refuses %s in one line', async (_, args, part) => {
    const before = readdirSync(DIR).sort((a, b) => (a < b ? -1 : 1));
    const { code, out, err } = await cli('repetitions', ...args.map((word) => (word.startsWith('--') ? word : at(word))));
    expect(err).toMatch(/^cfslab: [^\n]+\n$/);
    expect(err).toContain(part);
    expect([code, out]).toEqual([2, '']);
    expect(readdirSync(DIR).sort((a, b) => (a < b ? -1 : 1))).toEqual(before);
  });
});
