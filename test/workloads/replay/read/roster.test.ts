import { describe, expect, it } from 'vitest';
import { IDLE_ROW, ROLE_NOISE, ROLE_OMITTED, ROLE_PLAIN, Roster, roleOf } from '../../../../src/workloads/replay/read/roster.js';
import { Recording } from '../support/recording.js';

describe('roleOf', () => {
  it.each([
    ['kworker/3:1H', ROLE_NOISE, 3],
    ['kworker/0:2', ROLE_NOISE, 0],
    ['ksoftirqd/7', ROLE_NOISE, 7],
    ['cpuhp/1', ROLE_NOISE, 1],
    ['rcuc/2', ROLE_NOISE, 2],
    ['migration/5', ROLE_OMITTED, 5],
    ['kworker/u16:2', ROLE_PLAIN, -1],
    ['rcuop/3', ROLE_PLAIN, -1],
    ['rcu_sched', ROLE_PLAIN, -1],
    ['kworker/8:0', ROLE_PLAIN, -1],
    ['ksoftirqd/7x', ROLE_PLAIN, -1],
    ['', ROLE_PLAIN, -1],
  ])('%s', (comm, role, cpu) => {
    expect(roleOf(comm, true, 8)).toEqual({ role, cpu });
  });

  it('does not go by the name of a task that was born in the recording', () => {
    expect(roleOf('migration/0', false, 8)).toEqual({ role: ROLE_PLAIN, cpu: -1 });
  });
});

describe('Roster', () => {
  it('knows a pid again, gives each life a row, and has none for the idle task', () => {
    const roster = new Roster(new Recording(2).task(7, { comm: 'cut' }).contents());
    expect(roster.rowOf(0, 1)).toBe(IDLE_ROW);
    const first = roster.rowOf(7, 1);
    expect(roster.rowOf(7, 0)).toBe(first);
    const second = roster.birth(7, first, 0);
    expect(roster.rowOf(7, 0)).toBe(second);
    expect([roster.size, roster.cpu, roster.firstLife, roster.parent]).toEqual([2, [1, 0], [true, false], [-1, first]]);
    expect(roster.info.map((info) => info?.comm)).toEqual(['cut', 'cut']);
  });

  it('gives children the group and the policy that their parent has, as far as nothing else is known', () => {
    const roster = new Roster(new Recording(2).task(7, { group: 3, policy: 5 }).task(9, { group: 4 }).contents());
    const parent = roster.rowOf(7, 0);
    const child = roster.birth(8, parent, 0);
    roster.movesTo(parent, 5);
    const later = roster.birth(10, parent, 0);
    const known = roster.birth(9, parent, 0);
    expect([parent, child, later, known].map((row) => roster.bornGroup[row])).toEqual([3, 3, 5, 4]);
    expect([parent, child, later].map((row) => roster.policy[row])).toEqual([5, 5, 5]);
    roster.movesTo(IDLE_ROW, 5);
    expect(roster.bornGroup[roster.rowOf(11, 0)]).toBe(-1);
  });
});
