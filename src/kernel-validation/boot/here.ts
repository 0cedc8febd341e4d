import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunFacts } from '../../bundle/capture/measured-run.js';
import { writeDirectoryAtomic } from '../../input/atomic.js';
import { OutsideError } from '../../input/error.js';
import { guestFolder, guestPrograms } from '../guest/programs.js';
import { runFiles, type RunSettings } from '../guest/settings.js';
import { runProcess } from '../run-process.js';
import { findProgram, requireTools, program, type Tool } from '../tools.js';
import { finishCapture, type RunIdentity } from './capture.js';
import { GuestConsole } from './console.js';
import { GuestError } from './guest-error.js';
import type { GuestOptions } from './guest.js';

/** What a run on the user's own machine needs beside the compiler of the programs. */
export const HERE_TOOLS: readonly Tool[] = [program('rt-tests', 'hackbench'), program('zstd')];

const POLICY = '/sys/kernel/debug/cfslab';
const TRACEFS = '/sys/kernel/tracing/events';
/** What a run that was killed has changed, for the next one to put back. */
const UNDO = join('/run', 'cfslab.undo');

/** The Phoronix Test Suite, for those of the thesis' workloads that only it has. */
export function phoronix(): boolean {
  return findProgram('phoronix-test-suite') !== undefined;
}

/**
 * Whether this machine can be measured on.
 * @param policy whether the kernel must have the policy
 * @throws OutsideError saying what is missing
 */
export function requireHere(policy: boolean): void {
  requireTools('measuring on this machine', HERE_TOOLS);
  if (process.getuid?.() !== 0) throw new OutsideError('measuring on this machine needs root: it traces the kernel and sets its knobs');
  if (!existsSync(TRACEFS)) throw new OutsideError(`there is no tracefs: mount -t tracefs tracefs ${dirname(TRACEFS)}`);
  if (!policy || existsSync(POLICY)) return;
  throw new OutsideError(
    'the running kernel has no policy of ours: build packages (cfslab kernel build --distro), install them and boot into them',
  );
}

/**
 * One run on this machine, as a capture directory that appears whole or not at all. Every setting is put back, also those of a
 * run that was killed.
 *
 * @throws GuestError, OutsideError, StoppedError
 */
export async function hereCapture(
  settings: RunSettings, identity: RunIdentity, out: string, options: GuestOptions,
): Promise<RunFacts> {
  const { signal } = options;
  const programs = await guestPrograms(signal === undefined ? {} : { signal });
  const work = mkdtempSync(join(tmpdir(), 'cfslab-run-'));
  let facts: RunFacts | null = null;
  try {
    await writeDirectoryAtomic(out, async (directory) => {
      const run = join(work, 'run');
      for (const [name, data] of runFiles(settings)) {
        mkdirSync(dirname(join(run, name)), { recursive: true });
        writeFileSync(join(run, name), data);
      }
      const start = Date.now();
      const console = new GuestConsole();
      const script = join(guestFolder(), 'run.sh');
      const { code, timedOut } = await runProcess(['sh', script, run, directory, join(work, 'work')], {
        ...(signal && { signal }),
        env: { ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}`, CFSLAB_UNDO: UNDO },
        timeoutMs: options.wallMs,
        onLine(line) {
          const before = console.phase;
          console.take(line);
          options.onLine?.(line);
          if (console.phase !== before) options.onPhase?.(console.phase);
        },
      });
      if (timedOut) throw new GuestError('hang', `the run was not done after ${Math.round(options.wallMs / 1000)} s`, console.lastLines);
      if (code !== 0 || console.phase !== 'whole') {
        throw new GuestError('failed', `the run failed: ${console.failure ?? `its script ended with code ${code}`}`, console.lastLines);
      }
      facts = await finishCapture(directory, settings, identity, {
        shape: 'unknown', quantumNs: 0, wallMs: Date.now() - start, argv: [], said: [...console.said, `booted ${release()}`], files: [],
      });
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return facts!;
}

function release(): string {
  return readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
}
