import { describe, expect, it } from 'vitest';
import { applyMembership } from '../../src/experiment/membership.js';
import { checkScenario } from '../../src/experiment/schema/scenario.js';
import { Op, type TaskTemplate, type Workload } from '../../src/sim/programs/program.js';

function template(comm: string): TaskTemplate {
  return { comm, entry: 0, nice: 0, policy: 0, mask: 0, group: 0, workingSet: 0, touchRate: 0 };
}

const WORKLOAD: Workload = {
  name: 'two',
  program: { code: Uint8Array.of(Op.EXIT), a: new Float64Array(1), b: new Float64Array(1) },
  templates: [template('hog0'), template('hog1'), template('batch')],
  initial: [{ template: 0, startNs: 0, cpu: 0 }],
  maxTasks: 3,
  masks: [[0, 1]],
  groups: [{ name: '', parent: 0, weight: 100, quotaNs: null, periodNs: 100e6, burstNs: 0, idle: false }],
  semaphores: [],
  mutexes: 0,
  conditions: 0,
  barriers: [],
  distributions: [],
  unit: '',
  ends: 'exit',
};

function apply(more: { groups?: unknown; tasks?: unknown }): Workload {
  const spec = checkScenario({ name: 's', workload: { generator: 'g' }, ...more }, 'file.json');
  return applyMembership(WORKLOAD, spec.groups ?? [], spec.tasks ?? [], 'file.json');
}

describe('groups and task rules of a scenario', () => {
  it('leave a workload alone where there are none', () => {
    expect(apply({})).toBe(WORKLOAD);
  });

  it('put tasks into groups by comm, with weight, quota and parent', () => {
    const groups = [
      { name: 'all', weight: 200 },
      { name: 'a', parent: 'all', quotaUs: 30_000, periodUs: 50_000, tasks: 'hog*' },
      { name: 'b', tasks: 'batch' },
    ];
    const workload = apply({ groups });
    expect(workload.templates.map(({ group }) => group)).toEqual([2, 2, 3]);
    expect(workload.groups.map(({ parent }) => parent)).toEqual([0, 0, 1, 0]);
    expect(workload.groups[2]).toMatchObject({ weight: 100, quotaNs: 30e6, periodNs: 50e6, burstNs: 0, idle: false });
    expect(WORKLOAD.groups).toHaveLength(1);
  });

  it('set nice, policy and CPUs, the last rule winning', () => {
    const workload = apply(
      { tasks: [{ match: '*', nice: 5, cpus: [1, 0, 1] }, { match: 'hog1', nice: -3, policy: 'batch' }] },
    );
    expect(workload.templates.map(({ nice }) => nice)).toEqual([5, -3, 5]);
    expect(workload.templates.map(({ policy }) => policy)).toEqual([0, 3, 0]);
    expect(workload.masks).toEqual([[0, 1], [0, 1]]);
    expect(workload.templates.every(({ mask }) => mask === 1)).toBe(true);
    expect(WORKLOAD.masks).toHaveLength(1);
  });

  it('refuse what matches nothing, unknown parents and names that are taken', () => {
    expect(() => apply({ tasks: [{ match: 'hag*' }] })).toThrow(
      'file.json: tasks.0.match: expected the comm of a task of two (hog0, hog1, batch), found hag*',
    );
    expect(
      () => apply({ groups: [{ name: 'a', parent: 'b' }, { name: 'b' }] }),
    ).toThrow(/groups\.0\.parent: expected a group that comes before it, found b/);
    expect(() => apply({ groups: [{ name: 'a' }, { name: 'a' }] })).toThrow(/groups\.1\.name/);
  });
});
