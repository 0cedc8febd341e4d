import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import type { Calibration, Recording, Repetition } from '../calibration/index.js';
import type { FitRow } from '../calibration/types.js';
import type { RunnerOptions } from '../experiment/runner.js';
import { writeFileAtomic } from '../input/atomic.js';
import { InputError, StoppedError } from '../input/error.js';
import type { MachineProfile } from '../sim/profile.js';
import { calibrationText } from './calibrate-table.js';
import { interruptible } from './interrupt.js';
import { flag, integer, JSON_OPTION, many, positive, text } from './options.js';
import { refuseWrongPlace } from './place.js';
import { startProgress } from './progress.js';
import { NEGATIVE, type CliIo, type Verb, type VerbInput } from './verb.js';

const SEEDS = 10;
const MAX_SEEDS = 1000;
const MAX_JOBS = 256;

export const calibrateVerb: Verb = {
  help:
    'BUNDLE is a bundle or a capture directory. Costs are fitted on those named first, and on a probe where there is\n' +
    'one; every recording is then run freely on the fitted machine and its metrics are compared with the kernel’s. What\n' +
    'counts are the recordings held out. For the power check knobs of the machine are turned wrong: a metric that none of\n' +
    'them moves out of its tolerance is not measured. No tolerance is tighter than the kernel’s own spread, which\n' +
    'recordings of the same workload under other seeds tell (`cfslab repetitions` keeps their figures). Exit code 0 where\n' +
    'something passes and nothing fails, 1 otherwise.',
  options: [
    { flags: '--holdout <bundle...>', doc: 'recordings to judge by and not to fit on (may be repeated)', many: true },
    { flags: '--holdout-share <share>', doc: 'hold out this share of the recordings, 0…1, chosen by their hashes' },
    {
      flags: '--repetitions <file|bundle...>',
      doc: 'recordings of the same workloads under other seeds, for the kernel’s own spread (default: those that come with it)',
      many: true,
    },
    { flags: '--machine <name|file>', doc: 'the machine to start from (default: a shipped one like the first recording’s)' },
    { flags: '--probe <file>', doc: 'what cfslab-probe measured, for the parameters of the caches' },
    { flags: '--seeds <n>', doc: `free runs of each recording, seeds 1…n (${SEEDS})` },
    { flags: '--jobs <n>', doc: 'threads (default: one for each CPU); 0 runs in one thread' },
    { flags: '--out <file>', doc: 'write the calibrated machine profile' },
    { flags: '--html <file>', doc: 'write the report' },
    { flags: '--markdown', doc: 'print the section of FIDELITY.md' },
    JSON_OPTION,
  ],
  async run(input, io) {
    const seeds = integer(input, 'seeds', 1, MAX_SEEDS) ?? SEEDS;
    const jobs = integer(input, 'jobs', 0, MAX_JOBS) ?? availableParallelism();
    const share = shareOf(input);
    const [out, report] = [text(input, 'out'), text(input, 'html')];
    const [json, markdown] = [flag(input, 'json'), flag(input, 'markdown')];
    if (json && markdown) throw new InputError('--markdown', '', 'no --json beside it', '--json');
    if (out !== undefined) refuseWrongPlace('--out', out);
    if (report !== undefined) refuseWrongPlace('--html', report);
    if (out !== undefined && report !== undefined && resolve(out) === resolve(report)) {
      throw new InputError('--html', '', 'another file than that of --out', report);
    }

    const layer = await import('../calibration/index.js');
    const result = await withProgress(input, io, async (options) => {
      const recordings = await openAll(input, share, options.signal!);
      const base = baseOf(input, recordings, layer);
      const fits = fitsOf(input, recordings, base, layer);
      const repetitions = await repetitionsFor(input, layer);
      return layer.calibrate({ base, recordings, repetitions, fits, seeds }, { ...options, jobs });
    });
    const { document, profile } = result;
    if (report !== undefined) {
      const { calibrationReport } = await import('../report/calibration.js');
      writeFileAtomic(report, calibrationReport(document));
    }
    if (out !== undefined) writeFileAtomic(out, layer.profileText(profile, basename(out).replace(/\.json$/, '')));
    if (json) io.out(layer.documentText(document));
    else if (markdown) io.out(`${layer.fidelitySection(document)}\n`);
    else {
      const written = [out, report].filter((path) => path !== undefined);
      io.out(calibrationText(document) + written.map((path) => `Written: ${path}\n`).join(''));
    }
    return layer.passes(document) ? 0 : NEGATIVE;
  },
};

type Layer = typeof import('../calibration/index.js');

/** @throws InputError where the share is none, or beside recordings that are named */
function shareOf(input: VerbInput): number | undefined {
  const share = positive(input, 'holdout-share', 1);
  if (share === undefined) return undefined;
  if (share === 1) throw new InputError('--holdout-share', '', 'a share below 1, so that something is left to fit on', '1');
  if (many(input, 'holdout').length > 0) throw new InputError('--holdout-share', '', 'no --holdout beside it', '--holdout');
  return share;
}

/** Those named, else those that come with cfslab. @throws InputError */
async function repetitionsFor(input: VerbInput, layer: Layer): Promise<Repetition[]> {
  const named = many(input, 'repetitions');
  if (named.length === 0) return layer.shippedRepetitions();
  const opened: Repetition[] = [];
  for (const path of named) opened.push(...(await layer.openRepetitions(path)));
  return opened;
}

async function openAll(input: VerbInput, share: number | undefined, signal: AbortSignal): Promise<Recording[]> {
  const { openRecording, distinctRecordings, holdOut } = await import('../calibration/index.js');
  const opened: Recording[] = [];
  const held = many(input, 'holdout');
  for (const [i, path] of [...input.args, ...held].entries()) {
    opened.push(await openRecording(path, i >= input.args.length));
    // Reading is done in one go; between recordings Ctrl-C is heard.
    await new Promise((next) => setImmediate(next));
    if (signal.aborted) throw new StoppedError('interrupted');
  }
  const distinct = distinctRecordings(opened);
  return share === undefined ? distinct : holdOut(distinct, share);
}

/** @throws InputError where none is named and none that is shipped resembles the first recording's */
function baseOf(input: VerbInput, recordings: readonly Recording[], layer: Layer): MachineProfile {
  const named = text(input, 'machine');
  if (named !== undefined) return layer.loadMachine(named);
  const first = recordings.find((recording) => !recording.input.holdout && recording.replayable) ?? recordings[0]!;
  const like = layer.shippedMachine(first.directory, first.contents.manifest);
  if (like !== null) return like;
  const expected = 'a machine like its own, with --machine (`cfslab machines` lists them)';
  throw new InputError(first.directory, 'machine', expected, 'none');
}

function fitsOf(input: VerbInput, recordings: readonly Recording[], base: MachineProfile, layer: Layer): FitRow[] {
  const probe = text(input, 'probe');
  const caches = probe === undefined ? [] : layer.fitCaches(layer.readProbe(probe), base);
  const used = recordings.filter((recording) => !recording.input.holdout).map((recording) => recording.contents);
  return [...layer.fitCosts(used, base), ...caches];
}

async function withProgress(
  input: VerbInput,
  io: CliIo,
  work: (options: Pick<RunnerOptions, 'signal' | 'onProgress'>) => Promise<Calibration>,
): Promise<Calibration> {
  const progress = startProgress(io, flag(input, 'json') && !io.terminal);
  try {
    return await interruptible((signal) => work({ signal, onProgress: (done, total) => progress.update(done, total) }));
  } finally {
    progress.stop();
  }
}
