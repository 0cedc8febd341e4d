import type { BundleContents } from '../bundle/tables/contents.js';
import { replayL1, type L1Report } from '../bundle/replay-l1.js';
import { hasSwitches } from '../experiment/series.js';
import { InputError } from '../input/error.js';
import { openBundle } from './bundles.js';
import { flag, integer, JSON_OPTION, list, SCENARIO_OPTIONS, text } from './options.js';
import { startProgress, type ProgressReport } from './progress.js';
import { freeText, l1Text, type FreeRun } from './replay-text.js';
import { replayLockstep } from './replay-lockstep.js';
import { distinct, totalL1, type Opened, type Source } from './replay-sources.js';
import { scenarioRequest } from './scenario-input.js';
import { NEGATIVE, type Verb, type VerbInput } from './verb.js';

const SEEDS = 5;
const MAX_EXPLAIN = 1e6;

export const replayVerb: Verb = {
  help:
    'L1 gives every recorded call its recorded inputs and compares the answers; exit code 1 where any differs. The free run\n' +
    'takes the workload out of the recording and lets the simulator run it alone under the stock policy: its figures stand\n' +
    "beside the kernel's own, good or bad, and decide nothing.\n\n" +
    'With --lockstep (L2) the recorded world drives the model: each decision of the scheduler is computed from the model’s\n' +
    'own state, compared with the recorded one, and then the recorded one is taken. What the recording does not carry\n' +
    'enough for is counted as not decidable. Exit code 1 where a decision misses its target, or too much of it is not\n' +
    'decidable. The free run is left out, unless --seeds asks for it. Several recordings: each by itself, and all together.',
  options: [
    { flags: '--l1-only', doc: 'leave the free run out' },
    { flags: '--lockstep', doc: 'compare every decision with the recorded one (L2)' },
    { flags: '--explain <n>', doc: 'with --lockstep: the first n disagreements of each recording, with the state on both sides' },
    { flags: '--only <decisions>', doc: 'with --lockstep: show, explain and judge only these, separated by commas' },
    { flags: '--seeds <n>', doc: `free runs to make (${SEEDS})` },
    ...SCENARIO_OPTIONS.filter(({ flags }) => !flags.startsWith('--param')),
    JSON_OPTION,
  ],
  async run(input, io) {
    const inLockstep = flag(input, 'lockstep');
    const explain = integer(input, 'explain', 0, MAX_EXPLAIN);
    const only = list(input, 'only');
    refuseContradictions(input, inLockstep);
    const seeds = integer(input, 'seeds', 1, 1000);
    const free = inLockstep ? seeds : flag(input, 'l1-only') ? undefined : (seeds ?? SEEDS);
    const sources = distinct(input.args);
    const progress = startProgress(io, flag(input, 'json') && !io.terminal, 'recordings');
    try {
      const open = opener(input, sources, free, progress);
      return inLockstep
        ? await replayLockstep({ input, sources, open, explain, only }, io, progress)
        : await replayPlain(input, sources, open, free, (out) => io.out(out), progress);
    } finally {
      progress.stop();
    }
  },
};

function refuseContradictions(input: VerbInput, inLockstep: boolean): void {
  const l1Only = flag(input, 'l1-only');
  if (inLockstep && l1Only) throw new InputError('--l1-only', '', 'no --lockstep beside it', '--lockstep');
  if (l1Only && text(input, 'seeds') !== undefined) throw new InputError('--seeds', '', 'no --l1-only beside it', '--l1-only');
  if (text(input, 'duration') !== undefined && (l1Only || (inLockstep && text(input, 'seeds') === undefined))) {
    throw new InputError('--duration', '', 'a free run beside it (with --lockstep: --seeds)', 'none');
  }
  if (inLockstep) return;
  for (const name of ['explain', 'only']) {
    if (text(input, name) !== undefined) throw new InputError(`--${name}`, '', '--lockstep beside it', 'none');
  }
}

/** Opens one recording after the other, so that only one is in memory. */
function opener(input: VerbInput, sources: readonly Source[], seeds: number | undefined, progress: ProgressReport) {
  return async (source: Source): Promise<Opened> => {
    progress.update(sources.indexOf(source), sources.length);
    const contents = await openBundle(source.directory);
    const l1 = replayL1(contents);
    const freeRun = seeds === undefined || !hasSwitches(contents.tables.events) ? null : await runFree(source.directory, contents, input, seeds);
    return { ...source, contents, l1, freeRun };
  };
}

async function runFree(directory: string, contents: BundleContents, input: VerbInput, seeds: number): Promise<FreeRun> {
  // Only here: L1 alone needs neither machine nor simulator.
  const { resolveScenario } = await import('../experiment/resolve.js');
  const { freeRun } = await import('../experiment/free-run.js');
  const scenario = await resolveScenario(directory, scenarioRequest(input));
  return { machine: scenario.profile.name, seeds, rows: await freeRun(contents, scenario, seeds) };
}

/** L1 and the free runs. */
async function replayPlain(
  input: VerbInput, sources: readonly Source[], open: (source: Source) => Promise<Opened>, seeds: number | undefined,
  out: (text: string) => void, progress: ProgressReport,
): Promise<number> {
  const recordings: Array<{ name: string; policy: string; l1: L1Report; freeRun: FreeRun | null }> = [];
  let printed = '';
  for (const source of sources) {
    const { name, contents, l1, freeRun } = await open(source);
    const policy = contents.manifest.policy.name;
    recordings.push({ name, policy, l1, freeRun });
    const title = sources.length === 1 ? '' : `${recordings.length === 1 ? '' : '\n'}${name}\n`;
    const noRun = seeds === undefined ? '' : freeText(freeRun, hasSwitches(contents.tables.events));
    printed += title + l1Text(l1, [policy]) + noRun;
  }
  progress.stop();
  const l1 = totalL1(recordings);
  if (flag(input, 'json')) {
    const { policy, freeRun } = recordings[0]!;
    out(`${JSON.stringify(recordings.length === 1 ? { policy, l1, freeRun } : { l1, recordings }, null, 1)}\n`);
  } else {
    out(recordings.length === 1 ? printed : `${printed}\nAll ${recordings.length} recordings\n${l1Text({ ...l1, disagreements: [] }, [])}`);
  }
  return l1.agree === l1.decidable ? 0 : NEGATIVE;
}
