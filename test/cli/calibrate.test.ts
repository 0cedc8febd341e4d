import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBundle } from '../../src/bundle/write.js';
import { passes } from '../../src/calibration/calibrate.js';
import type { CalibrationDocument, Residual } from '../../src/calibration/types.js';
import { calibrationText } from '../../src/cli/calibrate-table.js';
import { runCli } from '../../src/cli/run-cli.js';
import { MAX_WIDTH } from '../../src/cli/table.js';
import { loadMachine } from '../../src/experiment/schema/profile.js';
import { packageRoot } from '../../src/input/package-root.js';
import { simulated } from '../calibration/support/simulated.js';

const DIR = mkdtempSync(join(tmpdir(), 'cfslab-calibrate-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));
const at = (name: string): string => join(DIR, name);

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), terminal: false };
  const code = await runCli(['calibrate', ...args], io);
  return { code, out, err };
}

beforeAll(async () => {
  for (const seed of [1, 2]) await writeBundle(at(`run${seed}`), await simulated('forkjoin', 'pvt8c', 0.06, seed));
  const odd = await simulated('forkjoin', 'pvt8c', 0.01, 3);
  await writeBundle(at('odd'), { ...odd, manifest: { ...odd.manifest, topology: 'mine' } });
});

describe('cfslab calibrate', () => {
  it('prints the document, writes the profile and the report', async () => {
    const { code, out } = await cli(
      ...[at('run1'), '--holdout', at('run2'), '--seeds', '2', '--jobs', '0', '--json'],
      ...['--out', at('fitted.json'), '--html', at('report.html')],
    );
    const document = JSON.parse(out) as CalibrationDocument;
    expect(document.inputs.map(({ name, holdout }) => [name, holdout])).toEqual([['run1', false], ['run2', true]]);
    expect(code).toBe(passes(document) ? 0 : 1);
    const machine = loadMachine(at('fitted.json'));
    expect(machine.name).toBe('fitted');
    expect(machine.calibration!.heldOut[0]!.hash).toBe(document.inputs[1]!.hash);
    expect(readFileSync(at('report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    expect(readdirSync(DIR).filter((name) => name.includes('tmp'))).toEqual([]);

    writeFileSync(at('document.json'), out);
    const script = join(packageRoot(), 'scripts', 'fidelity.mjs');
    const fidelity = (...more: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [script, at('document.json'), at('FIDELITY.md'), ...more], { encoding: 'utf8' });
    expect(fidelity().status).toBe(0);
    const text = readFileSync(at('FIDELITY.md'), 'utf8');
    expect(text.match(/<!-- \/?L3/g)).toHaveLength(2);
    for (const { metric } of document.residuals) expect(text).toContain(`\`${metric}\``);
    expect(fidelity('--check').status).toBe(0);
    writeFileSync(at('FIDELITY.md'), text.replace('undecided', 'pass'));
    expect(fidelity('--check').status).toBe(1);
    expect(fidelity().status).toBe(0);
    expect(readFileSync(at('FIDELITY.md'), 'utf8')).toBe(text);
  });

  it.each<[string, string[], string]>([
    ['no such recording', ['nothing'], 'nothing: expected a bundle or a capture directory'],
    ['no recording', [], "missing required argument 'bundle'"],
    ['one twice', ['run1', '--holdout', 'run1'], 'expected each recording once, found it twice'],
    ['a share above 1', ['run1', '--holdout-share', '1.5'], '--holdout-share: expected a number above 0 and up to 1'],
    ['a share of 1', ['run1', 'run2', '--holdout-share', '1'], '--holdout-share: expected a share below 1'],
    ['a share beside names', ['run1', '--holdout', 'run2', '--holdout-share', '0.5'], 'expected no --holdout beside it'],
    ['a share of one', ['run1', '--holdout-share', '0.5'], '--holdout-share: expected two recordings or more, found 1'],
    ['no such machine', ['run1', '--machine', 'nothing'], 'expected a machine profile'],
    ['a machine of other CPUs', ['odd', '--machine', 'flat4'], 'expected a machine of 8 CPUs'],
    ['a machine that is not known', ['odd'], 'expected a machine like its own, with --machine'],
    ['no such probe', ['run1', '--probe', 'nothing.json'], 'nothing.json'],
    ['no seeds', ['run1', '--seeds', '0'], '--seeds: expected an integer from 1 to 1000'],
    ['a profile in no directory', ['run1', '--out', 'none/x.json'], '--out: expected a file in a directory that exists'],
    ['a report in place of a directory', ['run1', '--html', 'run2'], '--html: expected a file'],
    ['a report in place of the profile', ['run1', '--out', 'nothing.json', '--html', 'nothing.json'], '--html: expected another file'],
    ['two forms', ['run1', '--json', '--markdown'], 'expected no --json beside it'],
  ])('refuses %s in one line', async (_, args, part) => {
    const names = ['run1', 'run2', 'odd', 'nothing', 'nothing.json', 'none/x.json'];
    const before = readdirSync(DIR).sort((a, b) => (a < b ? -1 : 1));
    const { code, out, err } = await cli(
      ...args.map((word, i) => (names.includes(word) && args[i - 1] !== '--machine' ? at(word) : word)), '--jobs', '0',
    );
    expect(err).toMatch(/^cfslab: [^\n]+\n$/);
    expect(err).toContain(part);
    expect([code, out]).toEqual([2, '']);
    expect(readdirSync(DIR).sort((a, b) => (a < b ? -1 : 1))).toEqual(before);
  });

  it('leaves a profile as it was where it cannot end', async () => {
    writeFileSync(at('kept.json'), 'as it was');
    const { code } = await cli(at('run1'), at('odd'), '--machine', 'flat4', '--out', at('kept.json'), '--jobs', '0');
    expect(code).toBe(2);
    expect(readFileSync(at('kept.json'), 'utf8')).toBe('as it was');
    expect(existsSync(at('report2.html'))).toBe(false);
  });
});

describe('the text of a calibration', () => {
  const residual = (verdict: Residual['verdict'], metric: string, rest: Partial<Residual> = {}): Residual => ({
    workload: 'a-recording-with-a-name-that-is-quite-long', metric, kernel: 1000, sim: 1100, simLo: 1050, simHi: 1150,
    relErr: 0.1, tolerance: 0.05, kernelSpread: null, verdict, power: 'measured', knob: 'hz=100', turned: 5, holdout: true,
    unit: '', ...rest,
  });
  const document: CalibrationDocument = {
    profile: 'pvt8c',
    inputs: [{ name: 'a', workload: 'w', hash: '0'.repeat(64), holdout: true }],
    seeds: 3,
    fits: [{ parameter: 'costs.wakeup', unit: 'ns', value: 700, previous: 1200, lo: 650, hi: 750, n: 99, method: 'any' }],
    residuals: [
      residual('pass', 'hot_refusals'),
      residual('not measured', 'migrations_active'),
      residual('undecided', 'lb_failed_share', { kernel: 0.5, relErr: null }),
      residual('fail', 'wakeup_latency_p50_ns', { unit: 'ns', toleranceFrom: 'blocks' }),
      residual('fail', 'completion_ns', { unit: 'ns', holdout: false }),
    ],
    distributions: [],
    notes: ['something to know'],
  };

  it('has what fails first, what counts before what does not, and lines of a terminal', () => {
    const text = calibrationText(document);
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(MAX_WIDTH);
    const order = [
      'Held out: 1 fail, 1 undecided, 1 not measured, 1 pass',
      ...['wakeup_latency_p50', 'lb_failed_share', 'migrations_active', 'hot_refusals'],
      ...['Fitted on, for comparison', 'completion'],
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text).toContain('5 % (blocks)');
    expect(text).toContain('Not measured, and yet off by more than the tolerance: migrations_active');
    expect(text).toContain('note: something to know');
  });
});
