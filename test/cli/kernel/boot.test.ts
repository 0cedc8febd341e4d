import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOOT_TOOLS } from '../../../src/kernel-validation/boot/machine.js';
import { missingPackages } from '../../../src/kernel-validation/tools.js';
import { fakeEmulator, GOOD_RUN } from '../../kernel-validation/boot/fake-emulator.js';
import { cli } from '../support.js';

const root = mkdtempSync(join(tmpdir(), 'cfslab-cli-kernel-'));
const cache = process.env['CFSLAB_CACHE'];
beforeAll(() => void (process.env['CFSLAB_CACHE'] = join(root, 'cache')));
afterAll(() => {
  if (cache === undefined) delete process.env['CFSLAB_CACHE'];
  else process.env['CFSLAB_CACHE'] = cache;
  rmSync(root, { recursive: true, force: true });
});

const OUT = ['--out', join(root, 'out')];

describe('cfslab kernel boot and measure', () => {
  it.each([
    [['boot'], '--out: expected a place for the capture'],
    [['boot', ...OUT, '--place', 'moon'], '--place: expected lab, kvm or here, found moon'],
    [['boot', ...OUT, '--place', 'here'], 'this machine runs already'],
    [['boot', ...OUT, '--shape', '3'], '--shape: expected pvt8'],
    [['boot', ...OUT, '--workload', 'nothing'], '--workload: expected hackbench'],
    [['boot', ...OUT, '--events', 'some'], '--events: expected full, stock, ml, none'],
    [['boot', ...OUT, '--pushes', '5'], '--policy: expected a policy with a model'],
    [['boot', ...OUT, '--workload', 'hogs', '--script', 'x.sh'], '--script: expected one of --workload and --script, found both'],
    [['boot', ...OUT, '--script', 'no-such.sh'], 'no-such.sh: expected'],
    [['boot', ...OUT, '--quantum', '1'], '--quantum: expected an integer from 100'],
    [['measure'], '--out: expected a directory for the measurement'],
    [['measure', ...OUT, '--workloads', 'hogs,hogs:nices=1'], '--workloads: expected each workload once, found hogs'],
    [['measure', ...OUT, '--policies', 'stock@shadow'], '--policies: expected a policy that can stand by'],
    [['measure', ...OUT, '--repetitions', '0'], '--repetitions: expected an integer from 1'],
    [['measure', ...OUT, '--quanta', '10'], '--quanta: expected ns from 100'],
  ])('%j is refused in one line', async (argv, message) => {
    const kernel = join(root, 'no-such-kernel');
    const { code, out, err } = await cli('kernel', ...argv, '--kernel', kernel, '--emulator', 'true');
    expect([code, out, err.trimEnd().split('\n').length]).toEqual([2, '', 1]);
    expect(err).toContain(message);
    expect(existsSync(join(root, 'out'))).toBe(false);
  });

  it('show a guest’s panic, boot one that works, and measure', async () => {
    if (missingPackages(BOOT_TOOLS).length > 0) return;
    const panics = fakeEmulator(join(root, 'panics'), `echo 'cfslab: booted 6.1 x'; echo 'Kernel panic - not syncing: no reason'`);
    const kernel = join(root, 'panics', 'kernel');
    const bad = await cli('kernel', 'boot', '--kernel', kernel, '--emulator', panics, ...OUT);
    expect([bad.code, bad.out]).toEqual([3, '']);
    expect(bad.err).toContain('  | cfslab: booted 6.1 x\n  | Kernel panic - not syncing: no reason\ncfslab: the guest panicked: Kernel panic - not syncing: no reason\n');

    const works = fakeEmulator(join(root, 'works'), GOOD_RUN);
    const good = await cli('kernel', 'boot', '--kernel', kernel, '--emulator', works, '--workload', 'hackbench', ...OUT, '--json');
    expect(good.code).toBe(0);
    expect(JSON.parse(good.out)).toMatchObject({ out: OUT[1], run: { workload: 'hackbench', policy: 'stock', completionNs: 5e8 } });

    const measure = ['kernel', 'measure', '--kernel', kernel, '--emulator', works, '--workloads', 'hackbench', '--repetitions', '1'];
    const measured = await cli(...measure, '--out', join(root, 'measured'));
    expect(measured.code).toBe(0);
    expect(measured.out).toMatch(/measured: 2 runs; means:\n.*\n.*\nhackbench +stock +off +1 +500 ms +2000 messages\/s/);
    const again = await cli(...measure, '--out', join(root, 'measured'), '--json');
    expect((JSON.parse(again.out) as { runs: { reused: boolean }[] }).runs.map(({ reused }) => reused)).toEqual([true, true]);
    writeFileSync(join(root, 'measured', 'captures', 'other'), '');
    expect((await cli(...measure, '--out', join(root, 'measured'))).err).toContain('expected runs of this plan only, found other');
  });
});
