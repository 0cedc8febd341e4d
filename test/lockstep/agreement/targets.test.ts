import { describe, expect, it } from 'vitest';
import { DECISIONS, type DecisionCount, type DecisionName } from '../../../src/lockstep/agreement/tally.js';
import { featureMark, markOf, reachesTargets, TARGETS } from '../../../src/lockstep/agreement/targets.js';

const of = (count: number, decidable: number, agree: number): DecisionCount => ({ count, decidable, agree });

function decisions(some: Partial<Record<DecisionName, DecisionCount>>): Record<DecisionName, DecisionCount> {
  return Object.fromEntries(DECISIONS.map((name) => [name, some[name] ?? of(0, 0, 0)])) as Record<DecisionName, DecisionCount>;
}

describe('markOf', () => {
  it.each([
    ['wakeup_cpu', of(0, 0, 0), 'not recorded'],
    ['wakeup_cpu', of(9, 0, 0), 'not decidable'],
    ['wakeup_cpu', of(100, 100, 99), 'reached'],
    ['wakeup_cpu', of(100, 100, 98), 'missed'],
    ['lb_stage', of(100, 100, 97), 'reached'],
    ['lb_stage', of(100, 100, 96), 'missed'],
    ['can_migrate_answer', of(1000, 1000, 995), 'reached'],
    ['can_migrate_answer', of(1000, 1000, 994), 'missed'],
    ['pick_next', of(100, 95, 95), 'reached'],
    ['pick_next', of(100, 94, 94), 'undecided'],
    ['pick_next', of(100, 94, 0), 'missed'],
    ['fork_cpu', of(100, 50, 1), 'no target'],
  ] as const)('%s %o is %s', (name, count, mark) => {
    expect(markOf(name, count)).toBe(mark);
  });

  it('asks of each decision what the issue does', () => {
    expect(Object.keys(TARGETS).every((name) => (DECISIONS as readonly string[]).includes(name))).toBe(true);
    expect(Object.values(TARGETS).every((target) => target >= 0.97 && target < 1)).toBe(true);
  });
});

describe('reachesTargets', () => {
  it('is no for one that misses, or of which too much is not decidable', () => {
    expect(reachesTargets(decisions({ pick_next: of(9, 9, 9), fork_cpu: of(9, 9, 0), exec_cpu: of(9, 0, 0) }))).toBe(true);
    expect(reachesTargets(decisions({ pick_next: of(9, 9, 9), lb_moved: of(9, 0, 0) }))).toBe(false);
    expect(reachesTargets(decisions({ pick_next: of(9, 9, 8) }))).toBe(false);
    expect(reachesTargets(decisions({ pick_next: of(9, 8, 8) }))).toBe(false);
  });

  it('leaves alone how much is not decidable where the recording lacks what is needed', () => {
    expect(reachesTargets(decisions({ pick_next: of(9, 8, 8) }), null, false)).toBe(true);
    expect(reachesTargets(decisions({ pick_next: of(9, 8, 7) }), null, false)).toBe(false);
    expect(reachesTargets(decisions({ lb_moved: of(9, 0, 0) }), null, false)).toBe(true);
  });

  it('looks at those asked for', () => {
    const some = decisions({ pick_next: of(9, 9, 8), lb_stage: of(9, 9, 9) });
    expect(reachesTargets(some, new Set(['lb_stage']))).toBe(true);
    expect(reachesTargets(some, new Set(['lb_stage', 'pick_next']))).toBe(false);
  });
});

describe('featureMark', () => {
  const errors = (medianRelErr: number, p99RelErr: number) => ({ count: 5, exact: 0, medianRelErr, p99RelErr, p99AbsErr: 0 });

  it('judges the averages of PELT, and shows the others', () => {
    expect(featureMark('task_util', errors(0.01, 0.03))).toBe('reached');
    expect(featureMark('task_util', errors(0.011, 0.03))).toBe('missed');
    expect(featureMark('src_load', errors(0, 0.031))).toBe('missed');
    expect(featureMark('vruntime', errors(9, 9))).toBe('no target');
    expect(featureMark('src_load', { ...errors(0, 0), count: 0 })).toBe('not recorded');
  });
});
