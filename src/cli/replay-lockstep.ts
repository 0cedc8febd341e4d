import type { Replayed } from '../lockstep/agreement/document.js';
import type { LockstepTotal } from '../lockstep/agreement/total.js';
import { hasSwitches } from '../experiment/series.js';
import { InputError } from '../input/error.js';
import { flag, text } from './options.js';
import type { ProgressReport } from './progress.js';
import { freeText, l1Text, type FreeRun } from './replay-text.js';
import { totalL1, type Opened, type Source } from './replay-sources.js';
import { scenarioRequest } from './scenario-input.js';
import { wrap } from './table.js';
import { NEGATIVE, type CliIo, type VerbInput } from './verb.js';

/** Disagreements in the document where the user does not say how many. */
const EXPLAINED = 100;

export interface LockstepRequest {
  readonly input: VerbInput;
  readonly sources: readonly Source[];
  readonly open: (source: Source) => Promise<Opened>;
  readonly explain: number | undefined;
  readonly only: readonly string[] | undefined;
}

/** Replays every recording in lockstep, prints the report, and says whether the targets are reached. */
export async function replayLockstep(
  { input, sources, open, explain, only: names }: LockstepRequest, io: CliIo, progress: ProgressReport,
): Promise<number> {
  // Only here: nothing else of the command line needs this layer.
  const { lockstep } = await import('../lockstep/lockstep.js');
  const { lackOf } = await import('../lockstep/agreement/lacks.js');
  const { lockstepMachine } = await import('../lockstep/world/machine.js');
  const { documentOf, documentOfOne, leftOut, totalOfJudged } = await import('../lockstep/agreement/document.js');
  const { DECISIONS } = await import('../lockstep/agreement/tally.js');
  const { reachesTargets } = await import('../lockstep/agreement/targets.js');
  const words = await import('./lockstep-text.js');
  const only = names === undefined ? null : decisionsOf(names, DECISIONS);
  const [json, keep] = [flag(input, 'json'), explain ?? EXPLAINED];
  const { settings = [] } = scenarioRequest(input);
  const replayed: Array<Replayed<FreeRun>> = [];
  let printed = '';
  for (const source of sources) {
    const { name, directory, contents, l1, freeRun } = await open(source);
    const machine = lockstepMachine(directory, contents, text(input, 'machine'), settings);
    const report = lockstep(contents, machine, {
      explain: keep,
      onProgress: (done, total) => progress.update(replayed.length + done / total, sources.length),
      ...(only === null ? {} : { only }),
    });
    const policy = contents.manifest.policy.name;
    const lacks = lackOf(contents);
    replayed.push({ name, policy, machine: machine.name, l1, freeRun, lacks, report });
    // Between recordings a Ctrl-C is heard.
    await new Promise((next) => setImmediate(next));
    if (json) continue;
    const title = sources.length === 1 ? '' : `${replayed.length === 1 ? '' : '\n'}${name}\n`;
    printed += title + l1Text(l1, [policy]) + words.lockstepText(words.groundsText(machine.name, report, lacks), report, only);
    if (explain !== undefined) printed += words.explainText(report.disagreements, report.decisions, only);
    if (freeRun !== null) printed += freeText(freeRun, hasSwitches(contents.tables.events));
  }
  progress.stop();
  const l1 = totalL1(replayed);
  const alone = replayed.length === 1 ? replayed[0]! : null;
  const total = alone === null ? totalOfJudged(replayed, keep * replayed.length) : null;
  const whole: Pick<LockstepTotal, 'decisions' | 'features' | 'undecidable'> = total ?? alone!.report;
  const inFull = replayed.some(({ lacks }) => lacks === null);
  if (json) {
    io.out(`${JSON.stringify(alone === null ? documentOf(l1, total!, replayed) : documentOfOne(alone), null, 1)}\n`);
  } else {
    io.out(printed);
    if (total !== null) {
      const without = leftOut(replayed);
      const title = without.length === 0
        ? `Lockstep, all ${replayed.length} recordings:`
        : wrap(`Lockstep, all ${replayed.length} recordings but those that cannot be judged in full, which are ${without.join(', ')}:`);
      io.out(`\nAll ${replayed.length} recordings\n${l1Text({ ...l1, disagreements: [] }, [])}${words.lockstepText(title, total, only)}`);
    }
  }
  return l1.agree === l1.decidable && reachesTargets(whole.decisions, only, inFull) ? 0 : NEGATIVE;
}

/** @throws InputError where a name is none of a decision */
function decisionsOf(names: readonly string[], decisions: readonly string[]): ReadonlySet<string> {
  const lost = names.find((name) => !decisions.includes(name));
  if (lost !== undefined) throw new InputError('--only', '', `some of ${decisions.join(', ')}`, lost);
  return new Set(names);
}
