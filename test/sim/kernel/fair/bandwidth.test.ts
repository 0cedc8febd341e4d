import { describe, expect, it } from 'vitest';
import {
  DEQUEUE_SLEEP, ENQUEUE_WAKEUP, SCHED_IDLE, SCHED_NORMAL, TASK_RUNNING,
} from '../../../../src/sim/kernel/constants.js';
import { update_rq_clock } from '../../../../src/sim/kernel/core/clock.js';
import { set_group_bandwidth } from '../../../../src/sim/kernel/core/task-group.js';
import { account_cfs_rq_runtime, check_cfs_rq_runtime } from '../../../../src/sim/kernel/fair/bandwidth.js';
import {
  __refill_cfs_bandwidth_runtime, do_sched_cfs_slack_timer, sched_cfs_period_timer,
} from '../../../../src/sim/kernel/fair/bandwidth-timer.js';
import { dequeue_task_fair, enqueue_task_fair } from '../../../../src/sim/kernel/fair/enqueue.js';
import { sched_slice } from '../../../../src/sim/kernel/fair/slice.js';
import { throttle_cfs_rq } from '../../../../src/sim/kernel/fair/throttle.js';
import { CLOCK_BASE, type Kernel } from '../../../../src/sim/kernel/kernel.js';
import { NIL } from '../../../../src/sim/kernel/state/table.js';
import { Pool } from '../../../reference/bandwidth.js';
import { type Draw, repeat, same } from '../../../reference/draw.js';
import { kernel } from '../../../reference/kernel.js';
import { assignTask, setNice } from '../../../reference/random-world.js';

const N = 100_000;
const MS = 1_000_000;

function enqueue(k: Kernel, p: number): void {
  k.task.state[p] = TASK_RUNNING;
  enqueue_task_fair(k, k.task.cpu[p]!, p, ENQUEUE_WAKEUP);
  k.task.on_rq[p] = 1;
}

function dequeue(k: Kernel, p: number): void {
  k.task.on_rq[p] = 0;
  dequeue_task_fair(k, k.task.cpu[p]!, p, DEQUEUE_SLEEP);
}

/** Sets the time, and the clock of every CPU. */
function setTime(k: Kernel, now: number): void {
  k.g.now[0] = now;
  for (let cpu = 0; cpu < k.cpus; cpu++) update_rq_clock(k, cpu);
}

describe('__refill_cfs_bandwidth_runtime', () => {
  it('equals the reference from any state', () => {
    const k = kernel({ parents: [0] });
    repeat(N, 161, (draw) => {
      const quota = MS + draw.bits(36);
      const burst = draw.chance(50) ? 0 : draw.below(quota);
      const pool = new Pool(1, BigInt(quota), 100n, BigInt(burst), 5n);
      k.tg.quota[1] = quota;
      k.tg.burst[1] = burst;
      k.tg.runtime[1] = draw.below(quota + burst);
      k.tg.runtime_snap[1] = draw.below(quota + burst);
      pool.runtime = BigInt(k.tg.runtime[1]!);
      pool.snap = BigInt(k.tg.runtime_snap[1]!);
      k.tg.nr_burst[1] = 0;
      k.tg.burst_time[1] = 0;
      __refill_cfs_bandwidth_runtime(k, 1);
      pool.refill();
      same('runtime', k.tg.runtime[1]!, pool.runtime);
      same('runtime_snap', k.tg.runtime_snap[1]!, pool.snap);
      same('nr_burst', k.tg.nr_burst[1]!, pool.nrBurst);
      same('burst_time', k.tg.burst_time[1]!, pool.burstTime);
    });
  });

  it('leaves a group without a quota alone', () => {
    const k = kernel({ parents: [0] });
    __refill_cfs_bandwidth_runtime(k, 1);
    expect(k.tg.runtime[1]).toBe(0);
  });
});

const CPUS = 6;
const TASKS_PER_CPU = 2;

/** Random lives of one group with a quota; the pool and every CPU's share are compared after each step. */
class Life {
  readonly k: Kernel;
  readonly pool: Pool;
  private readonly queued: boolean[] = new Array<boolean>(CPUS * TASKS_PER_CPU).fill(false);
  handedOut = 0n;
  /** How often the slack timer was started. */
  slackStarted = 0;

  constructor(private readonly draw: Draw) {
    const sliceUs = draw.pick([1000, 5000, 20_000]);
    const k = kernel({ cpus: CPUS, tasks: CPUS * TASKS_PER_CPU, parents: [0], sysctl: { cfs_bandwidth_slice_us: sliceUs } });
    const period = draw.pick([10, 50, 100]) * MS;
    // Half of the pools are empty soon, when every CPU has taken its slice.
    const quota = MS + (draw.chance(50) ? draw.below(5000 * sliceUs) : draw.below(3 * period));
    const burst = draw.chance(50) ? 0 : draw.below(quota);
    for (let p = 0; p < k.tasks; p++) {
      assignTask(k, p, 1, p % CPUS);
      setNice(k, p, 0, SCHED_NORMAL);
    }
    this.k = k;
    this.pool = new Pool(CPUS, BigInt(quota), BigInt(period), BigInt(burst), BigInt(sliceUs * 1000));
    setTime(k, draw.below(1000) * MS);
    set_group_bandwidth(k, 1, quota, period, burst);
    this.setNow(k.g.now[0]!);
    this.pool.refill();
    this.pool.start();
  }

  step(): void {
    const { draw, k, pool } = this;
    const before = pool.runtime;
    const refilledBefore = pool.refilled;
    const roll = draw.below(100);
    const cpu = draw.below(CPUS);
    if (roll < 30) this.run(cpu, draw.chance(70) ? draw.below(MS) : draw.below(12 * MS));
    else if (roll < 35) this.drain(cpu);
    else if (roll < 45) this.rush(cpu);
    else if (roll < 70) this.toggle(draw.below(k.tasks));
    else if (roll < 80) this.leave(cpu);
    else this.pass(draw.below(2 * MS));
    const left = before + pool.refilled - refilledBefore - pool.runtime;
    if (left > 0n) this.handedOut += left;
    this.compare();
  }

  /** The group's task on `cpu` runs for `ns`, and is put back. */
  private run(cpu: number, ns: number): void {
    const { k, pool } = this;
    const cfs = k.tg_cfs_rq(1, cpu);
    const local = pool.locals[cpu]!;
    if (local.queued === 0 || local.throttled) return;
    k.rq.need_resched[cpu] = 0;
    k.cfs.curr[cfs] = k.cfs.first[cfs]!;
    account_cfs_rq_runtime(k, cfs, ns);
    k.cfs.curr[cfs] = NIL;
    same('need_resched', k.rq.need_resched[cpu]!, pool.account(local, BigInt(ns)) ? 1n : 0n);
    const want = pool.check(local);
    if (check_cfs_rq_runtime(k, cfs) !== want) throw new Error(`check_cfs_rq_runtime: reference ${want}`);
  }

  /** A task wakes or goes to sleep. */
  private toggle(p: number): void {
    const { k, pool } = this;
    const local = pool.locals[k.task.cpu[p]!]!;
    if (this.queued[p]) {
      const started = pool.slackStarted;
      dequeue(k, p);
      pool.dequeued(local);
      if (!started && pool.slackStarted) this.slackStarted++;
    } else {
      enqueue(k, p);
      pool.enqueued(local);
    }
    this.queued[p] = !this.queued[p];
  }

  /** A CPU uses up its own runtime and all of the pool's. */
  private drain(cpu: number): void {
    const { pool } = this;
    this.run(cpu, Math.max(0, Number(pool.locals[cpu]!.remaining + pool.runtime)) + this.draw.below(MS));
  }

  /** The others take a slice each, one CPU takes the rest of the pool and is throttled, the others go to sleep. */
  private rush(cpu: number): void {
    for (const other of this.pool.locals) {
      if (other.cpu !== cpu) this.run(other.cpu, Math.max(0, Number(other.remaining)) + this.draw.below(MS / 2));
    }
    this.drain(cpu);
    for (const other of this.pool.locals) if (other.cpu !== cpu) this.leave(other.cpu);
  }

  /** All tasks of a CPU go to sleep; what they have of the pool goes back. */
  private leave(cpu: number): void {
    for (let p = cpu; p < this.k.tasks; p += CPUS) if (this.queued[p]) this.toggle(p);
  }

  /** Time goes on, with the timers that come due on the way. */
  private pass(ns: number): void {
    const { k, pool } = this;
    const end = k.g.now[0]! + ns;
    if (pool.slackStarted && this.draw.chance(60)) {
      do_sched_cfs_slack_timer(k, 1);
      pool.slackTimer();
    }
    while (pool.periodActive && pool.expires <= BigInt(CLOCK_BASE + end)) {
      // Now and then a timer comes late, by more than a period.
      const late = this.draw.chance(10) ? this.draw.below(3 * Number(pool.period)) : 0;
      this.setNow(Math.max(k.g.now[0]!, Number(pool.expires) - CLOCK_BASE) + late);
      sched_cfs_period_timer(k, 1);
      pool.periodTimer();
      this.compare();
    }
    this.setNow(Math.max(end, k.g.now[0]!));
  }

  /** `now` is simulated time; the timers of the kernel count from its own beginning. */
  private setNow(now: number): void {
    setTime(this.k, now);
    this.pool.now = BigInt(CLOCK_BASE + now);
  }

  private compare(): void {
    const { k, pool } = this;
    const { tg } = k;
    if (!(tg.runtime[1]! >= 0)) throw new Error(`the pool holds ${tg.runtime[1]}`);
    same('runtime', tg.runtime[1]!, pool.runtime);
    same('runtime_snap', tg.runtime_snap[1]!, pool.snap);
    same('burst_time', tg.burst_time[1]!, pool.burstTime);
    same('nr_burst', tg.nr_burst[1]!, pool.nrBurst);
    same('nr_periods', tg.nr_periods[1]!, pool.nrPeriods);
    same('nr_throttled', tg.nr_throttled[1]!, pool.nrThrottled);
    same('throttled_time', tg.throttled_time[1]!, pool.throttledTime);
    same('cfs_b_idle', tg.cfs_b_idle[1]!, pool.idle ? 1n : 0n);
    same('period_active', tg.period_active[1]!, pool.periodActive ? 1n : 0n);
    same('slack_started', tg.slack_started[1]!, pool.slackStarted ? 1n : 0n);
    if (pool.periodActive) same('period_expires', tg.period_expires[1]!, pool.expires);
    const order: number[] = [];
    for (let cfs = tg.throttled_head[1]!; cfs !== NIL; cfs = k.cfs.throttled_next[cfs]!) order.push(k.cfs.cpu[cfs]!);
    const want = pool.throttled.map((local) => local.cpu).join();
    if (order.join() !== want) throw new Error(`throttled: model ${order.join()}, reference ${want}`);
    let remaining = 0n;
    for (const local of pool.locals) {
      const cfs = k.tg_cfs_rq(1, local.cpu);
      same('runtime_remaining', k.cfs.runtime_remaining[cfs]!, local.remaining, local.cpu);
      same('throttled', k.cfs.throttled[cfs]!, local.throttled ? 1n : 0n, local.cpu);
      same('throttle_count', k.cfs.throttle_count[cfs]!, local.throttled ? 1n : 0n, local.cpu);
      same('nr_running', k.cfs.nr_running[cfs]!, BigInt(local.queued), local.cpu);
      same('rq.nr_running', k.rq.nr_running[local.cpu]!, local.throttled ? 0n : BigInt(local.queued), local.cpu);
      remaining += local.remaining;
    }
    // Nothing is made out of nothing: what came in is in the pool, with the CPUs, or has run.
    same('conserved', Number(pool.runtime + remaining + pool.consumed - pool.refilled), 0n);
  }
}

describe('a group with a quota on six CPUs', () => {
  it('accounts as the reference does along random lives', () => {
    let periods = 0;
    let throttles = 0;
    let slacks = 0;
    let life: Life | null = null;
    repeat(N, 171, (draw, index) => {
      if (index % 500 === 0) {
        periods += life === null ? 0 : life.k.tg.nr_periods[1]!;
        throttles += life === null ? 0 : life.k.tg.nr_throttled[1]!;
        slacks += life === null ? 0 : life.slackStarted;
        life = new Life(draw);
      }
      life!.step();
    });
    expect(periods).toBeGreaterThan(1000);
    expect(throttles).toBeGreaterThan(500);
    expect(slacks).toBeGreaterThan(50);
  });

  it('hands out no more in a period than the quota, the burst and what came back', () => {
    repeat(60, 172, (draw) => {
      const life = new Life(draw);
      const { k, pool } = life;
      for (let period = 0; period < 20; period++) {
        const start = pool.nrPeriods;
        const held = pool.runtime;
        const before = life.handedOut;
        let back = 0n;
        while (pool.nrPeriods === start && pool.periodActive) {
          const had = pool.runtime;
          life.step();
          if (pool.nrPeriods === start && pool.runtime > had) back += pool.runtime - had;
        }
        if (pool.nrPeriods === start) break;
        // The last step's own refill may be handed out in it too.
        const most = held + back + (pool.quota + pool.burst) * (pool.nrPeriods - start);
        if (life.handedOut - before > most) throw new Error(`${life.handedOut - before} of ${most} ns`);
        expect(k.tg.runtime[1]).toBeGreaterThanOrEqual(0);
      }
    });
  });
});

/** Groups 1 and 3 below the root, 2 in 1; each may have a quota. A task in each group on each CPU. */
function nested(draw: Draw): Kernel {
  const k = kernel({ cpus: 2, tasks: 16, parents: [0, 1, 0] });
  for (let p = 0; p < k.tasks; p++) {
    assignTask(k, p, Math.floor(p / 2) % 4, p % 2);
    setNice(k, p, draw.below(40) - 20, draw.chance(20) ? SCHED_IDLE : SCHED_NORMAL);
  }
  setTime(k, 100 * MS);
  for (const tg of [1, 2, 3]) {
    const period = draw.pick([5, 10, 50]) * MS;
    const burst = draw.chance(50) ? 0 : draw.below(MS);
    if (draw.chance(80)) set_group_bandwidth(k, tg, MS + draw.below(2 * period), period, burst);
  }
  return k;
}

/** What must hold of every hierarchy, whoever is throttled. */
function assertHierarchy(k: Kernel): void {
  for (let cfs = 0; cfs < k.cfs.rows; cfs++) {
    const cpu = k.cfs.cpu[cfs]!;
    const tg = k.cfs.tg[cfs]!;
    let queued = 0;
    let hierarchical = 0;
    let idle = 0;
    let weight = 0;
    for (let se = 0; se < k.se.rows; se++) {
      if (k.se.cfs_rq[se] !== cfs) continue;
      const child = k.group_cfs_rq(se);
      if (child !== NIL) same('group queued', k.se.on_rq[se]!, groupRuns(k, child) ? 1n : 0n, se);
      if (k.se.on_rq[se] === 0) continue;
      queued++;
      weight += k.se.weight[se]!;
      hierarchical += child === NIL ? 1 : k.cfs.h_nr_running[child]!;
      idle += child === NIL ? (k.task.policy[se] === SCHED_IDLE ? 1 : 0) : k.cfs.idle_h_nr_running[child]!;
    }
    same('nr_running', k.cfs.nr_running[cfs]!, BigInt(queued), cfs);
    same('h_nr_running', k.cfs.h_nr_running[cfs]!, BigInt(hierarchical), cfs);
    same('idle_h_nr_running', k.cfs.idle_h_nr_running[cfs]!, BigInt(idle), cfs);
    same('weight', k.cfs.weight[cfs]!, BigInt(weight), cfs);
    let count = 0;
    for (let at = tg; at !== NIL; at = k.tg.parent[at]!) count += k.cfs.throttled[k.tg_cfs_rq(at, cpu)]!;
    same('throttle_count', k.cfs.throttle_count[cfs]!, BigInt(count), cfs);
    if (tg === 0) same('rq.nr_running', k.rq.nr_running[cpu]!, BigInt(k.cfs.h_nr_running[cfs]!), cpu);
    // A CPU that is throttled has nothing left to run on.
    const rich = k.cfs.runtime_remaining[cfs]! > 0;
    if (k.cfs.throttled[cfs] === 1 && rich) throw new Error(`cfs_rq ${cfs} is throttled with runtime`);
  }
  for (let tg = 0; tg < k.groups; tg++) {
    if (!(k.tg.runtime[tg]! >= 0)) throw new Error(`group ${tg} has ${k.tg.runtime[tg]} ns`);
  }
}

/** Whether a group's entity is to be queued. */
function groupRuns(k: Kernel, cfs: number): boolean {
  return k.cfs.nr_running[cfs]! > 0 && k.cfs.throttled[cfs] === 0;
}

describe('nested groups with quotas', () => {
  it('keep counts, weights and throttle counts in step along random lives', () => {
    let k: Kernel | null = null;
    const throttled = new Set<string>();
    repeat(N, 173, (draw, index) => {
      if (index % 500 === 0) k = nested(draw);
      const kernel = k!;
      const roll = draw.below(10);
      if (roll < 4) nestedRun(kernel, draw, 1 + draw.below(3), draw.below(2));
      else if (roll < 7) {
        const p = draw.below(kernel.tasks);
        if (kernel.task.on_rq[p] === 1) dequeue(kernel, p);
        else enqueue(kernel, p);
      } else nestedPass(kernel, draw.below(4 * MS));
      assertHierarchy(kernel);
      const se = draw.below(kernel.se.rows);
      sched_slice(kernel, kernel.se.cfs_rq[se]!, se);
      let who = '';
      for (let cfs = 0; cfs < kernel.cfs.rows; cfs++) who += kernel.cfs.throttled[cfs];
      throttled.add(who);
    });
    expect(throttled.size).toBeGreaterThan(20);
  });
});

function nestedRun(k: Kernel, draw: Draw, tg: number, cpu: number): void {
  const cfs = k.tg_cfs_rq(tg, cpu);
  if (k.cfs.nr_running[cfs] === 0 || k.cfs.throttle_count[cfs] !== 0) return;
  const ns = draw.below(8 * MS);
  // Accounted and checked from the task upwards, as put_prev_task_fair() does.
  for (let at = tg; at > 0; at = k.tg.parent[at]!) account_cfs_rq_runtime(k, k.tg_cfs_rq(at, cpu), ns);
  for (let at = tg; at > 0; at = k.tg.parent[at]!) check_cfs_rq_runtime(k, k.tg_cfs_rq(at, cpu));
}

function nestedPass(k: Kernel, ns: number): void {
  const end = k.g.now[0]! + ns;
  for (;;) {
    let due = NIL;
    for (let tg = 1; tg < k.groups; tg++) {
      if (k.tg.period_active[tg] === 0 || k.tg.period_expires[tg]! - CLOCK_BASE > end) continue;
      if (due === NIL || k.tg.period_expires[tg]! < k.tg.period_expires[due]!) due = tg;
    }
    if (due === NIL) break;
    setTime(k, Math.max(k.g.now[0]!, k.tg.period_expires[due]! - CLOCK_BASE));
    sched_cfs_period_timer(k, due);
  }
  setTime(k, end);
  for (let tg = 1; tg < k.groups; tg++) if (k.tg.slack_started[tg] === 1) do_sched_cfs_slack_timer(k, tg);
}

describe('throttle_cfs_rq', () => {
  it('takes the last of the pool instead of throttling', () => {
    const k = kernel({ parents: [0] });
    assignTask(k, 0, 1);
    setNice(k, 0, 0, SCHED_NORMAL);
    set_group_bandwidth(k, 1, 10 * MS, 100 * MS, 0);
    const cfs = k.tg_cfs_rq(1, 0);
    k.cfs.runtime_remaining[cfs] = -3;
    expect(throttle_cfs_rq(k, cfs)).toBe(false);
    expect(k.cfs.runtime_remaining[cfs]).toBe(1);
    expect(k.tg.runtime[1]).toBe(10 * MS - 4);
    k.tg.runtime[1] = 0;
    k.cfs.runtime_remaining[cfs] = 0;
    expect(throttle_cfs_rq(k, cfs)).toBe(true);
    expect(k.tg.throttled_head[1]).toBe(cfs);
  });
});
