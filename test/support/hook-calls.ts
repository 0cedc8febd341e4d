import fc from 'fast-check';
import type { LbEnv } from '../../src/sim/kernel/env.js';
import type { Kernel } from '../../src/sim/kernel/kernel.js';
import { NIL } from '../../src/sim/kernel/state/table.js';
import { MigrationContext, type PolicyEvent } from '../../src/sim/policy/policy.js';
import type { HookCall } from './kernel-hook.js';

/*
 * A call of the hook as the simulator's policies see it: just the numbers that they and the shipped models' features read.
 */

const COST = 500_000;
const CLOCK = 2 ** 40;
/** Row of the task asked about; those of the queue follow it. */
const ASKED = 0;

/** Calls as they come: hot where the task ran within the migration cost, buddies and other domains aside. */
export const hookCall: fc.Arbitrary<HookCall> = fc
  .record({
    pid: fc.integer({ min: 1, max: 99 }),
    src: fc.nat(3),
    dst: fc.integer({ min: 1, max: 3 }),
    failed: fc.nat(4),
    tries: fc.integer({ min: 0, max: 2 }),
    idle: fc.nat(2),
    loop: fc.nat(32),
    ran: fc.oneof(fc.integer({ min: -1000, max: COST }), fc.integer({ min: 0, max: 10 * COST })),
    srcNr: fc.integer({ min: 1, max: 9 }),
    dstNr: fc.nat(3),
    util: fc.nat(1024),
    queue: fc.oneof(
      fc.array(fc.record({ runs: fc.boolean(), may: fc.boolean(), hot: fc.constant(1) }), { maxLength: 5 }),
      fc.array(fc.record({ runs: fc.nat(3).map((n) => n === 0), may: fc.boolean(), hot: fc.nat(1) }), { maxLength: 5 }),
      // More than a pass of balancing looks at, the last of them cold.
      fc.integer({ min: 30, max: 34 }).map((n) => Array.from({ length: n }, (_, i) => ({ runs: false, may: true, hot: i + 1 < n ? 1 : 0 }))),
    ),
  })
  .map((call) => ({ ...call, dst: (call.src + call.dst) % 4, hot: call.ran < COST ? 1 : 0 }));

/** The context of a call at `now`. @param state the policy's own doubles @param tell hears what it tells */
export function askedContext(call: HookCall, now: number, state: Float64Array, tell: (event: PolicyEvent) => void): MigrationContext {
  const rows = [{ delta: call.ran, runs: false, may: true }, ...call.queue.map(({ runs, may, hot }) => ({ delta: hot === 1 ? 0 : 2 * COST, runs, may }))];
  const byCpu = (values: Readonly<Record<number, number>>): Record<number, number> => ({ 0: 0, 1: 0, 2: 0, 3: 0, ...values });
  const kernel = {
    g: { now: [now], this_cpu: [0] },
    feat: { CACHE_HOT_BUDDY: 1 },
    sysctl: { nr_migrate: 32, migration_cost_ns: COST },
    rq: {
      clock_task: byCpu({ [call.src]: CLOCK }),
      nr_running: byCpu({ [call.src]: call.srcNr, [call.dst]: call.dstNr }),
      cfs_tasks_head: byCpu({ [call.src]: call.queue.length === 0 ? NIL : ASKED + 1 }),
    },
    se: { exec_start: rows.map(({ delta }) => CLOCK - delta), cfs_rq: rows.map(() => 0) },
    cfs: { next: [NIL], last: [NIL] },
    avg: { util_avg: rows.map(() => call.util) },
    task: {
      group_next: rows.map((_, i) => (i + 1 < rows.length ? i + 1 : NIL)),
      on_cpu: rows.map(({ runs }) => Number(runs)),
      mask: rows.map(({ may }) => Number(may)),
      policy: rows.map(() => 0),
    },
    mask: { has: (mask: number) => mask === 1 },
    sd: { flags: [0], nr_balance_failed: [call.failed], cache_nice_tries: [call.tries] },
  } as unknown as Kernel;
  const env = { src_cpu: call.src, dst_cpu: call.dst, idle: call.idle, loop: call.loop, sd: 0 } as LbEnv;
  const context = new MigrationContext(kernel, env, state, { policy: tell });
  context.p = ASKED;
  context.hot = call.hot;
  return context;
}
