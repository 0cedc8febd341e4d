/** What is asked of the agreement, and whether it is reached. */
import type { FeatureAgreement } from './features.js';
import { DECISIONS, type DecisionCount, type DecisionName } from './tally.js';

/** Where the figures below come from. */
export const TARGETS_SOURCE = 'issue 3, "What shows that it works", L2';

/** Least share of the decidable rows that agree. The issue asks nothing of the other decisions: they are shown and not judged. */
export const TARGETS: Readonly<Partial<Record<DecisionName, number>>> = {
  wakeup_cpu: 0.99,
  wakeup_preempt: 0.99,
  tick_resched: 0.99,
  pick_next: 0.99,
  lb_stage: 0.97,
  lb_busiest: 0.97,
  lb_moved: 0.97,
  lb_nr_balance_failed: 0.99,
  can_migrate_reason: 0.995,
  can_migrate_answer: 0.995,
};

/** Largest share of rows that may be not decidable, where some are. */
export const MOST_UNDECIDABLE = 0.05;

/** Largest relative errors of a PELT feature: of half of the rows, and of 99 % of them. */
export const PELT_TARGET = { medianRelErr: 0.01, p99RelErr: 0.03 } as const;

const PELT_FEATURES: ReadonlySet<string> = new Set([
  'task_load', 'task_util', 'task_runnable', 'src_load', 'src_util', 'src_runnable', 'dst_load', 'dst_util', 'dst_runnable',
  'group_load', 'group_util', 'group_runnable', 'h_load', 'util_est', 'select_load', 'select_util', 'select_util_est',
]);

/**
 * `undecided`: the decidable rows agree well enough, but too many are not decidable; `not decidable`: none is;
 * `not recorded`: the recording shows no such decision.
 */
export type Mark = 'reached' | 'missed' | 'undecided' | 'no target' | 'not decidable' | 'not recorded';

export function markOf(name: DecisionName, { count, decidable, agree }: DecisionCount): Mark {
  if (count === 0) return 'not recorded';
  if (decidable === 0) return 'not decidable';
  const target = TARGETS[name];
  if (target === undefined) return 'no target';
  if (agree < target * decidable) return 'missed';
  return count - decidable > MOST_UNDECIDABLE * count ? 'undecided' : 'reached';
}

/**
 * Whether every decision that has a target and was recorded reaches it. One of which nothing could be decided does not, as
 * little as one of which too little could.
 * @param only the decisions that count
 * @param inFull the recordings have all that lockstep needs, so that little may be not decidable
 */
export function reachesTargets(
  decisions: Readonly<Record<DecisionName, DecisionCount>>, only: ReadonlySet<string> | null = null, inFull = true,
): boolean {
  return DECISIONS.filter((name) => only === null || only.has(name)).every((name) => {
    const mark = markOf(name, decisions[name]);
    if (mark === 'missed') return false;
    const tooLittle = mark === 'undecided' || (mark === 'not decidable' && TARGETS[name] !== undefined);
    return !tooLittle || !inFull;
  });
}

export function featureMark(name: string, { count, medianRelErr, p99RelErr }: FeatureAgreement): Mark {
  if (count === 0) return 'not recorded';
  if (!PELT_FEATURES.has(name)) return 'no target';
  return medianRelErr <= PELT_TARGET.medianRelErr && p99RelErr <= PELT_TARGET.p99RelErr ? 'reached' : 'missed';
}
