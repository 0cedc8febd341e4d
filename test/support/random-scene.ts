import fc from 'fast-check';
import type { MachineProfile } from '../../src/sim/profile.js';
import type { Workload } from '../../src/sim/programs/program.js';
import { machine, MS, NO_COSTS, workload } from './scenarios.js';

/** One step of a random task. Numbers are taken modulo what there is. */
type Action = readonly [kind: number, n: number];

interface RandomTask {
  readonly actions: readonly Action[];
  /** Spins for ever instead, now and then. */
  readonly spins: boolean;
  readonly nice: number;
  readonly policy: number;
  readonly mask: number;
  readonly group: number;
  readonly startUs: number;
  readonly workingSetKiB: number;
}

const MASKS = [[0, 1, 2, 3], [0], [1], [2, 3], [0, 2]];
const POLICIES = [0, 0, 0, 3, 5];
const KINDS = 12;

const taskArb: fc.Arbitrary<RandomTask> = fc.record({
  actions: fc.array(fc.tuple(fc.nat(KINDS - 1), fc.nat(999)), { minLength: 1, maxLength: 6 }),
  spins: fc.integer({ min: 0, max: 2 }).map((n) => n === 0),
  nice: fc.constantFrom(0, 0, 0, 5, -5, 19),
  policy: fc.constantFrom(...POLICIES),
  mask: fc.nat(MASKS.length - 1),
  group: fc.constantFrom(0, 0, 0, 1, 2),
  startUs: fc.constantFrom(0, 0, 1, 700, 5000, 12_345),
  workingSetKiB: fc.constantFrom(0, 64, 2048),
});

/** A workload of tasks with random programs on four CPUs: no meaning, but every operation at odd moments. */
export const sceneArb: fc.Arbitrary<Workload> = fc
  .record({ tasks: fc.array(taskArb, { minLength: 1, maxLength: 9 }), quota: fc.boolean(), endless: fc.boolean() })
  .map(({ tasks, quota, endless }) => build(tasks, quota, endless));

/** Four CPUs behind one cache, or four cores with threads, in two nodes or one; with and without costs. */
export const profileArb: fc.Arbitrary<MachineProfile> = fc
  .record({
    name: fc.constantFrom('flat4', 'flat4', 'pvt8', 'pvt8numa'),
    hz: fc.constantFrom(100, 250, 300, 1000),
    tickSkewNs: fc.constantFrom(0, 1, 7_000, 125_000),
    timerSlackNs: fc.constantFrom(0, 50_000, 1_000_000),
    smtSpeed: fc.constantFrom(1024, 613),
    costs: fc.constantFrom({}, NO_COSTS, { ...NO_COSTS, tick: 1500 }, { ...NO_COSTS, context_switch: 1200 }),
    cost: fc.constantFrom(500_000, 5 * MS, -1, 0),
    cache: fc.constantFrom({}, { llcPsPerByte: 50, memoryPsPerByte: 300, remotePsPerByte: 600 }),
  })
  .map(({ name, cost, ...patch }) => machine(name, { ...patch, sysctl: { migration_cost_ns: cost } }));

function build(tasks: readonly RandomTask[], quota: boolean, endless: boolean): Workload {
  return workload(4, (s, w) => {
    const p = w.program;
    const masks = MASKS.map((cpus) => w.mask(cpus));
    const capped = w.group({ name: 'capped', periodNs: 10 * MS, quotaNs: quota ? 7 * MS : null });
    const nested = w.group({ name: 'nested', parent: capped, weight: 300 });
    const groups = [0, capped, nested];
    const semaphores = [w.semaphore(0), w.semaphore(3)];
    const child = p.routine(() => p.run(800_000));
    const template = w.template({ comm: 'child', entry: child });
    const act = ([kind, n]: Action): void => {
      switch (kind) {
        case 0:
          return p.run(1 + n * 3_333);
        case 1:
          return p.run(1 + n * 77);
        case 2:
          return p.sleep(1 + n * 10_007);
        case 3:
          return p.timer(1 * MS + n * 1_000, n % 2, n % 3 === 0 ? 'absolute' : 'relative');
        case 4:
          return p.post(semaphores[n % 2]!, 1 + (n % 3));
        case 5:
          return p.wait(semaphores[n % 2]!);
        case 6:
          return p.postSync(semaphores[n % 2]!);
        case 7:
          return p.nice((n % 40) - 20);
        case 8:
          return p.affinity(masks[n % masks.length]!);
        case 9:
          return p.yield();
        case 10:
          p.fork(child, template);
          return p.join();
        default:
          return n % 2 === 0 ? p.exec() : p.policy(POLICIES[n % POLICIES.length]!);
      }
    };
    tasks.forEach((task, i) => {
      const { nice, policy, group, workingSetKiB } = task;
      const memory = { workingSet: workingSetKiB * 1024, touchRate: 500 };
      const spec = { nice, policy, mask: masks[task.mask]!, group: groups[group]!, ...memory };
      const at = { startNs: task.startUs * 1000, cpu: i % 4 };
      if (task.spins) return s.spinner(`t${i}`, { ...spec, ...at });
      s.task(`t${i}`, () => p.repeat(endless ? null : 4, () => {
        task.actions.forEach(act);
        p.run(10_000);
      }), { ...spec, ...at });
    });
  }, { maxTasks: 40, ends: endless ? 'duration' : 'exit' });
}
