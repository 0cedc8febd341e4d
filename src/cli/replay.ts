import { openBundle } from './bundles.js';
import { replayL1, type L1Report } from '../bundle/replay-l1.js';
import { flag, JSON_OPTION } from './options.js';
import { duration } from './units.js';
import { NEGATIVE, type Verb } from './verb.js';

/** Disagreements that the text shows; `--json` has more. */
const SHOWN = 10;

export const replayVerb: Verb = {
  name: 'replay',
  args: '<bundle>',
  summary: 'L1: puts every recorded can_migrate_task() call to the simulated kernel and compares the answers.',
  help: 'Exit code 1 where any answer differs.',
  options: [JSON_OPTION],
  async run(input, io) {
    const contents = await openBundle(input.args[0]!);
    const l1 = replayL1(contents);
    const policy = contents.manifest.policy.name;
    io.out(flag(input, 'json') ? `${JSON.stringify({ policy, l1 }, null, 1)}\n` : l1Text(l1, policy));
    return l1.agree === l1.decidable ? 0 : NEGATIVE;
  },
};

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
