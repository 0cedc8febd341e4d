import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunFile } from '../../src/bundle/capture/measured-run.js';
import { guestInitramfs } from '../../src/kernel-validation/guest/initramfs.js';
import { appears, launch, leftOver, place, processesWith, SMALL, type Ended, type Launched } from './harness.js';
import { tell } from './support.js';

/** Takes init's program away under its feet, and has it look: without init the kernel cannot go on. */
const PANIC = `range=$(grep -m1 ' r-xp ' /proc/1/maps | cut -d' ' -f1)
start=$((0x\${range%-*} / 4096)) end=$((0x\${range#*-} / 4096))
dd if=/dev/zero of=/proc/1/mem bs=4096 seek=$start count=$((end - start)) conv=notrunc
( sleep 0.01 & )
sleep 1
`;
const ASLEEP = 'sleep 1000000\n';
const BUSY = 'while :; do :; done\n';
/** Long after a guest of this size has booted on a machine that does other things too, s. */
const SILENCE = 30;
const STARTED = /^cfslab: start /m;

/** A run in a folder of its own. */
interface Run {
  readonly folder: string;
  readonly capture: string;
  readonly running: Launched;
}

function run(name: string, script: string, ...args: readonly string[]): Run {
  const folder = place(name);
  const file = join(folder, 'script.sh');
  writeFileSync(file, script);
  const capture = join(folder, 'capture');
  return { folder, capture, running: launch(['kernel', 'boot', ...SMALL, '--script', file, '--out', capture, ...args]) };
}

/** The one line in which a run that failed says why. */
function complaint({ err }: Ended): string {
  const lines = err.split('\n').filter((line) => /^cfslab: (?!booted|ready|start|end|result|run|failed|handed|done)/.test(line));
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

/** Neither a process nor a file of it is there. */
async function expectNothing({ folder }: Run): Promise<void> {
  expect(await leftOver(folder)).toEqual([]);
  expect(readdirSync(folder)).toEqual(['script.sh']);
}

describe('a guest that does not come to its end', () => {
  it('is reported with its last lines where it panics', async () => {
    const panics = run('panic', PANIC);
    const ended = await panics.running.ended;
    expect(ended.code).toBe(3);
    tell(complaint(ended));
    expect(complaint(ended)).toMatch(/^cfslab: the guest panicked: Kernel panic - not syncing: Attempted to kill init!/);
    expect(ended.err).toMatch(/^ {2}\| cfslab: start .*\n(?: {2}\| .*\n)* {2}\| \[.*Kernel panic.*\n(?: {2}\| .*\n)* {2}\| .*panic\+0x/m);
    await expectNothing(panics);
  });

  it('is ended where it says nothing any more', async () => {
    const asleep = run('asleep', ASLEEP, '--silence', String(SILENCE));
    const ended = await asleep.running.ended;
    expect(ended.code).toBe(3);
    expect(complaint(ended)).toBe(`cfslab: the guest hangs: it has said nothing for ${SILENCE} s`);
    expect(ended.err).toMatch(/^ {2}\| cfslab: start /m);
    await expectNothing(asleep);
  });

  it('is ended where it runs for ever', async () => {
    const busy = run('busy', BUSY, '--virtual', '2');
    const ended = await busy.running.ended;
    expect(ended.code).toBe(3);
    expect(complaint(ended)).toBe('cfslab: the guest hangs: it has used up its virtual time');
    await expectNothing(busy);
  });

  it('is reported where its emulator is killed', async () => {
    const killed = run('emulator-killed', ASLEEP);
    await killed.running.said(STARTED);
    const emulators = processesWith(killed.folder).filter(({ program }) => program.endsWith('/qemu-system-x86_64'));
    expect(emulators).toHaveLength(1);
    process.kill(emulators[0]!.pid, 'SIGKILL');
    const ended = await killed.running.ended;
    expect(ended.code).toBe(3);
    expect(complaint(ended)).toBe('cfslab: the guest is gone: the emulator was ended by signal 9');
    await expectNothing(killed);
  });
});

describe('a harness that is killed', () => {
  it('leaves nothing after SIGINT', async () => {
    const stopped = run('interrupted', ASLEEP);
    await stopped.running.said(STARTED);
    process.kill(stopped.running.pid, 'SIGINT');
    expect((await stopped.running.ended).code).toBe(130);
    await expectNothing(stopped);
  });

  it('leaves no process and nothing that reads as a capture after SIGKILL, and the next run works', async () => {
    const killed = run('killed', ASLEEP);
    await killed.running.said(STARTED);
    process.kill(killed.running.pid, 'SIGKILL');
    expect((await killed.running.ended).code).toBe(137);
    expect(await leftOver(killed.folder)).toEqual([]);
    expect(existsSync(killed.capture)).toBe(false);
    const [halfWritten] = readdirSync(killed.folder).filter((name) => name.startsWith('.capture.'));
    expect(halfWritten).toBeDefined();
    expect(readRunFile(join(killed.folder, halfWritten!))).toBeNull();
    const next = await launch(['kernel', 'boot', ...SMALL, '--workload', 'hackbench:groups=1,loops=50', '--out', killed.capture]).ended;
    expect(next.code, next.err.slice(-2000)).toBe(0);
    expect(readRunFile(killed.capture)).toMatchObject({ workload: 'hackbench', mode: 'off' });
  });

  it('is taken up by the same measurement', async () => {
    const folder = place('measured');
    const args = ['kernel', 'measure', ...SMALL, '--workloads', 'hackbench:groups=1,loops=50', '--policies', 'stock', '--repetitions', '2', '--jobs', '1', '--out', folder, '--json'];
    const killed = launch(args);
    await appears(join(folder, 'bundles', 'hackbench-stock-r0'));
    process.kill(killed.pid, 'SIGKILL');
    await killed.ended;
    expect(await leftOver(folder)).toEqual([]);
    expect(existsSync(join(folder, 'captures', 'hackbench-stock-r1'))).toBe(false);
    const next = await launch(args).ended;
    expect(next.code, next.err.slice(-2000)).toBe(0);
    const { runs } = JSON.parse(next.out) as { runs: { name: string; reused: boolean }[] };
    expect(runs.map(({ name, reused }) => [name, reused])).toEqual([['hackbench-stock-r0', true], ['hackbench-stock-r1', false]]);
  });
});

describe('a disk that is full', () => {
  /** A file system of so many KiB is mounted where the output goes; what is in it at the end is printed. */
  const WITHIN = 'mount -t tmpfs -o size="$1"k none "$2" || exit 99; folder=$2; shift 2; "$@"; code=$?; ls -A "$folder"; exit $code';
  const ISOLATED = ['unshare', '--user', '--map-root-user', '--mount'];
  const KIB = 1024;

  it.each([
    ['from the start', 0, /^cfslab: .*: cannot be written: .*ENOSPC/],
    ['when the guest hands its capture out', 300, /^cfslab: the guest failed: the capture cannot be handed out$/],
  ])('%s is one line, and leaves nothing', async (when, roomKiB, why) => {
    const folder = place(`full-${roomKiB}`);
    if (spawnSync(ISOLATED[0]!, [...ISOLATED.slice(1), 'mount', '-t', 'tmpfs', 'none', folder]).status !== 0) {
      tell(`skipped: a disk that is full ${when}: no file system can be mounted here`);
      return;
    }
    // The guest's archive, with the run's own part, is there as long as the guest is.
    const archiveKiB = Math.ceil(statSync(await guestInitramfs()).size / KIB) + 128;
    const sizeKiB = roomKiB === 0 ? Math.floor(archiveKiB / 2) : archiveKiB + roomKiB;
    const args = ['kernel', 'boot', ...SMALL, '--workload', 'hackbench:groups=1,loops=200', '--out', join(folder, 'capture')];
    const ended = await launch(args, [...ISOLATED, 'sh', '-c', WITHIN, 'sh', String(sizeKiB), folder]).ended;
    expect(ended.code, ended.err.slice(-2000)).toBe(3);
    tell(complaint(ended));
    expect(complaint(ended)).toMatch(why);
    expect(ended.out).toBe('');
    expect(await leftOver(folder)).toEqual([]);
  });
});
