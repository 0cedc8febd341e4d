import type { BundleContents } from '../../../bundle/tables/contents.js';
import type { PartingKind } from '../format/run.js';

/** Where two runs part: the row is the same in both, as all before it are alike. */
export interface PartingRow {
  readonly kind: PartingKind;
  readonly row: number;
}

/**
 * What a question is: who is asked about, whence and whither, by whom and at what level, and why it needs no answer. Not
 * when: what a policy costs moves the clock, and the questions stay the same for a while.
 */
const QUESTION = ['cpu', 'pid', 'src_cpu', 'dst_cpu', 'level', 'idle', 'loop', 'reason'] as const;

/** The first decision at which two runs part; null where all that both have are the same. */
export function partingOf(one: BundleContents, other: BundleContents): PartingRow | null {
  const [a, b] = [one.tables.decisions, other.tables.decisions];
  const rows = Math.min(a.rows, b.rows);
  for (let row = 0; row < rows; row += 1) {
    if (QUESTION.some((name) => a.columns[name]![row] !== b.columns[name]![row])) return { kind: 'question', row };
    if (a.columns['result']![row] !== b.columns['result']![row]) return { kind: 'answer', row };
  }
  return null;
}

/** Whether both are runs of the same workload on the same machine under the same seed, so that they begin alike. */
export function beginAlike({ manifest: a }: BundleContents, { manifest: b }: BundleContents): boolean {
  if (a.source !== 'sim' || b.source !== 'sim') return false;
  return a.seed === b.seed && a.inputs['workload'] === b.inputs['workload'] && a.inputs['machine'] === b.inputs['machine'];
}
