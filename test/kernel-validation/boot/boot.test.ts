import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import { readRunFile } from '../../../src/bundle/capture/measured-run.js';
import { bootCapture } from '../../../src/kernel-validation/boot/boot.js';
import type { GuestOptions } from '../../../src/kernel-validation/boot/guest.js';
import { GuestError } from '../../../src/kernel-validation/boot/guest-error.js';
import { PLAIN_RUN } from '../../../src/kernel-validation/guest/settings.js';
import { callsOf, fakeEmulator, fakeMachine, GOOD_RUN, isRunning } from './fake-emulator.js';

const root = mkdtempSync(join(tmpdir(), 'cfslab-boot-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SETTINGS = { ...PLAIN_RUN, workload: 'hackbench', params: { groups: 3 }, seed: 7, delayUs: 20 };
const IDENTITY = { workload: 'hackbench', unit: 'messages', policy: 'stock', model: null, repetition: 2 };
let count = 0;

/** Boots a guest that does what the script says, into a directory of its own. */
async function boot(body: string, options: Partial<GuestOptions> = {}) {
  const folder = join(root, `guest-${++count}`);
  const out = join(folder, 'out');
  const emulator = fakeEmulator(folder, body);
  const lines: string[] = [];
  const limits = { wallMs: 60_000, silenceMs: 60_000, onLine: (line: string) => void lines.push(line) };
  let error: unknown = null;
  try {
    await bootCapture(fakeMachine(emulator), SETTINGS, IDENTITY, out, { ...limits, ...options });
  } catch (thrown) {
    error = thrown;
  }
  // What it may leave: itself, its files, and the capture where there is one.
  const left = readdirSync(folder).filter((name) => !['run', 'kernel', 'initramfs', 'trace.txt', 'calls', 'out'].includes(name));
  return { out, error, lines, left, emulator };
}

describe('a guest that does its work', () => {
  it('leaves a capture that says of what run it is, and that ingest reads', async () => {
    const { out, error, lines, left, emulator } = await boot(GOOD_RUN);
    expect(error).toBeNull();
    expect(left).toEqual([]);
    expect(lines).toContain('cfslab: run is whole');
    expect(readRunFile(out)).toEqual({
      workload: 'hackbench', policy: 'stock', mode: 'off', policyEvents: true, model: null, kernelSource: null, place: 'lab', seed: 7, repetition: 2,
      perturbation: { delayUs: 20, seed: 7, quantumNs: 1000 }, completionNs: 500_000_000,
      throughput: { value: 2000, unit: 'messages' }, stats: null, memoryBytes: null, latency: null,
    });
    expect(callsOf(emulator)).toEqual([expect.stringMatching(/^1000 .*-icount shift=0,sleep=off .*-smp 8,sockets=1,cores=8,threads=1 /)]);
    const contents = await readCapture(out);
    expect(contents.manifest).toMatchObject({ topology: 'pvt8c', quantumNs: 1000, seed: 7, run: { repetition: 2 } });
    expect(contents.manifest.workload).toBe('hackbench dur=0.4 env=groups:3');
    // Nothing of the machine that it was made on.
    expect(readFileSync(join(out, 'manifest'), 'utf8')).not.toContain(root);
  });

  it('takes the place of a capture that was there', async () => {
    const { out, emulator } = await boot(GOOD_RUN);
    writeFileSync(join(out, 'old'), '');
    await bootCapture(fakeMachine(emulator), SETTINGS, IDENTITY, out, { wallMs: 60_000, silenceMs: 60_000 });
    expect(existsSync(join(out, 'old'))).toBe(false);
    expect(existsSync(join(out, 'run.json'))).toBe(true);
  });
});

describe('a guest that does not', () => {
  const cases: readonly (readonly [string, string, Partial<GuestOptions>, GuestError['failure'], RegExp])[] = [
    ['panics', `echo '[    1.000000] Kernel panic - not syncing: Fatal exception'; echo '[    1.000000] ---[ end Kernel panic'`, {}, 'panic', /^the guest panicked: Kernel panic - not syncing: Fatal exception$/],
    ['has a bug in its kernel', `echo '[    0.5] BUG: kernel NULL pointer dereference, address: 0'; ${GOOD_RUN}`, {}, 'panic', /NULL pointer/],
    ['says nothing any more', 'echo hello; sleep 1000', { silenceMs: 400 }, 'hang', /has said nothing for 0 s/],
    ['takes too long', 'while :; do echo tick; sleep 0.1; done', { wallMs: 500 }, 'hang', /was not done after 1 s/],
    ['has used up its virtual time', 'echo spinning; exit 75', {}, 'hang', /virtual time/],
    ['loses its emulator', `echo 'cfslab: booted'; kill -KILL $$`, {}, 'died', /ended by signal 9/],
    ['has an emulator that gives up', `echo 'no such machine' >&2; exit 1`, {}, 'died', /ended with code 1/],
    ['goes off early', `echo 'cfslab: booted 6.1 x'`, {}, 'died', /went off when the guest was booted/],
    ['fails in its script', `echo 'cfslab: failed: the kernel refuses the model'; echo 'cfslab: done up=1'`, {}, 'failed', /refuses the model/],
    ['meets a full disk', GOOD_RUN.replace('capture\necho \'cfslab: handed out\'', `echo 'cfslab: failed: the capture cannot be handed out'`), {}, 'failed', /cannot be handed out/],
  ];
  it.each(cases)('because it %s, is reported and leaves nothing', async (_, body, options, failure, message) => {
    const { out, error, left, lines, emulator } = await boot(body, options);
    expect(error).toBeInstanceOf(GuestError);
    expect((error as GuestError).failure).toBe(failure);
    expect((error as GuestError).message).toMatch(message);
    // Its last lines are told.
    expect((error as GuestError).console).toEqual(lines.slice(-40));
    expect(lines.length).toBeGreaterThan(0);
    expect(existsSync(out)).toBe(false);
    expect(left).toEqual([]);
    expect(isRunning(emulator)).toBe(false);
  });

  it('because it hands out only a part, has no capture', async () => {
    const { out, error, left } = await boot(GOOD_RUN.replace('capture', 'capture; rm "$share/sched_debugfs"'));
    expect(String(error)).toMatch(/the capture has no sched_debugfs/);
    expect([existsSync(out), left]).toEqual([false, []]);
  });

  it('because its workload reports nothing, has no capture', async () => {
    const { out, error } = await boot(GOOD_RUN.replace('capture', 'capture; echo > "$share/workload.log"'));
    expect(String(error)).toMatch(/reports no result/);
    expect(existsSync(out)).toBe(false);
  });

  it('because it is interrupted, leaves neither processes nor files', async () => {
    const controller = new AbortController();
    const stopAt = (line: string): void => {
      if (line === 'waiting') controller.abort();
    };
    const { out, error, left, emulator } = await boot('trap "" TERM; echo waiting; sleep 1000; sleep 1000', { signal: controller.signal, onLine: stopAt });
    expect(String(error)).toMatch(/interrupted/);
    expect([existsSync(out), left, isRunning(emulator)]).toEqual([false, [], false]);
  });
});

describe('a harness that is killed', () => {
  it('leaves no emulator behind, and nothing that reads as a capture', async () => {
    const folder = join(root, 'killed');
    const emulator = fakeEmulator(folder, 'echo waiting; sleep 1000; echo never');
    const script = join(folder, 'harness.mts');
    const modules = fileURLToPath(new URL('../../../src/kernel-validation', import.meta.url));
    const support = fileURLToPath(new URL('./fake-emulator.ts', import.meta.url));
    writeFileSync(script, `
import { bootCapture } from '${modules}/boot/boot.ts';
import { PLAIN_RUN } from '${modules}/guest/settings.ts';
import { fakeMachine } from '${support}';
await bootCapture(fakeMachine('${emulator}'), { ...PLAIN_RUN, workload: 'hackbench' },
  { workload: 'hackbench', unit: null, policy: 'stock', model: null, repetition: 0 }, '${join(folder, 'out')}',
  { wallMs: 60000, silenceMs: 60000, onLine: (line) => console.log(line) });
`);
    const harness = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => harness.stdout.once('data', resolve));
    expect(isRunning(emulator)).toBe(true);
    harness.kill('SIGKILL');
    for (let i = 0; i < 100 && isRunning(emulator); i++) await sleep(50);
    expect(isRunning(emulator)).toBe(false);
    expect(existsSync(join(folder, 'out'))).toBe(false);
    // The next one works, what was left or not.
    fakeEmulator(folder, GOOD_RUN);
    await bootCapture(fakeMachine(emulator), SETTINGS, IDENTITY, join(folder, 'out'), { wallMs: 60_000, silenceMs: 60_000 });
    expect(readRunFile(join(folder, 'out'))?.completionNs).toBe(500_000_000);
  });
});
