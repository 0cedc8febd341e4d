import cliProgress from 'cli-progress';
import type { CliIo } from './verb.js';

/** Shows how far a set of runs is, on standard error. */
export interface ProgressReport {
  update(done: number, total: number): void;
  stop(): void;
}

const LINE_EVERY_MS = 10_000;

/** A bar on a terminal, else a line now and then, so that logs stay short. The one door to cli-progress. */
export function startProgress(io: CliIo, quiet: boolean, things = 'runs'): ProgressReport {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  return io.terminal ? bar(`{runs} of {all} ${things}`) : lines(io, things);
}

/** Shows how much of what is to be read has been read: a bar on a terminal, and nothing elsewhere. */
export function startByteProgress(io: CliIo): ProgressReport {
  if (!io.terminal) return { update: () => undefined, stop: () => undefined };
  return bar('{runs} of {all} MB', (bytes) => (bytes / 1e6).toFixed(1));
}

/** Shows how far a training is, with the loss of the last epoch. */
export interface EpochProgress {
  update(done: number, total: number, loss: number): void;
  stop(): void;
}

export function startEpochProgress(io: CliIo, quiet: boolean): EpochProgress {
  let loss = 0;
  const shown = (count: number): string => String(Math.floor(count));
  const report = quiet
    ? startProgress(io, true)
    : io.terminal
      ? bar('epoch {runs} of {all}, loss {loss}', shown, () => ({ loss: loss.toFixed(5) }))
      : lines(io, 'epochs', () => `, loss ${loss.toFixed(5)}`);
  return {
    update(done, total, now) {
      loss = now;
      report.update(done, total);
    },
    stop: () => report.stop(),
  };
}

/** Shows how far a sweep is on a terminal, and nothing elsewhere: runs, how many a second, the best so far. */
export interface SweepProgress {
  update(pace: { readonly done: number; readonly total: number; readonly made: number }, best: string): void;
  stop(): void;
}

export function startSweepProgress(io: CliIo): SweepProgress {
  if (!io.terminal) return { update: () => undefined, stop: () => undefined };
  const started = Date.now();
  let rate = 0;
  let best = '';
  const report = bar('{runs} of {all} runs, {rate}/s{best}', undefined, () => ({ rate: rate.toFixed(1), best }));
  return {
    update({ done, total, made }, now) {
      rate = (1000 * made) / Math.max(1, Date.now() - started);
      best = now === '' ? '' : ` | best: ${now}`;
      report.update(done, total);
    },
    stop: () => report.stop(),
  };
}

function bar(
  what: string, shown = (count: number): string => String(Math.floor(count)), besides: () => object = () => ({}),
): ProgressReport {
  const single = new cliProgress.SingleBar({
    format: `{bar} {percentage} % | ${what} | {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    // The terminal is given back by `stop`, which is called on every way out.
    gracefulExit: false,
  });
  let started = false;
  return {
    update(done, total) {
      const payload = { runs: shown(done), all: shown(total), ...besides() };
      if (!started) single.start(1000, 0, payload);
      started = true;
      single.update(total === 0 ? 0 : Math.round((1000 * done) / total), payload);
    },
    stop() {
      if (started) single.stop();
    },
  };
}

function lines(io: CliIo, things: string, besides = (): string => ''): ProgressReport {
  let last = Date.now();
  return {
    update(done, total) {
      const now = Date.now();
      if (now - last < LINE_EVERY_MS) return;
      last = now;
      io.err(`${done.toFixed(1)} of ${total} ${things}${besides()}\n`);
    },
    stop: () => undefined,
  };
}
