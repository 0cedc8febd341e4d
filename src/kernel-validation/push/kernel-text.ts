/*
 * What the kernel's files of policies say: lines of a name and a value.
 */

/** Names and values of `active` or `stats`; empty where no policy is active. */
export function kernelText(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) values[line.slice(0, space)] = line.slice(space + 1).trim();
  }
  return values;
}

/** The counts of `stats`, of one CPU or of all together. */
export interface PolicyCounts {
  readonly calls: number;
  /** A network was evaluated; `spared` are calls of which the role knew the answer without it. */
  readonly asked: number;
  readonly spared: number;
  readonly disagreements: number;
  /** The policy said yes and stock no; the other way round. */
  readonly early: number;
  readonly withheld: number;
  /** Yes to a hot task: the policy, the stock test. */
  readonly forced: number;
  readonly stockForced: number;
  /** Cycles of the policy in all, and calls by the number of bits of theirs. */
  readonly cycles: number;
  readonly cyclesLog2: readonly number[];
}

export interface PolicyStats extends PolicyCounts {
  readonly mode: string;
  readonly generation: number;
  readonly memoryBytes: number;
  /** By CPU. */
  readonly cpus: Readonly<Record<string, PolicyCounts>>;
}

/** What `stats` says; null where it is not the text of one. */
export function policyStats(text: string): PolicyStats | null {
  const values = kernelText(text);
  const all = countsOf(values, '');
  if (all === null || values['mode'] === undefined) return null;
  const cpus: Record<string, PolicyCounts> = {};
  for (const name of Object.keys(values)) {
    const cpu = /^cpu(\d+)\.calls$/.exec(name)?.[1];
    const counts = cpu === undefined ? null : countsOf(values, `cpu${cpu}.`);
    if (counts !== null) cpus[cpu!] = counts;
  }
  return { mode: values['mode'], generation: Number(values['generation']), memoryBytes: Number(values['memory_bytes']), ...all, cpus };
}

function countsOf(values: Readonly<Record<string, string>>, prefix: string): PolicyCounts | null {
  const of = (name: string): number => Number(values[`${prefix}${name}`]);
  const counts = {
    calls: of('calls'), asked: of('asked'), spared: of('spared'), disagreements: of('disagreements'), early: of('early'),
    withheld: of('withheld'), forced: of('forced'), stockForced: of('stock_forced'), cycles: of('cycles'),
    cyclesLog2: (values[`${prefix}cycles_log2`] ?? 'none').split(',').map(Number),
  };
  return [...Object.values(counts)].flat().every(Number.isSafeInteger) ? counts : null;
}
