import type { BundleContents } from '../../bundle/tables/contents.js';
import {
  CAUSE_BALANCE, DEQUEUE_NOCLOCK, ENQUEUE_MIGRATED, ENQUEUE_NOCLOCK, ENQUEUE_WAKEUP, TASK_ON_RQ_MIGRATING, TASK_ON_RQ_QUEUED,
  TASK_WAKING,
} from '../../sim/kernel/constants.js';
import { activate_task, deactivate_task, set_task_cpu } from '../../sim/kernel/core/activate.js';
import { rq_clock_skip_update, update_rq_clock } from '../../sim/kernel/core/clock.js';
import { put_prev_task_fair } from '../../sim/kernel/fair/pick.js';
import type { SgLbStats } from '../../sim/kernel/balance/sg-stats.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { CLOCK_BASE, Kernel } from '../../sim/kernel/kernel.js';
import { attach_topology } from '../../sim/kernel/topology/attach.js';
import { build_topology } from '../../sim/kernel/topology/build.js';
import { create_group, init_root_group, set_group_idle, set_group_weight } from '../../sim/kernel/core/task-group.js';
import type { KernelCosts } from '../../sim/kernel/config.js';
import type { MachineProfile } from '../../sim/profile.js';
import { Above } from './above.js';
import { Affinity } from '../past/affinity.js';
import { clockAt, fitClock, tickRate, type ClockFit } from '../time/clock.js';
import { readsOf } from '../time/looks.js';
import { fitLags, settleOffset, type Lags } from '../time/lags.js';
import { startQueues } from './queues.js';
import { firstBalances } from '../../bundle/first-balances.js';
import { setLastBalances } from '../../sim/start/last-balances.js';
import { Features } from '../agreement/features.js';
import { Foresight } from '../past/foresight.js';
import { sched_move_task } from '../../sim/kernel/core/priority.js';
import { NO_HARDWARE } from './hardware.js';
import { IdleMask } from './idle-mask.js';
import type { Quanta } from '../time/quanta.js';
import { PastFlips } from '../past/flips.js';
import { PastIdle } from '../past/idled.js';
import { Roster } from './roster.js';
import { quantaOf } from '../time/rounds.js';
import { Runtimes } from '../time/runtimes.js';
import type { OpenSearch } from '../rows/searches.js';
import type { Answer, Seen } from '../rows/busiest.js';
import type { Begin } from '../stream.js';
import type { Tally } from '../agreement/tally.js';
import { Views } from './views.js';
import { unsearchedWakings, type Unsearched } from '../past/unsearched.js';
import { fitWoken } from '../time/woken.js';
import { Witness } from './witness.js';

/** Rows for tasks beside those that the recording names. */
const SPARE_TASKS = 64;

const FREE: KernelCosts = {
  context_switch: 0, wakeup: 0, fork: 0, fork_wake: 0, tick: 0, ipi_delay: 0, ipi_turn: 0, idle_exit_delay: 0, tick_restart: 0,
  lb_base: 0, lb_per_cpu: 0, lb_per_task: 0, lb_per_move: 0, newidle_base: 0, stopper: 0,
  schedule: 0, dequeue: 0, activate: 0, ipi_send: 0, user_return: 0, trace_event: 0,
};

/** What find_busiest_group() knows of a group. */
export type GroupStats = Readonly<Pick<SgLbStats,
  'sum_nr_running' | 'sum_h_nr_running' | 'idle_cpus' | 'group_load' | 'group_util' | 'group_runnable' | 'group_capacity'
>>;

/** How far a search came, and the busiest CPU or −1. */
export interface Found {
  readonly stage: number;
  readonly busiest: number;
}

/** A load_balance() that the recording is in the middle of. */
export interface OpenBalance {
  /** When it looked at the queues, ns. */
  readonly ts: number;
  /** CPU that the domain belongs to. */
  readonly cpu: number;
  readonly sd: number;
  readonly idle: number;
  /** The queues as its look at them could see them. */
  readonly states: readonly Seen[];
  /** Groups that the model finds, until the queues are looked at: its answer, and those of other times of the reads. */
  answers: readonly Answer[];
  /** What the model says: stage and busiest CPU. */
  stage: number;
  busiest: number;
  /** What it says with the reads a little earlier and later. */
  readonly others: Found[];
  /** Tasks that the model would move, from the recorded busiest queue; −1 where that was not asked. */
  moved: number;
  /** A task waited there whose affinity had changed, and no record had shown whether it may come. */
  unsure: boolean;
  /** Imbalance and migration type that the kernel found. */
  imbalance: number;
  migrationType: number;
  /** Tasks detached and not yet attached. */
  readonly detached: number[];
  /** The first of them has been queued again. */
  attaching: boolean;
  /** The model's statistics where there is a busiest group. */
  groups: { readonly local: GroupStats; readonly busiest: GroupStats } | null;
  /** The record shows another number of tasks, or of idle CPUs, in a group than the model has. */
  otherNumbers: boolean;
  /** Calls of can_migrate_task() so far. */
  asked: number;
  /** CPU that the last of them asked about, or −1. */
  source: number;
  /** Queues on which all tasks were pinned: the balance goes on without those CPUs. */
  readonly cleared: number[];
}

/** By how much a queue's counts have risen that other CPUs do not see yet. */
interface HiddenCount {
  readonly cpu: number;
  readonly nr: number;
  readonly hNr: number;
  /** It made the machine overloaded. */
  readonly overload: boolean;
}

/**
 * The simulated machine that a recording drives: the kernel model alone, without events, programs or costs of its own. Time
 * is what the recording says.
 */
export class World {
  readonly k: Kernel;
  readonly clock: ClockFit;
  readonly lags: Lags;
  readonly roster: Roster;
  readonly affinity: Affinity;
  readonly flips: PastFlips;
  readonly pastIdle: PastIdle;
  readonly foresight: Foresight;
  readonly idleMask: IdleMask;
  readonly witness: Witness;
  readonly runtimes: Runtimes;
  readonly quanta: Quanta;
  /** From the clock read to the record of a placement on an idle CPU, ns. */
  readonly wokenLag: number;
  readonly features = new Features();
  /** Tasks above the fair class. */
  readonly above: Above;
  /** 1 where the running task has left its queue and the switch has not come yet. */
  readonly switching: Uint8Array;
  /** Gate that the model expects of the newly-idle balance under way; −1: none is. */
  readonly expectedGate: Int8Array;
  /** The model's avg_idle when that balance began. */
  readonly modelIdle: Float64Array;
  /** Since when a newly-idle balance goes on, ns; −1: none does. */
  readonly idleSince: Float64Array;
  /** When a wake-up was last sent on its way to a CPU, or a task was queued on it. */
  readonly arrivedAt: Float64Array;
  /** CPU that sent that wake-up, or −1 where the task was queued. */
  readonly arrivedFrom: Int32Array;
  /** Wake-ups on their way to a CPU that is to finish them itself. */
  readonly pendingWakes: Int32Array;
  /** What should_we_balance() said of a newly-idle balance under way; −1: not asked. */
  readonly may: Int8Array;
  /** CPU that a task's wake-up is on its way to, or −1. */
  readonly sentTo: Int32Array;
  /** When a CPU last took up a wake-up of the task, ns. */
  readonly takenAt: Float64Array;
  /** 1 where a CPU's tick may have raised the softirq that balances. */
  readonly ticked: Uint8Array;
  /** By CPU: what the entities of the running task's groups weighed before the last tick there. */
  readonly beforeTick: ReadonlyArray<Map<number, number>>;
  /** Tick at which the periodic balance last aged a CPU's load. */
  readonly agedAt: Float64Array;
  /** By CPU whose domain is balanced. */
  readonly balances: (OpenBalance | null)[];
  /** Entities of groups that were queued with the last task on a CPU, and whose own records are still to come. */
  readonly queued: number[][];
  /** The model's rd->overload, and when it changed last, ns. */
  overload = 0;
  overloadAt = -Infinity;
  /** What it was when a CPU's newly-idle balance began. */
  readonly modelOverload: Uint8Array;
  /** Wake-ups whose search is not over, by row. */
  readonly searches = new Map<number, OpenSearch>();
  private readonly hidden = new Map<number, HiddenCount>();
  /** Tasks taken from a queue outside a balance, to be queued elsewhere. */
  readonly loose: number[] = [];
  private begins: readonly Begin[] = [];
  private begun = new Uint8Array(0);
  private readonly beginsOf: number[][];
  private readonly beginAt: Int32Array;
  readonly views: Views;
  /** What the look at the queues that is under way could see so far, by CPU. */
  readonly seen: Seen[][];
  /** Whether the recording shows where tasks are put in their queues; without that, vruntimes are not known. */
  readonly showsPlaces: boolean;
  readonly showsNewidle: boolean;
  /** Wakings without a search for a CPU, and what became of them. */
  readonly unsearched: ReadonlyMap<number, Unsearched>;
  /** 1 once a CPU has been seen to go idle: since when one idles that was idle before the recording is not known. */
  readonly seenIdle: Uint8Array;
  /** 1 once the averages of a CPU's root queue have been seen in a record; before that they are not known. */
  readonly seenCpu: Uint8Array;
  /** When that was, ns since the first event. */
  readonly seenAt: Float64Array;
  /** The same of a task: unknown where it or the CPU that it was born on was not seen before. */
  readonly seenTask: Uint8Array;
  /** When a task last joined a queue that it was not on before, by the PELT clock, ns. */
  readonly joinedAt: Float64Array;
  /** The same, ns since the first event. */
  readonly joinedTs: Float64Array;
  /** Whether the last waking of a task came from an interrupt. */
  readonly wokenByInterrupt: Uint8Array;
  /** 1 where a task has been woken since it runs: it may be on its way into schedule(), to sleep, and stays queued then. */
  readonly wokenRunning: Uint8Array;
  /** sched_clock() when the recording began, ns. */
  startClock = 0;
  /** The moment that the model stands at. */
  private ts = 0;
  /** Rows of groups by the id that the recording has for them. */
  private readonly groups = new Map<number, number>();
  private readonly tickNs: number;

  constructor(
    readonly contents: BundleContents,
    profile: MachineProfile,
    readonly tally: Tally,
    readonly tickPhaseNs: number,
    /** Whether the wakee_flips of the past were due to be halved when the recording began. */
    readonly flipsDue = false,
  ) {
    const recordedGroups = contents.manifest.groups ?? [];
    const k = new Kernel({
      tasks: contents.tasks.length + SPARE_TASKS,
      groups: recordedGroups.length + 1,
      masks: contents.masks.length + profile.topology.cpus.length + 1 + contents.tasks.length + SPARE_TASKS,
      topology: build_topology(profile.topology, profile.domains),
      sysctl: profile.sysctl,
      features: profile.features,
      costs: FREE,
      hz: profile.hz,
    });
    this.k = k;
    attach_topology(k, build_topology(profile.topology, profile.domains));
    const fit = fitClock(contents);
    ({ clock: this.clock, lags: this.lags } = settleOffset(fit, fitLags(contents, fit), contents));
    this.runtimes = new Runtimes(contents);
    this.wokenLag = fitWoken(contents, this.runtimes, this.lags.gate);
    this.witness = new Witness();
    k.hw = NO_HARDWARE;
    k.trace = this.witness;
    const hz = tickRate(this.clock, profile.hz);
    this.tickNs = 1e9 / hz;
    this.above = new Above(k, { isRealtime: (pid) => this.roster.isRealtime(pid), isDeadline: (pid) => this.roster.isDeadline(pid) });
    this.switching = new Uint8Array(k.cpus);
    this.expectedGate = new Int8Array(k.cpus).fill(-1);
    this.modelIdle = new Float64Array(k.cpus);
    this.modelOverload = new Uint8Array(k.cpus);
    this.idleSince = new Float64Array(k.cpus).fill(-1);
    this.arrivedAt = new Float64Array(k.cpus).fill(-1);
    this.arrivedFrom = new Int32Array(k.cpus).fill(-1);
    this.quanta = quantaOf(contents, hz, tickPhaseNs);
    this.pendingWakes = new Int32Array(k.cpus);
    this.ticked = new Uint8Array(k.cpus);
    this.beforeTick = Array.from({ length: k.cpus }, () => new Map<number, number>());
    this.agedAt = new Float64Array(k.cpus).fill(-1);
    this.balances = new Array<OpenBalance | null>(k.cpus).fill(null);
    this.views = new Views(k);
    this.seen = Array.from({ length: k.cpus }, () => []);
    this.showsNewidle = contents.instrument.newidles !== undefined;
    this.showsPlaces = contents.instrument.places !== undefined;
    this.unsearched = unsearchedWakings(contents);
    this.seenIdle = new Uint8Array(k.cpus);
    this.seenCpu = new Uint8Array(k.cpus);
    this.seenAt = new Float64Array(k.cpus);
    this.seenTask = new Uint8Array(k.tasks);
    this.joinedAt = new Float64Array(k.tasks);
    this.may = new Int8Array(k.cpus).fill(-1);
    this.sentTo = new Int32Array(k.tasks).fill(NIL);
    this.takenAt = new Float64Array(k.tasks).fill(-1);
    this.joinedTs = new Float64Array(k.tasks);
    this.wokenByInterrupt = new Uint8Array(k.tasks);
    this.wokenRunning = new Uint8Array(k.tasks);

    k.mask.set(0, Array.from({ length: k.cpus }, (_, cpu) => cpu));
    contents.masks.forEach((cpus, row) => k.mask.set(row + 1, cpus));
    for (let cpu = 0; cpu < k.cpus; cpu++) k.mask.set(contents.masks.length + 1 + cpu, [cpu]);
    this.start(contents);
    init_root_group(k);
    this.groups.set(0, 0);
    recordedGroups.forEach((group, i) => {
      const tg = i + 1;
      create_group(k, tg, this.groups.get(group.parent) ?? 0);
      if (group.idle) set_group_idle(k, tg);
      else set_group_weight(k, tg, group.weight);
      // Who is throttled, and when, the recording says: the model's own pool gives nothing and takes nothing.
      if (group.quotaNs !== null) {
        k.cfs_bandwidth_used = true;
        k.tg.quota[tg] = group.quotaNs;
        k.tg.period_active[tg] = 1;
      }
      this.groups.set(group.id, tg);
    });
    startQueues(k, contents.manifest.runQueues ?? [], this.startClock);
    this.foresight = new Foresight(contents);
    this.roster = new Roster(this);
    this.affinity = new Affinity(this, contents.masks.length + 1 + k.cpus, contents, this.unsearched);
    this.flips = new PastFlips(this);
    this.pastIdle = new PastIdle(this);
    this.idleMask = new IdleMask(this);
    this.queued = Array.from({ length: k.cpus }, () => []);
    this.beginsOf = Array.from({ length: k.cpus }, () => []);
    this.beginAt = new Int32Array(k.cpus);
  }

  /** Hands over the switches that the recording implies; called once, before the first step. */
  schedule(begins: readonly Begin[]): void {
    this.begins = begins;
    this.begun = new Uint8Array(begins.length);
    begins.forEach((begin, i) => this.beginsOf[begin.cpu]?.push(i));
  }

  /** The next switch that `cpu` is to begin, which then counts as begun; null: none is left. */
  nextBegin(cpu: number): Begin | null {
    const list = this.beginsOf[cpu]!;
    const index = list[this.beginAt[cpu]!];
    if (index === undefined) return null;
    this.beginAt[cpu]!++;
    this.begun[index] = 1;
    return this.begins[index]!;
  }

  /** Whether switch number `index` is still to begin; it then counts as begun. */
  takeBegin(index: number): boolean {
    if (this.begun[index] !== 0) return false;
    this.begun[index] = 1;
    this.beginAt[this.begins[index]!.cpu]!++;
    return true;
  }

  /** A later event has shown that the task is in another group. */
  regroup(ts: number, pid: number, group: number): void {
    const p = this.roster.row(pid);
    if (p === NIL || !this.knowsGroup(group)) return;
    this.at(ts, this.k.task.cpu[p]!, 0);
    this.changeGroup(p, this.group(group));
  }

  changeGroup(p: number, tg: number): void {
    sched_move_task(this.k, p, tg);
  }

  /** The moment that the model stands at, ns. */
  get now(): number {
    return this.ts;
  }

  /** Row of the group that the recording calls `id`; 0, the root, where it does not tell how the group was set. */
  group(id: number): number {
    return this.groups.get(id) ?? 0;
  }

  knowsGroup(id: number): boolean {
    return this.groups.has(id);
  }

  /** Row of MaskTable for a row of the recording's masks. */
  mask(row: number): number {
    return row + 1;
  }

  /** Row of MaskTable of one CPU alone. */
  maskOf(cpu: number): number {
    return this.contents.masks.length + 1 + cpu;
  }

  /**
   * The moment `ts` of the recording, on behalf of `cpu`.
   * @param lag ns by which the kernel read its clock before the record was made
   */
  at(ts: number, cpu: number, lag: number): void {
    this.atClock(ts, clockAt(this.clock, ts) - lag, cpu);
  }

  /** The same where the recording shows the clock itself, ns. */
  atClock(ts: number, clock: number, cpu: number): void {
    this.ts = ts;
    const g = this.k.g;
    g.now[0] = clock - CLOCK_BASE;
    g.charged[0] = 0;
    g.this_cpu[0] = cpu;
    const jiffies = Math.floor((ts - this.tickPhaseNs) / this.tickNs) + 1001;
    if (jiffies > g.jiffies[0]!) g.jiffies[0] = jiffies;
  }

  /** A task that is not queued is taken to another CPU. */
  moveTo(p: number, cpu: number): void {
    const { k } = this;
    const from = k.task.cpu[p]!;
    if (from === cpu) return;
    if (k.task.on_rq[p] === TASK_ON_RQ_QUEUED) {
      if (k.rq.curr[from] === p) {
        put_prev_task_fair(k, p);
        k.rq.curr[from] = NIL;
        k.task.on_cpu[p] = 0;
      }
      deactivate_task(k, from, p, DEQUEUE_NOCLOCK);
    } else if (k.task.on_rq[p] === 0) {
      k.task.state[p] = TASK_WAKING;
    }
    set_task_cpu(k, p, cpu, CAUSE_BALANCE);
  }

  /** Queues a task on its CPU, as at a wake-up or, where it was taken from another queue, as at a migration. */
  enqueue(p: number, cpu: number): void {
    const { k } = this;
    if (k.task.on_rq[p] === TASK_ON_RQ_QUEUED) return;
    const migrating = k.task.on_rq[p] === TASK_ON_RQ_MIGRATING;
    const migrated = k.avg.last_update_time[p] === 0;
    update_rq_clock(k, cpu);
    this.arrivedAt[cpu] = this.ts;
    this.arrivedFrom[cpu] = -1;
    const flags = ENQUEUE_NOCLOCK | (migrating ? 0 : ENQUEUE_WAKEUP | (migrated ? ENQUEUE_MIGRATED : 0));
    this.queueing(p, cpu, () => activate_task(k, cpu, p, flags));
  }

  /** Does `change`, which queues the entity `se` or one above it, and notes which entities of groups it queues with it. */
  queueing(se: number, cpu: number, change: () => void): void {
    const { se: e, tasks } = this.k;
    const { avg } = this.k;
    const joins = avg.last_update_time[se] === 0;
    const idle: number[] = [];
    for (let at = se; at !== NIL; at = e.parent[at]!) if (at >= tasks && e.on_rq[at] === 0) idle.push(at);
    change();
    if (joins && se < tasks) [this.joinedAt[se], this.joinedTs[se]] = [avg.last_update_time[se]!, this.ts];
    this.queued[cpu] = idle.filter((at) => e.on_rq[at] !== 0);
  }

  /**
   * Makes a placement: other CPUs do not see it in the counts of the queue yet.
   * @param row of the placement
   */
  hide(row: number, cpu: number, change: () => void): void {
    const { cfs, g, rq } = this.k;
    const [nr, hNr, overload] = [rq.nr_running[cpu]!, cfs.h_nr_running[cpu]!, g.overload[0]!];
    change();
    const hidden = { cpu, nr: rq.nr_running[cpu]! - nr, hNr: cfs.h_nr_running[cpu]! - hNr, overload: g.overload[0] !== overload };
    [rq.nr_running[cpu], cfs.h_nr_running[cpu], g.overload[0]] = [nr, hNr, overload];
    this.hidden.set(row, hidden);
  }

  /** The placement of that row is counted. */
  counted(row: number): void {
    const hidden = this.hidden.get(row);
    if (hidden === undefined) return;
    this.hidden.delete(row);
    const { cfs, g, rq } = this.k;
    rq.nr_running[hidden.cpu]! += hidden.nr;
    cfs.h_nr_running[hidden.cpu]! += hidden.hNr;
    if (hidden.overload) g.overload[0] = 1;
  }

  /** From the first read of that domain's queues to the last one's, ns; 0 where there is none. */
  lookNs(cpu: number, level: number): number {
    const sd = this.domain(cpu, level);
    return sd === NIL ? 0 : readsOf(this.k, sd).length;
  }

  /** A task has joined the queue of a CPU: where the idle task runs, it is to reschedule, with the clock as it was read. */
  wakeIdle(cpu: number): void {
    const { rq } = this.k;
    if (rq.curr[cpu] !== NIL || this.above.runs(cpu)) return;
    rq.need_resched[cpu] = 1;
    rq_clock_skip_update(this.k, cpu);
  }

  /** Domain of `cpu` at a level, or NIL. */
  domain(cpu: number, level: number): number {
    const table = this.k.sd;
    for (let sd = this.k.rq.sd[cpu]!; sd !== NIL; sd = table.parent[sd]!) if (table.level[sd] === level) return sd;
    return NIL;
  }

  /** What an idle boot leaves in the run queues. */
  private start(contents: BundleContents): void {
    const { rq, sysctl, sds, g } = this.k;
    const migrationCost = Math.max(0, sysctl.migration_cost_ns);
    this.at(0, 0, 0);
    g.jiffies[0] = 1000;
    if (!this.flipsDue) rq.idle_wakee_flip_decay_ts.fill(g.jiffies[0]);
    setLastBalances(this.k, firstBalances(contents.tables.balances, 0), this.tickPhaseNs, g.jiffies[0]);
    const clock = this.k.sched_clock();
    this.startClock = clock;
    for (let cpu = 0; cpu < this.k.cpus; cpu++) {
      for (const column of [rq.clock, rq.clock_task, rq.clock_pelt, rq.clock_idle, rq.clock_pelt_idle]) column[cpu] = clock;
      rq.avg_idle[cpu] = 2 * migrationCost;
      rq.max_idle_balance_cost[cpu] = migrationCost;
      const shared = rq.sd_llc_shared[cpu]!;
      if (shared !== NIL) {
        sds.has_idle_cores[shared] = this.k.smt_active ? 1 : 0;
        sds.nr_idle_scan[shared] = rq.sd_llc_size[cpu]!;
      }
    }
  }
}
