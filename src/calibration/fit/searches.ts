import type { BundleContents } from '../../bundle/tables/contents.js';
import { walkRecords } from './chain.js';

/** Newly-idle searches that went the same way: which parts they had, and what each of them took, ns. */
export interface SearchGroup {
  /** Domains balanced, CPUs looked at, groups with a candidate, tasks asked about, tasks moved. */
  readonly balances: number;
  readonly cpus: number;
  readonly candidates: number;
  readonly asked: number;
  readonly moved: number;
  readonly costs: number[];
}

/**
 * The searches of newly-idle balancing that balanced at least one domain, grouped by what they did.
 * @param width CPUs of a domain by its level
 */
export function takeSearches(
  contents: BundleContents,
  width: ReadonlyMap<number, number>,
  groups: Map<string, SearchGroup>,
): void {
  const table = contents.instrument.newidles;
  if (table === undefined) return;
  const cpus = contents.manifest.cpus;
  const seen = Array.from({ length: cpus }, () => ({ balances: 0, cpus: 0, candidates: 0, asked: 0, moved: 0 }));
  let search = 0;
  walkRecords(contents, ({ kind, cpu, table: rows, row }) => {
    const s = seen[cpu]!;
    if (kind === 'busiest') s.candidates++;
    else if (kind === 'decision') s.asked++;
    else if (kind === 'balance') {
      s.balances++;
      s.cpus += width.get(rows.columns['level']![row]!) ?? 0;
      s.moved += rows.columns['moved']![row]!;
    } else if (kind === 'switch') {
      Object.assign(s, { balances: 0, cpus: 0, candidates: 0, asked: 0, moved: 0 });
    } else if (kind === 'newidle') {
      const at = search++;
      const counted = { ...s };
      Object.assign(s, { balances: 0, cpus: 0, candidates: 0, asked: 0, moved: 0 });
      if (at >= table.rows || table.columns['gate']![at] !== 0 || counted.balances === 0) return;
      const key = Object.values(counted).join();
      let group = groups.get(key);
      if (group === undefined) groups.set(key, (group = { ...counted, costs: [] }));
      group.costs.push(table.columns['cost']![at]!);
    }
  });
}
