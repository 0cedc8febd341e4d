import { NEWIDLE_CALLS } from '../../../sim/kernel/balance/interval.js';
import { callsPerSuccess, NEWIDLE_RAN } from '../../../sim/kernel/balance/newidle.js';
import type { NewidleStats } from '../../../sim/programs/program.js';
import type { TableData } from '../../../sim/records/records.js';

/**
 * What newly-idle balancing had counted of each domain when a recording began. Each throw of the dice is a call, and shows
 * the ratio; the first change of it shows how many calls there had been and how many successes. A ratio that never changes has been set just
 * before, as far as one knows. One is added to it in the record.
 */
export function newidleStats(newidles: TableData | undefined): NewidleStats[] {
  if (newidles === undefined) return [];
  const { columns, rows } = newidles;
  const { cpu, gate, pulled, tried } = columns as Record<string, ArrayLike<number>>;
  const found: NewidleStats[] = [];
  for (let domain = 0; ; domain++) {
    const ratios = columns[`ratio${domain}`];
    if (ratios === undefined) return found;
    const seen = new Map<number, Seen>();
    for (let row = 0; row < rows; row++) {
      const weight = ratios[row]!;
      if (gate![row] !== NEWIDLE_RAN || weight < 1) continue;
      const of = seen.get(cpu![row]!) ?? { weight, calls: 0, successes: 0, next: -1 };
      seen.set(cpu![row]!, of);
      if (of.next >= 0) continue;
      if (weight !== of.weight) {
        of.next = weight - 1;
        continue;
      }
      of.calls++;
      // What is pulled ends the search: it came with the highest domain that was tried.
      if (pulled![row]! > 0 && 31 - Math.clz32(tried![row]!) === domain) of.successes += callsPerSuccess(weight);
    }
    for (const [on, { weight, calls, successes, next }] of [...seen].sort(([one], [other]) => one - other)) {
      const ratio = weight - 1;
      const known = next >= 0 && calls <= NEWIDLE_CALLS / 2;
      found.push({
        cpu: on, domain, ratio,
        calls: known ? NEWIDLE_CALLS - calls : NEWIDLE_CALLS / 2,
        successes: known ? Math.max(0, next - successes) : Math.floor(ratio / 2),
      });
    }
  }
}

/** What is seen of a domain until its ratio changes. */
interface Seen {
  readonly weight: number;
  calls: number;
  successes: number;
  /** The ratio that it changed to; −1: it has not. */
  next: number;
}
