import cliProgress from 'cli-progress';
import type { CliIo } from './verb.js';

/** Shows how far a set of runs is, on standard error. */
export interface ProgressReport {
  update(done: number, total: number): void;
  stop(): void;
}

const LINE_EVERY_MS = 10_000;

/** A bar on a terminal, else a line now and then, so that logs stay short. The one door to cli-progress. */
export function startProgress(io: CliIo, quiet: boolean): ProgressReport {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  return io.terminal ? bar() : lines(io);
}

function bar(): ProgressReport {
  const single = new cliProgress.SingleBar({
    format: '{bar} {percentage} % | {runs} of {all} runs | {eta_formatted} left',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    // The terminal is given back by `stop`, which is called on every way out.
    gracefulExit: false,
  });
  let started = false;
  return {
    update(done, total) {
      const payload = { runs: Math.floor(done), all: total };
      if (!started) single.start(1000, 0, payload);
      started = true;
      single.update(Math.round((1000 * done) / total), payload);
    },
    stop() {
      if (started) single.stop();
    },
  };
}

function lines(io: CliIo): ProgressReport {
  let last = Date.now();
  return {
    update(done, total) {
      const now = Date.now();
      if (now - last < LINE_EVERY_MS) return;
      last = now;
      io.err(`${done.toFixed(1)} of ${total} runs\n`);
    },
    stop: () => undefined,
  };
}
