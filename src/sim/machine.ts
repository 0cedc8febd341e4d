import { PF_KTHREAD, PF_PER_CPU_KTHREAD, TASK_DEAD } from './kernel/constants.js';
import { active_load_balance_cpu_stop } from './kernel/balance/active.js';
import { nohz_csd_func, nohz_run_idle_balance } from './kernel/balance/nohz.js';
import { migration_cpu_stop } from './kernel/core/affinity.js';
import { type NewTask, sched_fork, wake_up_new_task } from './kernel/core/fork.js';
import { schedule, stop_begin, stop_done } from './kernel/core/schedule.js';
import { sched_ttwu_pending, try_to_wake_up } from './kernel/core/wakeup.js';
import { do_sched_cfs_slack_timer, sched_cfs_period_timer } from './kernel/fair/bandwidth-timer.js';
import type { Hardware } from './kernel/hooks.js';
import type { Kernel } from './kernel/kernel.js';
import { NIL } from './kernel/state/table.js';
import { CacheModel } from './cache.js';
import { childSeed, Draws, type SavedStreams } from './draws.js';
import { EventQueue } from './engine/queue.js';
import { interpret, ProgramError, Step } from './interpreter.js';
import type { MachineProfile } from './profile.js';
import { FOREVER, type Workload } from './program.js';
import { Stream } from './rng.js';
import { SimTaskTable } from './sim-tasks.js';
import { SyncObjects } from './sync.js';
import { Ticks } from './ticks.js';

/** Sources of events. The slots of a CPU are kind · cpus + cpu; those of tasks and groups follow. */
enum Source {
  BURST,
  RESCHED,
  TTWU,
  NOHZ,
  ACTIVE_BALANCE,
  MIGRATION,
  PER_CPU,
  TASK_TIMER = PER_CPU,
  BIRTH,
  PERIOD,
  SLACK,
}

/** A task that was born, for the result. */
interface Birth {
  readonly row: number;
  readonly pid: number;
  readonly comm: string;
  readonly nice: number;
  /** CPU time at its death; −1 while it lives. */
  runNs: number;
}

/** The part of a snapshot that is not in the arena. */
export interface SavedMachine {
  readonly rng: ReadonlyArray<readonly number[]>;
  readonly draws: SavedStreams;
  readonly births: readonly Birth[];
}

/**
 * The hardware and the programs around the kernel model: clocks, timers, interrupts, CPUs that burn time, caches.
 *
 * One event is dispatched at a time. It runs kernel code on behalf of one CPU (this_cpu); what that code charges delays
 * the task that runs there. Between events every running task has its next operation due at a known time (BURST).
 */
export class Machine implements Hardware {
  readonly t: SimTaskTable;
  readonly queue: EventQueue;
  private readonly ticks: Ticks;
  readonly sync: SyncObjects;
  readonly draws: Draws;
  readonly cache: CacheModel;
  /** [units of work marked] */
  readonly marked: Float64Array;
  readonly code: Uint8Array;
  readonly argA: Float64Array;
  readonly argB: Float64Array;
  readonly births: Birth[] = [];

  private readonly speed: Int32Array;
  private readonly migrationTask: Int32Array;
  private readonly migrationDest: Int32Array;
  /** [next row never used, tasks alive, next ordinal, next pid, events dispatched] */
  private readonly counts: Float64Array;
  private readonly freeRows: Int32Array;
  /** [head, tail] of the ring of freed rows. */
  private readonly freeRing: Float64Array;
  private readonly kind: Uint8Array;
  private readonly arg: Int32Array;
  private readonly timerBase: number;
  private readonly birthBase: number;
  private readonly periodBase: number;
  private readonly slackBase: number;
  private readonly rng: Stream[];
  private readonly rootSeed: number;

  constructor(
    readonly k: Kernel,
    readonly profile: MachineProfile,
    readonly workload: Workload,
    seed: number,
    takeTicksTogether: boolean,
  ) {
    const a = k.arena;
    const { cpus, tasks, groups } = k;
    this.t = new SimTaskTable(a, tasks);
    this.sync = new SyncObjects(a, this.t, workload);
    this.draws = new Draws(this.t, workload);
    this.cache = new CacheModel(k, profile.cache);
    this.marked = a.f64(1);
    this.code = workload.program.code;
    this.argA = workload.program.a;
    this.argB = workload.program.b;

    const births = workload.initial.length;
    this.timerBase = Source.PER_CPU * cpus;
    this.birthBase = this.timerBase + tasks;
    this.periodBase = this.birthBase + births;
    this.slackBase = this.periodBase + groups;
    const slots = this.slackBase + groups;
    this.queue = new EventQueue(a, slots);
    this.kind = new Uint8Array(slots);
    this.arg = new Int32Array(slots);
    for (let slot = 0; slot < slots; slot++) this.nameSlot(slot, cpus);

    this.ticks = new Ticks(k, this, profile.tickSkewNs, new Stream(seed, 'tick'), takeTicksTogether);
    this.speed = a.i32(cpus, 1024);
    this.migrationTask = a.i32(cpus, NIL);
    this.migrationDest = a.i32(cpus, NIL);
    this.counts = a.f64(5);
    this.counts[3] = 1000;
    this.freeRows = a.i32(tasks + 1);
    this.freeRing = a.f64(2);
    this.rng = Array.from({ length: cpus }, (_, cpu) => new Stream(seed, `kernel ${cpu}`));

    for (let cpu = 0; cpu < cpus; cpu++) this.speed[cpu] = k.cpu_scale[cpu]!;
    workload.initial.forEach((task, i) => {
      this.queue.schedule(this.birthBase + i, task.startNs);
    });
    this.rootSeed = new Stream(seed, 'workload').uint32();
  }

  get alive(): number {
    return this.counts[1]!;
  }

  get events(): number {
    return this.counts[4]!;
  }

  /** Whether tasks that have not been born yet are still to come. */
  get moreToCome(): boolean {
    for (let slot = this.birthBase; slot < this.periodBase; slot++) if (this.queue.pending(slot)) return true;
    return false;
  }

  /** Time of the next event, or Infinity. */
  get nextTime(): number {
    const tick = this.ticks.nextTime;
    if (this.queue.size === 0) return tick;
    const time = this.queue.time(this.queue.first());
    return time < tick ? time : tick;
  }

  /** Takes the ticks that have been put off up to now, so that the state can be read. */
  settle(now: number): void {
    this.ticks.takeAll(now, this.k.cpus);
  }

  /** Dispatches the next event. There must be one. At the same time ticks come first, in order of CPU. */
  step(): void {
    const { k, queue, ticks } = this;
    const tick = ticks.nextTime;
    if (queue.size === 0 || tick <= queue.time(queue.first())) {
      this.counts[4]!++;
      k.g.now[0] = tick;
      ticks.dispatch(tick);
      return;
    }
    const slot = queue.first();
    const now = queue.time(slot);
    queue.pop();
    this.counts[4]!++;
    k.g.now[0] = now;
    ticks.moveJiffies(now);
    ticks.takeAll(now, k.cpus);
    const arg = this.arg[slot]!;
    switch (this.kind[slot]) {
      case Source.BURST:
        this.enter(arg);
        this.t.work[k.rq.curr[arg]!] = 0;
        this.proceed(arg);
        break;
      case Source.RESCHED:
        this.enter(arg);
        if (k.rq.need_resched[arg] !== 0) {
          this.reschedule(arg, true);
          this.proceed(arg);
        }
        break;
      case Source.TTWU:
        this.enter(arg);
        sched_ttwu_pending(k, arg);
        if (k.rq.need_resched[arg] !== 0) {
          this.reschedule(arg, true);
          this.proceed(arg);
        } else {
          this.leave(arg);
        }
        break;
      case Source.NOHZ:
        this.enter(arg);
        nohz_csd_func(k, arg);
        this.leave(arg);
        break;
      case Source.ACTIVE_BALANCE:
      case Source.MIGRATION:
        this.onStopper(arg, this.kind[slot] === Source.MIGRATION);
        break;
      case Source.TASK_TIMER: {
        const cpu = k.task.cpu[arg]!;
        this.enter(cpu);
        k.in_task = false;
        try_to_wake_up(k, arg, 0);
        k.in_task = true;
        this.leave(cpu);
        break;
      }
      case Source.BIRTH:
        this.onBirth(arg);
        break;
      case Source.PERIOD:
        this.enter(0);
        sched_cfs_period_timer(k, arg);
        this.leave(0);
        break;
      default:
        this.enter(0);
        do_sched_cfs_slack_timer(k, arg);
        this.leave(0);
        break;
    }
  }

  // ---- what the kernel asks of its hardware

  send_reschedule(cpu: number): void {
    const slot = Source.RESCHED * this.k.cpus + cpu;
    if (!this.queue.pending(slot)) this.queue.schedule(slot, this.k.g.now[0]! + this.interruptDelay(cpu));
  }

  send_ttwu(cpu: number): void {
    this.queue.schedule(Source.TTWU * this.k.cpus + cpu, this.k.g.now[0]! + this.interruptDelay(cpu));
  }

  send_nohz_kick(cpu: number): void {
    const slot = Source.NOHZ * this.k.cpus + cpu;
    if (!this.queue.pending(slot)) this.queue.schedule(slot, this.k.g.now[0]! + this.interruptDelay(cpu));
  }

  queue_active_balance(cpu: number): void {
    this.queue.schedule(Source.ACTIVE_BALANCE * this.k.cpus + cpu, this.k.g.now[0]! + this.k.cost.ipi_delay);
  }

  queue_migration(p: number, dest: number): void {
    const cpu = this.k.task.cpu[p]!;
    this.migrationTask[cpu] = p;
    this.migrationDest[cpu] = dest;
    this.queue.schedule(Source.MIGRATION * this.k.cpus + cpu, this.k.g.now[0]!);
  }

  start_period_timer(tg: number, expires: number): void {
    this.queue.schedule(this.periodBase + tg, expires);
  }

  start_slack_timer(tg: number, delay: number): void {
    this.queue.schedule(this.slackBase + tg, this.k.g.now[0]! + delay);
  }

  sched_rng(): number {
    return this.rng[this.k.g.this_cpu[0]!]!.uint32();
  }

  // ---- what the interpreter asks

  /** Whether the stopper is about to take `cpu`: its task must not go on. */
  stopPending(cpu: number): boolean {
    return this.queue.pending(Source.MIGRATION * this.k.cpus + cpu);
  }

  /** Wakes the sleeping task `p` at `time`. */
  setTimer(p: number, time: number): void {
    this.queue.schedule(this.timerBase + p, time);
  }

  /** fork(): a child of `parent` that starts at operation `entry`. */
  fork(parent: number, entry: number, template: number): void {
    const { k, t } = this;
    const cpu = k.task.cpu[parent]!;
    k.charge(k.cost.fork);
    const row = this.takeRow();
    const like = template >= 0 ? template : t.template[parent]!;
    const spec = this.workload.templates[like]!;
    const own = template < 0;
    const born: NewTask = {
      pid: own || spec.pid === undefined ? this.nextPid() : spec.pid,
      nice: own ? k.task.nice[parent]! : spec.nice,
      policy: own ? k.task.policy[parent]! : spec.policy,
      mask: own ? k.task.mask[parent]! : spec.mask,
      tg: own ? k.task.tg[parent]! : spec.group,
      flags: spec.perCpuKthread === true ? PF_KTHREAD | PF_PER_CPU_KTHREAD : 0,
    };
    const seed = childSeed(t.seed[parent]!, t.births[parent]!++);
    this.bear(row, like, entry, seed, born);
    t.parent[row] = parent;
    t.parentOrdinal[row] = t.ordinal[parent]!;
    t.children[parent]!++;
    sched_fork(k, row, cpu, parent, born);
    k.trace.sched_process_fork(parent, row);
    wake_up_new_task(k, row);
  }

  // ---- snapshots: what is not in the arena

  save(): SavedMachine {
    return {
      rng: this.rng.map((stream) => stream.save()),
      draws: this.draws.save(),
      births: this.births.map((birth) => ({ ...birth })),
    };
  }

  load(saved: SavedMachine): void {
    saved.rng.forEach((state, cpu) => this.rng[cpu]!.load(state));
    this.draws.load(saved.draws);
    this.births.length = 0;
    this.births.push(...saved.births.map((birth) => ({ ...birth })));
    this.ticks.forgetJiffy();
  }

  // ---- events

  private onStopper(cpu: number, migration: boolean): void {
    const { k } = this;
    this.enter(cpu);
    const prev = k.rq.curr[cpu]!;
    if (prev !== NIL) this.suspend(cpu, prev);
    stop_begin(k, cpu);
    if (migration) {
      const p = this.migrationTask[cpu]!;
      this.migrationTask[cpu] = NIL;
      if (p !== NIL) migration_cpu_stop(k, cpu, p, this.migrationDest[cpu]!);
    } else {
      active_load_balance_cpu_stop(k, cpu);
    }
    const next = stop_done(k, cpu);
    this.switched(cpu, prev, next);
    this.proceed(cpu);
  }

  private onBirth(index: number): void {
    const { k, t, workload } = this;
    const initial = workload.initial[index]!;
    const spec = workload.templates[initial.template]!;
    const cpu = initial.cpu;
    this.enter(cpu);
    const row = this.takeRow();
    const born: NewTask = {
      pid: spec.pid ?? this.nextPid(),
      nice: spec.nice,
      policy: spec.policy,
      mask: spec.mask,
      tg: spec.group,
      flags: spec.perCpuKthread === true ? PF_KTHREAD | PF_PER_CPU_KTHREAD : 0,
    };
    this.bear(row, initial.template, spec.entry, childSeed(this.rootSeed, index), born);
    t.parent[row] = NIL;
    sched_fork(k, row, cpu, NIL, born);
    k.trace.sched_process_fork(NIL, row);
    wake_up_new_task(k, row);
    this.leave(cpu);
  }

  // ---- CPUs that run

  /** Whether the end of what the task of `cpu` does is due at a known time, which kernel work would put off. */
  burstPending(cpu: number): boolean {
    return this.queue.pending(Source.BURST * this.k.cpus + cpu);
  }

  /** Counts events that were taken without being dispatched. */
  countEvents(n: number): void {
    this.counts[4]! += n;
  }

  /** Begins an event on behalf of `cpu`. */
  enter(cpu: number): void {
    const g = this.k.g;
    g.this_cpu[0] = cpu;
    g.charged[0] = 0;
  }

  /** Ends an event that may have interrupted the task of `cpu`: it is delayed by what was charged, and may have to go. */
  leave(cpu: number): void {
    const { k } = this;
    if (k.rq.need_resched[cpu] !== 0) {
      if (k.rq.curr[cpu] === NIL) {
        const slot = Source.RESCHED * k.cpus + cpu;
        if (!this.queue.pending(slot)) this.queue.schedule(slot, k.g.now[0]! + k.cost.idle_exit_delay);
        return;
      }
      this.reschedule(cpu, true);
      this.proceed(cpu);
      return;
    }
    const charged = k.g.charged[0]!;
    const burst = Source.BURST * k.cpus + cpu;
    if (charged > 0 && this.queue.pending(burst)) this.queue.schedule(burst, this.queue.time(burst) + charged);
  }

  /** Lets the current task of `cpu` go on until it has its next operation due, the CPU is idle, or it has gone. */
  private proceed(cpu: number): void {
    const { k, t, queue } = this;
    const burst = Source.BURST * k.cpus + cpu;
    for (;;) {
      const p = k.rq.curr[cpu]!;
      if (p === NIL || queue.pending(burst)) return;
      if (k.rq.need_resched[cpu] !== 0) {
        this.reschedule(cpu, true);
        continue;
      }
      if (this.stopPending(cpu)) return;
      const work = t.work[p]!;
      if (work >= FOREVER) {
        this.cache.refill(p, cpu, work);
        return;
      }
      if (work > 0 || k.g.charged[0]! > 0) {
        this.runFor(cpu, p, work);
        return;
      }
      if (interpret(this, p) === Step.BLOCK) this.reschedule(cpu, false);
    }
  }

  /** Task `p` has `work` ns of work to do: schedules the end of it, after the kernel work charged so far. */
  private runFor(cpu: number, p: number, work: number): void {
    const { k } = this;
    const extra = work > 0 ? this.cache.refill(p, cpu, work) : 0;
    const speed = this.speed[cpu]!;
    const wall = speed === 1024 ? work + extra : Math.ceil(((work + extra) * 1024) / speed);
    this.queue.schedule(Source.BURST * k.cpus + cpu, k.g.now[0]! + k.g.charged[0]! + wall);
    k.g.charged[0] = 0;
  }

  /** schedule() on `cpu`, with the machine's part of it. */
  private reschedule(cpu: number, preempt: boolean): void {
    const { k } = this;
    const prev = k.rq.curr[cpu]!;
    if (prev !== NIL) this.suspend(cpu, prev);
    const next = schedule(k, cpu, preempt);
    this.switched(cpu, prev, next);
  }

  /** Notes how much work the task of `cpu` has left. */
  private suspend(cpu: number, p: number): void {
    const { k, queue, t } = this;
    const burst = Source.BURST * k.cpus + cpu;
    if (queue.pending(burst)) {
      const wall = queue.time(burst) - k.g.now[0]!;
      const speed = this.speed[cpu]!;
      t.work[p] = speed === 1024 ? wall : Math.ceil((wall * speed) / 1024);
      queue.cancel(burst);
    }
    this.cache.switchOut(p, cpu);
  }

  /** `next` is current on `cpu` now, where `prev` was. */
  private switched(cpu: number, prev: number, next: number): void {
    const { k } = this;
    if (prev !== NIL && prev !== next && k.task.state[prev] === TASK_DEAD) this.bury(prev);
    if (next !== NIL) this.cache.switchIn(next, cpu);
    if ((prev === NIL) !== (next === NIL)) {
      this.siblingChanged(cpu, next !== NIL);
      if (next !== NIL) this.ticks.restart(cpu);
    }
    if (next === NIL) {
      nohz_run_idle_balance(k, cpu);
      k.g.charged[0] = 0;
      if (k.rq.need_resched[cpu] !== 0) {
        const slot = Source.RESCHED * k.cpus + cpu;
        if (!this.queue.pending(slot)) this.queue.schedule(slot, k.g.now[0]!);
      }
    }
  }

  /** SMT: a thread is slower while its sibling is busy. Re-times what runs on the siblings of `cpu`, and `cpu` itself. */
  private siblingChanged(cpu: number, busy: boolean): void {
    const { k, profile } = this;
    if (profile.smtSpeed === 1024 || k.rq.smt_len[cpu] === 1) return;
    const off = k.rq.smt_off[cpu]!;
    let othersBusy = false;
    for (let i = 0; i < k.rq.smt_len[cpu]!; i++) {
      const sibling = k.topo_cpus[off + i]!;
      if (sibling === cpu || k.rq.curr[sibling] === NIL) continue;
      othersBusy = true;
      this.retime(sibling, this.speedOf(sibling, busy));
    }
    this.speed[cpu] = this.speedOf(cpu, othersBusy);
  }

  private speedOf(cpu: number, shared: boolean): number {
    const full = this.k.cpu_scale[cpu]!;
    return shared ? Math.max(1, Math.floor((full * this.profile.smtSpeed) / 1024)) : full;
  }

  private retime(cpu: number, speed: number): void {
    const { k, queue } = this;
    const old = this.speed[cpu]!;
    this.speed[cpu] = speed;
    const burst = Source.BURST * k.cpus + cpu;
    if (old === speed || !queue.pending(burst)) return;
    const now = k.g.now[0]!;
    queue.schedule(burst, now + Math.ceil(((queue.time(burst) - now) * old) / speed));
  }

  /** How long an interrupt takes to have an effect on `cpu`. */
  private interruptDelay(cpu: number): number {
    const { k } = this;
    const idle = k.rq.curr[cpu] === NIL && k.rq.stop_running[cpu] === 0;
    return k.cost.ipi_delay + (idle ? k.cost.idle_exit_delay : 0);
  }

  // ---- births and deaths

  private bear(row: number, template: number, entry: number, seed: number, born: NewTask): void {
    const { t, workload } = this;
    const spec = workload.templates[template]!;
    t.pc[row] = entry;
    t.work[row] = 0;
    for (const register of t.loop) register[row] = 0;
    for (const register of t.timer) register[row] = -1;
    t.children[row] = 0;
    t.joining[row] = 0;
    t.template[row] = template;
    t.seed[row] = seed;
    t.births[row] = 0;
    t.waitNext[row] = -1;
    t.wakingSince[row] = -1;
    t.runnableSince[row] = -1;
    t.runnableNs[row] = 0;
    t.ordinal[row] = this.counts[2]!++;
    this.counts[1]!++;
    this.draws.born(row);
    this.cache.born(row, spec.workingSet, spec.touchRate);
    this.births[t.ordinal[row]!] = { row, pid: born.pid, comm: spec.comm, nice: born.nice, runNs: -1 };
  }

  private bury(row: number): void {
    this.births[this.t.ordinal[row]!]!.runNs = this.k.se.sum_exec_runtime[row]!;
    this.counts[1]!--;
    const tail = this.freeRing[1]!;
    this.freeRows[tail % this.freeRows.length] = row;
    this.freeRing[1] = tail + 1;
  }

  /** A row for a new task: one never used, or else the one that has been free the longest. */
  private takeRow(): number {
    const fresh = this.counts[0]!;
    if (fresh < this.k.tasks) {
      this.counts[0] = fresh + 1;
      return fresh;
    }
    const head = this.freeRing[0]!;
    if (head === this.freeRing[1]) {
      throw new ProgramError(`the workload has more than its maxTasks = ${this.k.tasks} tasks alive at once`);
    }
    this.freeRing[0] = head + 1;
    return this.freeRows[head % this.freeRows.length]!;
  }

  private nextPid(): number {
    return this.counts[3]!++;
  }

  private nameSlot(slot: number, cpus: number): void {
    if (slot < this.timerBase) {
      this.kind[slot] = Math.floor(slot / cpus);
      this.arg[slot] = slot % cpus;
    } else if (slot < this.birthBase) {
      this.kind[slot] = Source.TASK_TIMER;
      this.arg[slot] = slot - this.timerBase;
    } else if (slot < this.periodBase) {
      this.kind[slot] = Source.BIRTH;
      this.arg[slot] = slot - this.birthBase;
    } else if (slot < this.slackBase) {
      this.kind[slot] = Source.PERIOD;
      this.arg[slot] = slot - this.periodBase;
    } else {
      this.kind[slot] = Source.SLACK;
      this.arg[slot] = slot - this.slackBase;
    }
  }
}
