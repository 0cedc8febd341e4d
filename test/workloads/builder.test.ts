import { describe, expect, it } from 'vitest';
import { WorkloadBuilder } from '../../src/workloads/builder.js';
import { constant, uniform } from '../../src/workloads/distributions.js';

describe('WorkloadBuilder', () => {
  it('keeps equal masks, distributions and templates once', () => {
    const w = new WorkloadBuilder(4);
    expect([w.mask([3, 1]), w.mask([1, 3, 3]), w.mask([0, 1, 2, 3]), w.mask([2])]).toEqual([1, 1, 0, 2]);
    expect([w.distribution(constant(5)), w.distribution(uniform(5, 5)), w.distribution(constant(6))]).toEqual([0, 0, 1]);
    const entry = w.program.routine(() => w.program.run(1));
    expect(w.template({ comm: 'a', entry })).toBe(w.template({ comm: 'a', entry, nice: 0, mask: 0 }));
    expect(w.template({ comm: 'a', entry, nice: 1 })).toBe(1);
    expect(w.template({ comm: 'b', entry })).toBe(2);
    w.initial(0);
    const workload = w.build({ name: 'x', unit: '', ends: 'exit', maxTasks: 1 });
    expect(workload.masks).toEqual([[0, 1, 2, 3], [1, 3], [2]]);
    expect(workload.templates).toHaveLength(3);
    expect(workload.distributions).toHaveLength(2);
  });

  it('fills a template with what is ordinary and cuts its name', () => {
    const w = new WorkloadBuilder(1);
    const entry = w.program.label();
    w.program.routine(() => w.program.run(1));
    w.program.routine(() => w.program.run(2), entry);
    w.initial(w.template({ comm: 'a-name-that-is-too-long', entry }));
    expect(w.build({ name: 'x', unit: '', ends: 'exit', maxTasks: 1 }).templates).toEqual([
      { comm: 'a-name-that-is-', entry: 2, nice: 0, policy: 0, mask: 0, group: 0, workingSet: 0, touchRate: 0 },
    ]);
  });

  it('refuses a template whose entry is nowhere', () => {
    const w = new WorkloadBuilder(1);
    w.template({ comm: 'a', entry: w.program.label() });
    expect(() => w.build({ name: 'x', unit: '', ends: 'exit', maxTasks: 1 })).toThrow('starts at label 0, which is nowhere');
  });

  it('numbers objects in the order in which they are made', () => {
    const w = new WorkloadBuilder(2);
    expect([w.semaphore(3), w.semaphore(), w.mutex(), w.mutex(), w.condition(), w.barrier(2)]).toEqual([0, 1, 0, 1, 0, 0]);
    expect(w.group({ name: '/a', weight: 300 })).toBe(1);
    const entry = w.program.routine(() => w.program.run(1));
    w.initial(w.template({ comm: 'a', entry }), 5, 1);
    const workload = w.build({ name: 'x', unit: 'u', ends: 'duration', maxTasks: 2 });
    expect(workload).toMatchObject({ semaphores: [3, 0], mutexes: 2, conditions: 1, barriers: [2] });
    expect(workload.groups.map((group) => [group.name, group.parent, group.weight])).toEqual([
      ['/', 0, 100], ['/a', 0, 300],
    ]);
    expect(workload.initial).toEqual([{ template: 0, startNs: 5, cpu: 1 }]);
  });
});
