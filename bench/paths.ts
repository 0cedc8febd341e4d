import type { Kernel } from '../src/sim/kernel/kernel.js';
import { built } from './built.js';
import { timeOf } from './harness.js';
import type { Measurement } from './measurement.js';
import { mapSummary } from './statistics.js';
import { loaded } from './state.js';

const TIMING = { minSamples: 10, seconds: 1 };
const NS = 1e9;

/** Keeps results alive, so that no call is optimised away. */
let sink = 0;

/** What one step of each hot path takes. */
export async function paths(): Promise<Measurement[]> {
  const out: Measurement[] = [];
  const measure = (name: string, work: () => void, callsInside = 1): void => {
    const summary = mapSummary(timeOf(name, work, TIMING), (seconds) => (seconds * NS) / callsInside);
    out.push({ group: 'paths', name, unit: 'ns', summary });
  };
  await pelt(measure);
  await calcDelta(measure);
  await eventQueue(measure);
  await wakeUp(measure);
  await balance(measure);
  if (!Number.isFinite(sink)) throw new Error('a path gave something that is no number');
  return out;
}

type Measure = (name: string, work: () => void, callsInside?: number) => void;

/** One entity, brought up to date at every millisecond, as a tick with HZ 1000 does. */
async function pelt(measure: Measure): Promise<void> {
  const { ___update_load_sum, ___update_load_avg } = await built<typeof import('../src/sim/kernel/fair/pelt.js')>('sim/kernel/fair/pelt');
  const { Arena } = await built<typeof import('../src/sim/kernel/state/arena.js')>('sim/kernel/state/arena');
  const { AvgTable } = await built<typeof import('../src/sim/kernel/state/avg.js')>('sim/kernel/state/avg');
  const avg = new AvgTable(new Arena(), 1);
  let now = 2 ** 30;
  measure('PELT: sums and averages of one entity, 1 ms on', () => {
    now += 1_000_000;
    if (___update_load_sum(avg, 0, now, 1024, 1, 1)) ___update_load_avg(avg, 0, 1);
    sink += avg.util_avg[0]!;
  });
}

async function calcDelta(measure: Measure): Promise<void> {
  const { __calc_delta, inv_weight } = await built<typeof import('../src/sim/kernel/math/calc-delta.js')>('sim/kernel/math/calc-delta');
  const weights = [88761, 3121, 1024, 335, 15].map((weight) => weight * 1024);
  const inverses = weights.map((weight) => inv_weight(weight));
  let i = 0;
  measure('__calc_delta', () => {
    i = (i + 1) % 5;
    sink += __calc_delta(999_983 + i, weights[4 - i]!, inverses[i]!);
  });
}

/** The queue as full as hackbench-64 keeps it. */
async function eventQueue(measure: Measure): Promise<void> {
  const { EventQueue } = await built<typeof import('../src/sim/engine/queue.js')>('sim/engine/queue');
  const { Arena } = await built<typeof import('../src/sim/kernel/state/arena.js')>('sim/kernel/state/arena');
  for (const slots of [64, 1024]) {
    const queue = new EventQueue(new Arena(), slots);
    let random = 12345;
    for (let slot = 0; slot < slots; slot++) queue.schedule(slot, next());
    measure(`event queue of ${slots}: one out, one in`, () => {
      const slot = queue.first();
      const time = queue.time(slot);
      queue.pop();
      queue.schedule(slot, time + next());
    });
    sink += queue.size;
    function next(): number {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      return random >>> 12;
    }
  }
}

/** Wake-ups of sleeping tasks in the middle of hackbench-64. */
async function wakeUp(measure: Measure): Promise<void> {
  const { select_task_rq_fair } = await built<typeof import('../src/sim/kernel/wakeup/select-rq.js')>('sim/kernel/wakeup/select-rq');
  const { WF_TTWU, WF_SYNC } = await built<typeof import('../src/sim/kernel/constants.js')>('sim/kernel/constants');
  const { kernel: k } = await loaded('examples/hackbench-64.json', 'stock', 20_000_000);
  const sleeping = Array.from({ length: k.tasks }, (_, p) => p).filter((p) => k.task.on_rq[p] === 0);
  const busy = Array.from({ length: k.cpus }, (_, cpu) => cpu).filter((cpu) => k.rq.curr[cpu]! >= 0);
  if (sleeping.length === 0 || busy.length === 0) throw new Error('nobody sleeps in hackbench-64, or nobody runs');
  let i = 0;
  measure('select_task_rq_fair, hackbench-64', () => {
    i++;
    k.g.this_cpu[0] = busy[i % busy.length]!;
    const p = sleeping[i % sleeping.length]!;
    sink += select_task_rq_fair(k, p, k.task.cpu[p]!, WF_TTWU | WF_SYNC);
  });
}

/** Balancing that finds nothing, balancing whose every candidate is refused, and one question put to a policy. */
async function balance(measure: Measure): Promise<void> {
  const { load_balance } = await built<typeof import('../src/sim/kernel/balance/load-balance.js')>('sim/kernel/balance/load-balance');
  const { CPU_NEWLY_IDLE, CPU_NOT_IDLE } = await built<typeof import('../src/sim/kernel/constants.js')>('sim/kernel/constants');

  const even = (await loaded('examples/spinners-4x8.json', 'stock', 100_000_000)).kernel;
  measure('load_balance, 4 CPUs, nothing to move', () => {
    even.g.this_cpu[0] = 0;
    sink += load_balance(even, 0, even.rq.sd[0]!, CPU_NOT_IDLE);
  });

  // Refusing everything keeps the queues as they are, so that every call meets the same ones.
  const { k, cpu, sd } = await uneven((kernel, at, domain) => {
    const row = 3 * domain + CPU_NEWLY_IDLE;
    const before = kernel.sd_stats.lb_failed[row]!;
    load_balance(kernel, at, domain, CPU_NEWLY_IDLE);
    return kernel.sd_stats.lb_failed[row]! > before;
  });
  measure('load_balance, 8 CPUs, every candidate refused', () => {
    k.g.this_cpu[0] = cpu;
    k.sd.nr_balance_failed[sd] = 0;
    sink += load_balance(k, cpu, sd, CPU_NEWLY_IDLE);
  });

  const policy = await loaded('examples/threadpool.json', 'early-migration', 100_000_000);
  const hook = policy.kernel.policy!;
  const env = policy.kernel.lb_env;
  const source = busiest(policy.kernel.rq.nr_running);
  policy.kernel.g.this_cpu[0] = 0;
  env.sd = policy.kernel.rq.sd[0]!;
  env.src_cpu = source;
  env.dst_cpu = source === 0 ? 1 : 0;
  const task = policy.kernel.rq.cfs_tasks_tail[source]!;
  measure('one decision of early-migration', () => {
    sink += hook.may_migrate(task, env, 1) ? 1 : 0;
  });
}

function quietest(running: Int32Array): number {
  return running.indexOf(Math.min(...running));
}

function busiest(running: Int32Array): number {
  return running.indexOf(Math.max(...running));
}

/**
 * The thread pool under a policy that refuses all, at a moment at which its quietest CPU finds tasks that it may not have.
 * @param failed whether a balance of the CPU's lowest domain fails then
 */
async function uneven(failed: (k: Kernel, cpu: number, sd: number) => boolean): Promise<{ k: Kernel; cpu: number; sd: number }> {
  for (let ms = 100; ms < 200; ms += 10) {
    const k = (await loaded('examples/threadpool.json', 'never', ms * 1e6)).kernel;
    const cpu = quietest(k.rq.nr_running);
    const sd = k.rq.sd[cpu]!;
    k.g.this_cpu[0] = cpu;
    if (failed(k, cpu, sd)) return { k, cpu, sd };
  }
  throw new Error('load_balance found nothing to try');
}
