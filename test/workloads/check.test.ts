import { describe, expect, it } from 'vitest';
import type { Workload } from '../../src/sim/programs/program.js';
import { checkWorkload } from '../../src/workloads/check.js';
import { constant } from '../../src/workloads/distributions.js';
import { Op, raw, single } from './support/workloads.js';

const good = single((program) => program.forever(() => program.run(1000)));

function refused(change: Partial<Workload>, message: string | RegExp): void {
  expect(() => checkWorkload({ ...good, ...change }, 4)).toThrow(message);
}

describe('checkWorkload: objects and tasks', () => {
  it('takes a good workload', () => {
    expect(() => checkWorkload(good, 4)).not.toThrow();
  });

  it('refuses masks that the machine cannot have', () => {
    refused({ masks: [] }, 'no masks');
    refused({ masks: [[0, 1, 2, 3], []] }, 'mask 1 is empty');
    refused({ masks: [[0, 1, 2, 3], [4]] }, 'mask 1 names CPU 4, but the machine has 4');
    refused({ masks: [[0, 1, 2, 3], [0.5]] }, 'mask 1 names CPU 0.5');
    refused({ masks: [[0, 1, 2, 3], [1, 1]] }, 'mask 1 names CPU 1 twice');
    refused({ masks: [[0, 1]] }, 'mask 0 holds 2');
    expect(() => checkWorkload(good, 8)).toThrow('mask 0 holds 4');
  });

  it('refuses groups, counts and distributions that make no sense', () => {
    const [root] = good.groups;
    const child = { ...root!, name: '/a' };
    refused({ groups: [] }, 'no task groups');
    refused({ groups: [root!, { ...child, parent: 1 }] }, 'group 1 has the parent 1');
    refused({ groups: [root!, { ...child, weight: 0 }] }, 'group 1 weighs 0');
    refused({ groups: [root!, { ...child, periodNs: 10 }] }, 'group 1 has a period');
    refused({ groups: [root!, { ...child, quotaNs: 999_999 }] }, 'group 1 has a quota');
    refused({ groups: [{ ...root!, quotaNs: 1e7 }] }, 'group 0 is the root');
    refused({ groups: [root!, { ...child, quotaNs: 1e7, burstNs: 2e7 }] }, 'group 1 has a burst');
    refused({ semaphores: [1, -1] }, 'semaphore 1 starts at -1');
    refused({ mutexes: -1 }, 'mutexes');
    refused({ conditions: 1.5 }, 'conditions');
    refused({ barriers: [0] }, 'barrier 0 is for 0 tasks');
    refused({ distributions: [new Float64Array(256)] }, 'distribution 0 has 256 values');
    const falling = constant(5);
    falling[100] = 4;
    refused({ distributions: [constant(1), falling] }, 'distribution 1 does not ascend at 100');
    refused({ distributions: [new Float64Array(257).fill(NaN)] }, 'does not ascend at 0');
    refused({ ends: 'never' as 'exit' }, 'ends is never');
  });

  it('refuses tasks that make no sense', () => {
    const [template] = good.templates;
    const [task] = good.initial;
    refused({ templates: [{ ...template!, comm: '' }] }, 'template 0 () has a name of 0');
    refused({ templates: [{ ...template!, comm: 'x'.repeat(16) }] }, 'name of 16');
    refused({ templates: [{ ...template!, entry: 2 }] }, 'starts at 2 of 2');
    refused({ templates: [{ ...template!, nice: 20 }] }, 'nice value 20');
    refused({ templates: [{ ...template!, policy: 1 }] }, 'policy 1');
    refused({ templates: [{ ...template!, mask: 1 }] }, 'mask 1');
    refused({ templates: [{ ...template!, group: -1 }] }, 'group -1');
    refused({ templates: [{ ...template!, workingSet: -1 }] }, 'working set of -1');
    refused({ templates: [{ ...template!, touchRate: NaN }] }, 'touches NaN');
    refused({ templates: [{ ...template!, perCpuKthread: true }] }, 'per-CPU kernel thread');
    refused({ initial: [] }, 'no initial task');
    refused({ initial: [{ ...task!, template: 1 }] }, 'unknown template 1');
    refused({ initial: [{ ...task!, startNs: -1 }] }, 'starts at -1');
    refused({ initial: [{ ...task!, cpu: 4 }] }, 'starts on CPU 4');
    refused({ initial: [{ ...task!, busy: { running: 3, runnable: 2 } }] }, 'has run for 3 and was runnable for 2 of 1024');
    refused({ initial: [{ ...task!, busy: { running: 3, runnable: 1025 } }] }, 'runnable for 1025');
    refused({ maxTasks: 0 }, 'maxTasks is 0');
  });

  it('refuses a start that the machine cannot have', () => {
    const queue = { avgIdleNs: 1000, maxIdleBalanceCostNs: 500 };
    const queues = [queue, queue, queue, queue];
    const start = { tickNs: 5, queues, newidleCosts: [{ cpu: 3, domain: 0, ns: 7 }], searches: [{ cpu: 0, scan: 2 }] };
    expect(() => checkWorkload({ ...good, start }, 4)).not.toThrow();
    refused({ start: { tickNs: -1 } }, 'the first tick is at -1 ns');
    refused({ start: { queues: [queue] } }, '1 run queues are known at the start, of 4');
    refused({ start: { queues: [...queues.slice(1), { ...queue, utilAvg: NaN }] } }, 'CPU 3 starts with utilAvg NaN');
    refused({ start: { ticking: [{ cpu: 1, untilNs: -1, counted: true }] } }, 'CPU 1 ticks at the start until -1');
    refused({ start: { newidleCosts: [{ cpu: 4, domain: 0, ns: 7 }] } }, 'names CPU 4, but the machine has 4');
    refused({ start: { newidleStats: [{ cpu: 0, domain: 0, calls: 1.5, successes: 0, ratio: 0 }] } }, 'has counted 1.5, 0, 0 in domain 0 of CPU 0');
    refused({ start: { newidleCosts: [{ cpu: 0, domain: -1, ns: 7 }] } }, 'domain -1 of CPU 0');
    refused({ start: { searches: [{ cpu: 0, scan: 0.5 }] } }, 'looks at 0.5 CPUs');
  });
});

describe('checkWorkload: operations', () => {
  const cases: (readonly [Parameters<typeof raw>[0][number], string])[] = [
    [[200 as never], 'operation 0 has the unknown opcode 200'],
    [[Op.RUN, -1], 'operation 0 (RUN) has a = -1, which is no time in ns'],
    [[Op.RUN, 1.5], 'a = 1.5'],
    [[Op.RUN, NaN], 'a = NaN'],
    [[Op.SLEEP, Infinity], 'a = Infinity'],
    [[Op.SLEEP, 1, 2], 'b = 2, which is no condition + 1 or 0'],
    [[Op.RUN_DRAW, 0], 'a = 0, which is no distribution'],
    [[Op.TIMER, 1, 4], 'b = 4, which is no timer'],
    [[Op.WAIT, 2], 'which is no semaphore'],
    [[Op.POST, 0, 0], 'b = 0, which is no number of posts'],
    [[Op.LOCK, 2], 'which is no mutex'],
    [[Op.COND_WAIT, 1, -1], 'which is no condition'],
    [[Op.COND_WAIT, 0, -2], 'b = -2, which is no mutex or −1'],
    [[Op.BARRIER, 2], 'which is no barrier'],
    [[Op.FORK, 99, -1], 'a = 99, which is no operation'],
    [[Op.FORK, 0, 1], 'b = 1, which is no template or −1'],
    [[Op.NICE, -21], 'which is no nice value'],
    [[Op.POLICY, 2], 'which is no policy'],
    [[Op.AFFINITY, 1], 'which is no mask'],
    [[Op.GROUP, 1], 'which is no group'],
    [[Op.WORKING_SET, 1, -1], 'b = -1, which is no amount'],
    [[Op.LOOP_SET, 4, 1], 'a = 4, which is no loop register'],
    [[Op.LOOP_SET, 0, 0], 'b = 0, which is no number of times'],
    [[Op.JUMP, 2], 'a = 2, which is no operation'],
    [[Op.MARK, -1], 'which is no number of units'],
  ];
  it.each(cases)('refuses %j', (operation, message) => {
    expect(() => checkWorkload(raw([operation, [Op.EXIT]]), 4)).toThrow(message);
  });

  it('refuses marks without a unit and operands that are missing', () => {
    expect(() => checkWorkload(raw([[Op.MARK, 1], [Op.EXIT]], { unit: '' }), 4)).toThrow('has no unit');
    const short = raw([[Op.EXIT]]);
    expect(() => checkWorkload({ ...short, program: { ...short.program, a: new Float64Array(0) } }, 4)).toThrow('1 opcodes');
  });
});
