import { copyFileSync, appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runArchive, type RunSettings } from '../guest/settings.js';
import { runProcess, type ProcessEnd } from '../run-process.js';
import { guestCommand, guestEnvironment, type GuestMachine } from './command.js';
import { GuestConsole, type Phase } from './console.js';
import { GuestError } from './guest-error.js';
import { StoppedError } from '../../input/error.js';

export interface GuestOptions {
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
  readonly onPhase?: (phase: Phase) => void;
  /** Wall time that the guest has in all, ms. */
  readonly wallMs: number;
  /** Wall time without a line of its console, ms. */
  readonly silenceMs: number;
}

/** How a guest that did its work has ended. */
export interface GuestEnd {
  /** What its scripts said. */
  readonly said: readonly string[];
  /** The command line that it was started with. */
  readonly argv: readonly string[];
}

/** The exit code of our emulator where a guest has used up its virtual time, and shells' for a missing program. */
const OUT_OF_TIME = 75;
const NOT_FOUND = 127;
const SIGNALLED = 128;
/** The guest's archive with the run's own part behind it, for as long as the guest is there. */
const INITRD = 'initrd';

/**
 * Boots a guest, has it do one run, and waits for its end. What it hands out is in the directory afterwards.
 *
 * @param directory empty, for this guest alone
 * @throws GuestError where the guest does not come to its end, StoppedError on abort, OutsideError where there is no emulator
 */
export async function runGuest(
  machine: GuestMachine, settings: RunSettings, directory: string, options: GuestOptions,
): Promise<GuestEnd> {
  const initrd = join(directory, INITRD);
  copyFileSync(machine.initramfs, initrd);
  appendFileSync(initrd, runArchive(settings));
  const argv = guestCommand({ ...machine, initramfs: initrd }, directory);
  const console = new GuestConsole();
  const silence = new Silence(options.silenceMs, options.signal);
  let end: ProcessEnd;
  try {
    end = await runProcess(argv, {
      env: { ...process.env, ...guestEnvironment(machine) },
      signal: silence.signal,
      timeoutMs: options.wallMs,
      log: join(directory, 'serial.log'),
      onLine(line) {
        silence.heard();
        const before = console.phase;
        console.take(line);
        options.onLine?.(line);
        if (console.phase !== before) options.onPhase?.(console.phase);
      },
    });
  } catch (error) {
    if (!(error instanceof StoppedError) || !silence.over) throw error;
    throw failureOf(console, 'hang', `it has said nothing for ${seconds(options.silenceMs)}`);
  } finally {
    silence.stop();
    rmSync(initrd, { force: true });
  }
  refuseUnlessDone(console, end, options);
  return { said: console.said, argv };
}

/** @throws GuestError where the guest did not do all that it was to do */
function refuseUnlessDone(console: GuestConsole, end: ProcessEnd, options: GuestOptions): void {
  if (console.panic !== null) throw failureOf(console, 'panic', console.panic);
  if (end.timedOut) throw failureOf(console, 'hang', `it was not done after ${seconds(options.wallMs)}`);
  if (end.code === OUT_OF_TIME) throw failureOf(console, 'hang', 'it has used up its virtual time');
  if (console.failure !== null) throw failureOf(console, 'failed', console.failure);
  if (end.code === NOT_FOUND) throw failureOf(console, 'died', 'the emulator cannot be started');
  if (end.code > SIGNALLED) throw failureOf(console, 'died', `the emulator was ended by signal ${end.code - SIGNALLED}`);
  if (end.code !== 0) throw failureOf(console, 'died', `the emulator ended with code ${end.code}`);
  if (console.phase === 'done') return;
  throw failureOf(console, 'died', `the machine went off when the guest was ${console.phase}`);
}

function failureOf(console: GuestConsole, failure: GuestError['failure'], why: string): GuestError {
  const what = { panic: 'the guest panicked', hang: 'the guest hangs', died: 'the guest is gone', failed: 'the guest failed' }[failure];
  return new GuestError(failure, `${what}: ${why}`, console.lastLines);
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

/** A signal that also aborts when nothing was heard for too long. */
class Silence {
  over = false;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;

  constructor(private readonly limitMs: number, private readonly outer: AbortSignal | undefined) {
    if (outer?.aborted === true) this.controller.abort();
    outer?.addEventListener('abort', this.pass);
    this.timer = this.start();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = this.start();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener('abort', this.pass);
  }

  private readonly pass = (): void => this.controller.abort();

  private start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.over = true;
      this.controller.abort();
    }, this.limitMs);
  }
}
