import type { BundleContents } from '../bundle/contents.js';
import { replayL1, type L1Report } from '../bundle/replay-l1.js';
import { EVENT_KINDS } from '../sim/records.js';
import { openBundle } from './bundles.js';
import { flag, integer, JSON_OPTION, SCENARIO_OPTIONS } from './options.js';
import { metricText } from './run.js';
import { scenarioRequest } from './scenario-input.js';
import { table } from './table.js';
import { duration } from './units.js';
import { NEGATIVE, type Verb, type VerbInput } from './verb.js';
import type { FreeRunRow } from '../experiment/free-run.js';

/** Disagreements that the text shows; `--json` has more. */
const SHOWN = 10;
const SEEDS = 5;

interface FreeRun {
  readonly machine: string;
  readonly seeds: number;
  readonly rows: readonly FreeRunRow[];
}

export const replayVerb: Verb = {
  name: 'replay',
  args: '<bundle>',
  summary: 'Puts a recording to the model: every can_migrate_task() call (L1), and a free run of its workload.',
  help:
    'L1 gives every recorded call its recorded inputs and compares the answers; exit code 1 where any differs. The free run ' +
    'takes the workload out of the recording and lets the simulator run it alone under the stock policy: its figures stand ' +
    "beside the kernel's own, good or bad, and decide nothing.",
  options: [
    { flags: '--l1-only', doc: 'leave the free run out' },
    { flags: '--seeds <n>', doc: `free runs to make (${SEEDS})` },
    ...SCENARIO_OPTIONS.filter(({ flags }) => !flags.startsWith('--param')),
    JSON_OPTION,
  ],
  async run(input, io) {
    const directory = input.args[0]!;
    const seeds = integer(input, 'seeds', 1, 1000) ?? SEEDS;
    const contents = await openBundle(directory);
    const l1 = replayL1(contents);
    const policy = contents.manifest.policy.name;
    const free = flag(input, 'l1-only') || !hasSwitches(contents) ? null : await runFree(directory, contents, input, seeds);
    io.out(
      flag(input, 'json')
        ? `${JSON.stringify({ policy, l1, freeRun: free }, null, 1)}\n`
        : l1Text(l1, policy) + freeText(free, hasSwitches(contents)),
    );
    return l1.agree === l1.decidable ? 0 : NEGATIVE;
  },
};

function hasSwitches({ tables }: BundleContents): boolean {
  const kinds = tables.events.columns['kind']!;
  const wanted = EVENT_KINDS.indexOf('switch');
  for (let row = 0; row < tables.events.rows; row++) if (kinds[row] === wanted) return true;
  return false;
}

async function runFree(directory: string, contents: BundleContents, input: VerbInput, seeds: number): Promise<FreeRun> {
  // Only here: L1 alone needs neither machine nor simulator.
  const { resolveScenario } = await import('../experiment/resolve.js');
  const { freeRun } = await import('../experiment/free-run.js');
  const scenario = await resolveScenario(directory, scenarioRequest(input));
  return { machine: scenario.profile.name, seeds, rows: await freeRun(contents, scenario, seeds) };
}

function l1Text({ rows, decidable, agree, disagreements }: L1Report, policy: string): string {
  const share = decidable === 0 ? 'nothing to compare' : `${((100 * agree) / decidable).toFixed(4)} % agree`;
  const lines = disagreements.slice(0, SHOWN).map(
    ({ row, ts, pid, recorded, computed }) =>
      `row ${row}, ${duration(ts)}, pid ${pid}: recorded hot ${recorded.hot}, result ${recorded.result}; ` +
      `computed hot ${computed.hot}, result ${computed.result}`,
  );
  const more = decidable - agree - lines.length;
  return `${[
    `L1: ${rows} decisions, ${decidable} decidable, ${agree} agree, ${decidable - agree} differ: ${share}`,
    ...lines,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(policy === 'stock' ? [] : [`The bundle is of policy ${policy}, which need not answer as the stock kernel does.`]),
  ].join('\n')}\n`;
}

function freeText(free: FreeRun | null, switches: boolean): string {
  if (free === null) return switches ? '' : 'Free run: not measured, for the recording has no switches to take a workload from.\n';
  const rows = free.rows.map(({ metric, kernel, mean, least, most, relErr }) => [
    metric.replace(/_ns$/, ''),
    metricText(metric, kernel, ''),
    metricText(metric, mean, ''),
    `${metricText(metric, least, '')} … ${metricText(metric, most, '')}`,
    relErr === null ? '–' : `${relErr < 0 ? '−' : '+'}${Math.abs(100 * relErr).toFixed(1)} %`,
  ]);
  const head = ['metric', 'recorded', 'simulated', 'least … most', 'difference'];
  return [
    '',
    `Free run on ${free.machine}, stock policy, ${free.seeds} seeds:`,
    table(head.map((text, i) => ({ head: [text], left: i === 0 })), rows),
    '',
  ].join('\n');
}
