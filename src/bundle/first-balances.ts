import type { FirstBalance } from '../sim/programs/program.js';
import { CPU_NEWLY_IDLE, CPU_NOT_IDLE } from '../sim/kernel/constants.js';
import type { TableData } from '../sim/records/records.js';

/**
 * The first balance of each domain in a recording, in order of time: it tells when the domain was balanced last before. What a newly
 * idle CPU does is no part of that.
 *
 * @param startTs the recording's start, ns
 * @returns undefined where the recording has no balances
 */
export function firstBalances({ rows, columns }: TableData, startTs: number): FirstBalance[] | undefined {
  if (rows === 0) return undefined;
  const column = (name: string): ArrayLike<number> => columns[name]!;
  const [ts, cpu, level, idle] = [column('ts'), column('cpu'), column('level'), column('idle')];
  const seen = new Set<string>();
  const first: FirstBalance[] = [];
  for (let row = 0; row < rows; row++) {
    if (idle[row] === CPU_NEWLY_IDLE) continue;
    const domain = `${cpu[row]} ${level[row]}`;
    if (seen.has(domain)) continue;
    seen.add(domain);
    first.push({ cpu: cpu[row]!, level: level[row]!, ns: Math.max(0, ts[row]! - startTs), busy: idle[row] === CPU_NOT_IDLE });
  }
  return first;
}
