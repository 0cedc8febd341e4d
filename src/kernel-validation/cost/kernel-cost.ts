import type { RunFacts } from '../../bundle/capture/measured-run.js';
import type { Model } from '../../libml/index.js';
import { shapeText, sizesOf } from './shapes.js';
import type { CostRow } from './types.js';

/** What the kernel counted of one run: cycles of the policy, and of can_migrate_task() as a whole where it was timed. */
interface Counted {
  readonly facts: RunFacts;
  readonly calls: number;
  readonly cycles: number;
}

/**
 * What a decision took in the kernel, by place, policy and model: cycles in all by calls in all, over the runs in which the policy
 * was asked, and the least and the most of a run's mean. A cycle of the laboratory is an instruction.
 *
 * @param models by the hash that runs name
 */
export function kernelCost(runs: readonly RunFacts[], models: ReadonlyMap<string, Model>): CostRow[] {
  const stock = stockRows(runs);
  const groups = new Map<string, Counted[]>();
  for (const facts of runs) {
    const counted = policyCallsOf(facts);
    if (counted === null || facts.mode === 'off') continue;
    const key = JSON.stringify([facts.place, facts.policy, facts.model]);
    groups.set(key, [...(groups.get(key) ?? []), { facts, ...counted }]);
  }
  return [...stock, ...[...groups.values()].map((group) => policyRow(group, models, stock))];
}

function policyRow(group: readonly Counted[], models: ReadonlyMap<string, Model>, stock: readonly CostRow[]): CostRow {
  const { facts } = group[0]!;
  const model = facts.model === null ? undefined : models.get(facts.model);
  const row = rowOf(group, 'policy');
  const base = stock.find(({ place }) => place === row.place)?.value;
  return {
    ...row,
    policy: facts.policy,
    shape: model === undefined ? '' : shapeText(sizesOf(model)),
    format: model?.quantisation ?? '',
    ratio: base === undefined || base === 0 ? null : (base + row.value) / base,
  };
}

/** can_migrate_task() of the stock kernel, by place, where runs with the policy off have timed it. */
function stockRows(runs: readonly RunFacts[]): CostRow[] {
  const timed = runs.filter(({ mode }) => mode === 'off').flatMap((facts) => {
    const latency = latencyOf(facts);
    return latency === null || latency.calls === 0 ? [] : [{ facts, ...latency }];
  });
  const places = [...new Set(timed.map(({ facts }) => facts.place))];
  return places.map((place) => rowOf(timed.filter(({ facts }) => facts.place === place), 'stock'));
}

/** What of a run says what calls took. */
type Timed = Pick<RunFacts, 'mode' | 'latency' | 'stats' | 'policyEvents'>;

/**
 * Calls of can_migrate_task() and their cycles: of the run itself, or among what the kernel counted; null where not timed, and where
 * the policy's calls were recorded: the record is written within the call.
 */
export function latencyOf(run: Timed): { readonly calls: number; readonly cycles: number } | null {
  if (isRecorded(run)) return null;
  const { latency, stats } = run;
  if (latency != null) return latency;
  const { can_migrate_calls: calls, can_migrate_cycles: cycles } = stats ?? {};
  return typeof calls === 'number' && typeof cycles === 'number' ? { calls, cycles } : null;
}

function rowOf(group: readonly Counted[], what: CostRow['what']): CostRow {
  const sum = (of: (one: Counted) => number): number => group.reduce((total, one) => total + of(one), 0);
  const means = group.map(({ cycles, calls }) => cycles / calls);
  const place = group[0]!.facts.place as Exclude<RunFacts['place'], 'sim'>;
  const calls = sum((one) => one.calls);
  return {
    place,
    what,
    policy: '',
    shape: '',
    format: '',
    unit: place === 'lab' ? 'instructions' : 'cycles',
    value: sum((one) => one.cycles) / calls,
    least: Math.min(...means),
    most: Math.max(...means),
    calls,
    ratio: null,
  };
}

/** Calls of the policy and the cycles that it took itself; null where the kernel has none, it was not called, or its calls were recorded. */
export function policyCallsOf(run: Timed): { readonly calls: number; readonly cycles: number } | null {
  const { calls, cycles } = run.stats ?? {};
  if (isRecorded(run) || typeof calls !== 'number' || typeof cycles !== 'number' || calls === 0) return null;
  return { calls, cycles };
}

function isRecorded({ mode, policyEvents }: Timed): boolean {
  return policyEvents === true && mode !== 'off';
}
