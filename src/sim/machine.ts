import { TASK_DEAD } from './kernel/constants.js';
import { nohz_csd_func, nohz_run_idle_balance } from './kernel/balance/nohz.js';
import { schedule, UNDER_WAY } from './kernel/core/schedule.js';
import { do_sched_cfs_slack_timer, sched_cfs_period_timer } from './kernel/fair/bandwidth-timer.js';
import type { Hardware } from './kernel/hooks.js';
import type { Kernel } from './kernel/kernel.js';
import { NIL } from './kernel/state/table.js';
import { arrives } from './paths/arrival.js';
import { block, leaveQueue, wayOut } from './paths/blocking.js';
import { CacheModel } from './hardware/cache.js';
import { Draws, type SavedStreams } from './programs/draws.js';
import { EventQueue } from './engine/queue.js';
import { interpret, Step } from './programs/interpreter.js';
import { Interrupts } from './hardware/interrupts.js';
import { KernelDice } from './hardware/kernel-dice.js';
import { type Birth, Population } from './programs/population.js';
import type { MachineProfile } from './profile.js';
import { FOREVER, type Workload } from './programs/program.js';
import { QueueLocks } from './paths/queue-locks.js';
import { Stream } from './engine/rng.js';
import { SimTaskTable } from './programs/sim-tasks.js';
import { beginSearch, goOnSearching, searches } from './paths/search.js';
import { Slots, Source } from './engine/slots.js';
import { balanceDomains, inSoftirq, waitsFor } from './paths/softirq.js';
import { Speed } from './hardware/speed.js';
import { Stopper } from './hardware/stopper.js';
import { SyncObjects } from './programs/sync.js';
import { SystemCalls } from './paths/system-calls.js';
import { Ticks } from './hardware/ticks.js';
import { Timers } from './hardware/timers.js';
import { timerGoesOff } from './paths/waits.js';
import { beginQueueing, finishQueueing, interruptToQueue } from './paths/wake-list.js';

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
  readonly ticks: Ticks;
  readonly timers: Timers;
  readonly sync: SyncObjects;
  readonly draws: Draws;
  readonly cache: CacheModel;
  /** [units of work marked] */
  readonly marked: Float64Array;
  readonly countsRuns: boolean;
  readonly code: Uint8Array;
  readonly argA: Float64Array;
  readonly argB: Float64Array;
  readonly population: Population;

  readonly slots: Slots;
  readonly speed: Speed;
  readonly stopper: Stopper;
  private readonly systemCalls: SystemCalls;
  readonly interrupts: Interrupts;
  readonly locks: QueueLocks;
  /** [events dispatched] */
  private readonly dispatched: Float64Array;
  private readonly dice: KernelDice;
  /** ns from when a task says that it sleeps until it is off its queue. */
  readonly wayOut: number;
  /** Until when time may go on within the present event, ns. */
  private until = 0;
  /** Kept as one function, for nothing is allocated while the machine runs. */
  private readonly retimeSibling = (cpu: number, old: number): void => this.retime(cpu, old);

  constructor(
    readonly k: Kernel,
    readonly profile: MachineProfile,
    readonly workload: Workload,
    seed: number,
    private readonly takeTicksTogether: boolean,
  ) {
    const a = k.arena;
    const { cpus, tasks, groups } = k;
    this.t = new SimTaskTable(a, tasks);
    this.sync = new SyncObjects(a, this.t, workload);
    this.draws = new Draws(this.t, workload);
    this.cache = new CacheModel(k, profile.cache);
    this.marked = a.f64(1);
    this.countsRuns = workload.countsRuns === true;
    this.code = workload.program.code;
    this.argA = workload.program.a;
    this.argB = workload.program.b;

    this.slots = new Slots(cpus, tasks, workload.initial.length, groups);
    this.queue = new EventQueue(a, this.slots.total);
    this.ticks = new Ticks(k, this, profile.tickSkewNs, new Stream(seed, 'tick'), takeTicksTogether, workload.start);
    this.timers = new Timers(k, this.queue, this.slots, profile.timerSlackNs, workload.recordedSleeps === true);
    this.speed = new Speed(k, profile.smtSpeed);
    this.stopper = new Stopper(this);
    this.systemCalls = new SystemCalls(k, this.t);
    this.interrupts = new Interrupts(k);
    this.locks = new QueueLocks(k);
    this.dispatched = a.f64(1);
    this.wayOut = wayOut(k.cost);
    this.dice = new KernelDice(a.i32(cpus), seed, workload.recordedDraws);
    const rootSeed = new Stream(seed, 'workload').uint32();
    this.population = new Population(k, this.t, this.draws, this.cache, workload, rootSeed);
    workload.initial.forEach((task, i) => this.queue.schedule(this.slots.of(Source.BIRTH, i), task.startNs));
  }

  /** Tasks alive that the run waits for: all but those in the background. */
  get alive(): number {
    return this.population.alive;
  }

  get events(): number {
    return this.dispatched[0]!;
  }

  /** Whether tasks that the run waits for are still to be born from outside. */
  get moreToCome(): boolean {
    const { initial, templates } = this.workload;
    const pending = (i: number): boolean => this.queue.pending(this.slots.of(Source.BIRTH, i));
    return initial.some(({ template }, i) => pending(i) && templates[template]!.background !== true);
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

  /** Dispatches the next event, and nothing else. There must be one. */
  step(): void {
    this.stepUntil(Infinity, -Infinity);
  }

  /**
   * Dispatches the next event if there is one at `end` or before. At the same time ticks come first, in order of CPU.
   * @param through until when time may go on within the event (see passes)
   * @returns whether there was one
   */
  stepUntil(end: number, through = end): boolean {
    const { k, queue, ticks } = this;
    this.until = through;
    const tick = ticks.nextTime;
    const slot = queue.size === 0 ? NIL : queue.first();
    if (slot === NIL || tick <= queue.time(slot)) {
      if (tick > end || tick === Infinity) return false;
      this.dispatched[0]!++;
      k.g.now[0] = tick;
      ticks.dispatch(tick);
      return true;
    }
    const now = queue.time(slot);
    if (now > end) return false;
    queue.pop();
    this.moveTo(now);
    this.dispatch(slot);
    return true;
  }

  /**
   * Within an event: goes on as of the present, after the kernel work charged so far, if nothing else can happen until then.
   * That is what an event of its own would do.
   */
  passes(): boolean {
    const time = this.interrupts.present();
    if (!this.takeTicksTogether || time >= this.nextTime || time > this.until) return false;
    this.moveTo(time);
    this.k.g.charged[0] = 0;
    return true;
  }

  private moveTo(now: number): void {
    const { k, ticks } = this;
    this.dispatched[0]!++;
    k.g.now[0] = now;
    ticks.moveJiffies(now);
    ticks.takeAll(now, k.cpus);
  }

  /** What the event of `slot` does. */
  private dispatch(slot: number): void {
    const { k, workload } = this;
    const arg = this.slots.owner[slot]!;
    const source: Source = this.slots.source[slot]!;
    const first = waitsFor(this, source, arg);
    if (first !== NIL) return this.queue.schedule(slot, this.queue.time(this.slots.ofCpu(first, arg)));
    switch (source) {
      case Source.BURST:
        this.enter(arg);
        this.t.work[k.rq.curr[arg]!] = 0;
        this.proceed(arg);
        break;
      case Source.RESCHED:
        this.enter(arg);
        if (k.rq.need_resched[arg] !== 0 && !this.softirqPending(arg) && this.mayPreempt(arg)) {
          this.reschedule(arg, true);
          this.proceed(arg);
        }
        break;
      case Source.TTWU:
        beginQueueing(this, arg);
        break;
      case Source.TTWU_QUEUE:
        finishQueueing(this, arg);
        break;
      case Source.NOHZ:
        this.enter(arg);
        nohz_csd_func(k, arg);
        this.leave(arg);
        break;
      case Source.SOFTIRQ:
        balanceDomains(this, arg);
        break;
      case Source.IDLE_LOOP:
        this.ticks.stopIfIdle(arg);
        break;
      case Source.ACTIVE_BALANCE:
      case Source.MIGRATION:
        this.stopper.run(arg, source === Source.MIGRATION);
        break;
      case Source.SEARCH:
        this.enter(arg);
        goOnSearching(this, arg);
        this.proceed(arg);
        break;
      case Source.TASK_TIMER:
        timerGoesOff(this, arg);
        break;
      case Source.BIRTH:
        this.enter(workload.initial[arg]!.cpu);
        arrives(this, arg);
        this.leave(k.g.this_cpu[0]!);
        break;
      default:
        this.enter(0);
        if (source === Source.PERIOD) sched_cfs_period_timer(k, arg);
        else do_sched_cfs_slack_timer(k, arg);
        this.leave(0);
        break;
    }
  }

  // ---- what the kernel asks of its hardware

  send_reschedule(cpu: number): void {
    const slot = this.slots.ofCpu(Source.RESCHED, cpu);
    const { cost, rq } = this.k;
    const delay = rq.curr[cpu] === NIL && rq.stop_running[cpu] === 0 ? this.idleExit(cpu) : cost.user_return;
    if (!this.queue.pending(slot)) this.queue.schedule(slot, this.interrupts.arrival(cpu) + delay);
  }

  send_ttwu(cpu: number): void {
    interruptToQueue(this, cpu, this.interrupts.arrival(cpu));
  }

  send_nohz_kick(cpu: number): void {
    const slot = this.slots.ofCpu(Source.NOHZ, cpu);
    if (!this.queue.pending(slot)) this.queue.schedule(slot, this.interrupts.arrival(cpu));
  }

  raise_sched_softirq(cpu: number): void {
    if (inSoftirq(this, cpu)) return;
    this.queue.schedule(this.slots.ofCpu(Source.SOFTIRQ, cpu), this.interrupts.present());
  }

  queue_active_balance(cpu: number): void {
    this.queue.schedule(this.slots.ofCpu(Source.ACTIVE_BALANCE, cpu), this.interrupts.present() + this.k.cost.ipi_delay);
  }

  queue_migration(p: number, dest: number): void {
    this.stopper.migrate(p, dest);
  }

  start_period_timer(tg: number, expires: number): void {
    this.queue.schedule(this.slots.of(Source.PERIOD, tg), expires);
  }

  start_slack_timer(tg: number, delay: number): void {
    this.queue.schedule(this.slots.of(Source.SLACK, tg), this.k.g.now[0]! + delay);
  }

  sched_rng(): number {
    return this.dice.roll(this.k.g.this_cpu[0]!);
  }

  // ---- snapshots: what is not in the arena

  save(): SavedMachine {
    return { rng: this.dice.save(), draws: this.draws.save(), births: this.population.save() };
  }

  load(saved: SavedMachine): void {
    this.dice.load(saved.rng);
    this.draws.load(saved.draws);
    this.population.load(saved.births);
    this.ticks.forgetJiffy();
  }

  // ---- CPUs that run

  /** Whether the end of what the task of `cpu` does is due at a known time, which kernel work would put off. */
  burstPending(cpu: number): boolean {
    return this.queue.pending(this.slots.ofCpu(Source.BURST, cpu));
  }

  /** Whether the SCHED softirq of `cpu` is raised: it comes before anything that the CPU does next. */
  softirqPending(cpu: number): boolean {
    return this.queue.pending(this.slots.ofCpu(Source.SOFTIRQ, cpu));
  }

  /** The interrupt that `cpu` has handled is over: where it was idle it goes round its idle loop. */
  goIdleLoop(cpu: number): void {
    if (this.k.rq.curr[cpu] !== NIL || this.k.rq.stop_running[cpu] !== 0) return;
    this.queue.schedule(this.slots.ofCpu(Source.IDLE_LOOP, cpu), this.interrupts.present());
  }

  /** Counts events that were taken without being dispatched. */
  countEvents(n: number): void {
    this.dispatched[0]! += n;
  }

  /** Begins an event on behalf of `cpu`. */
  enter(cpu: number): void {
    const g = this.k.g;
    g.this_cpu[0] = cpu;
    g.charged[0] = 0;
  }

  /**
   * Ends an event that may have interrupted what `cpu` did. The kernel work charged comes first, then a softirq that is
   * raised: they delay the task that was interrupted, and so a schedule() that is due.
   * @param tick the event is a tick. All CPUs have theirs at the same time, and balance only after it: a schedule() that a
   * tick asks for is done before the next CPU's tick, as of the time at which this one is through.
   */
  leave(cpu: number, tick = false): void {
    const { k, queue } = this;
    const charged = k.g.charged[0]!;
    this.putOff(cpu);
    if (k.rq.need_resched[cpu] === 0 || this.softirqPending(cpu) || !this.mayPreempt(cpu)) return;
    const idle = k.rq.curr[cpu] === NIL;
    if (tick && !idle) {
      const now = k.g.now[0]!;
      k.g.now[0] = now + charged;
      k.g.charged[0] = 0;
      this.reschedule(cpu, true);
      this.proceed(cpu);
      k.g.now[0] = now;
      return;
    }
    if (idle || charged > 0) {
      const slot = this.slots.ofCpu(Source.RESCHED, cpu);
      const due = k.g.now[0]! + charged + (idle ? this.idleExit(cpu) : k.cost.user_return);
      if (!queue.pending(slot) || queue.time(slot) > due) queue.schedule(slot, due);
      return;
    }
    this.reschedule(cpu, true);
    this.proceed(cpu);
  }

  /** The kernel work charged puts off the end of what the task of `cpu` does. */
  putOff(cpu: number): void {
    const { k, queue } = this;
    const charged = k.g.charged[0]!;
    const burst = this.slots.ofCpu(Source.BURST, cpu);
    if (charged > 0 && queue.pending(burst)) queue.schedule(burst, queue.time(burst) + charged);
  }

  /** Lets the current task of `cpu` go on until it has its next operation due, the CPU is idle, or it has gone. */
  proceed(cpu: number): void {
    const { k, t, queue } = this;
    const burst = this.slots.ofCpu(Source.BURST, cpu);
    for (;;) {
      const p = k.rq.curr[cpu]!;
      if (p === NIL || queue.pending(burst) || searches(this, cpu)) return;
      if (t.leaving[p] !== 0) {
        leaveQueue(this, cpu, p);
        continue;
      }
      const work = t.work[p]!;
      if (k.rq.need_resched[cpu] !== 0 && this.mayPreempt(cpu)) {
        if (work === 0 && k.g.charged[0]! > 0) {
          // The system call that woke the better task has to return first.
          this.runFor(cpu, p, 0);
          return;
        }
        this.reschedule(cpu, true);
        continue;
      }
      if (this.stopper.pending(cpu)) return;
      if (work >= FOREVER) {
        this.cache.refill(p, cpu, work);
        return;
      }
      if (work > 0 || k.g.charged[0]! > 0) {
        this.runFor(cpu, p, work);
        return;
      }
      if (interpret(this, p) === Step.BLOCK) block(this, cpu, p);
    }
  }

  /** Task `p` has `work` ns of work to do: schedules the end of it, after the kernel work charged so far. */
  runFor(cpu: number, p: number, work: number): void {
    const { k } = this;
    const extra = work > 0 ? this.cache.refill(p, cpu, work) : 0;
    const end = k.g.now[0]! + k.g.charged[0]! + this.speed.wall(cpu, work + extra);
    this.queue.schedule(this.slots.ofCpu(Source.BURST, cpu), end);
    k.g.charged[0] = 0;
  }

  /** The task of `cpu` has woken another one: it leaves the system call in which it did so. */
  leaveKernel(cpu: number): void {
    this.systemCalls.leave(cpu, this.interrupts.present());
  }

  /** Whether the task of `cpu` may be preempted. Where it is on its way out of a system call, the CPU is asked again then. */
  mayPreempt(cpu: number): boolean {
    if (searches(this, cpu)) return false;
    const present = this.interrupts.present();
    const out = Math.max(this.systemCalls.preemptibleFrom(cpu), present + this.locks.wait(cpu));
    if (out <= present) return true;
    if (out === Infinity) return false;
    const slot = this.slots.ofCpu(Source.RESCHED, cpu);
    if (!this.queue.pending(slot) || this.queue.time(slot) > out) this.queue.schedule(slot, out);
    return false;
  }

  /** How long `cpu` takes to leave idleness, ns. */
  private idleExit(cpu: number): number {
    const { idle_exit_delay, tick_restart } = this.k.cost;
    return idle_exit_delay + (this.ticks.stopped(cpu) ? tick_restart : 0);
  }

  /** schedule() on `cpu`, with the machine's part of it. */
  reschedule(cpu: number, preempt: boolean): void {
    const { k } = this;
    const prev = k.rq.curr[cpu]!;
    if (prev !== NIL) this.suspend(cpu, prev);
    const next = schedule(k, cpu, preempt);
    if (next !== UNDER_WAY) this.switched(cpu, prev, next);
    else beginSearch(this, cpu);
  }

  /** Notes how much work the task of `cpu` has left. */
  suspend(cpu: number, p: number): void {
    const { k, queue, t } = this;
    const burst = this.slots.ofCpu(Source.BURST, cpu);
    if (queue.pending(burst)) {
      t.work[p] = this.speed.work(cpu, queue.time(burst) - k.g.now[0]!);
      queue.cancel(burst);
    }
    this.cache.switchOut(p, cpu);
  }

  /** `next` is current on `cpu` now, where `prev` was. */
  switched(cpu: number, prev: number, next: number): void {
    const { k } = this;
    if (prev !== next) this.systemCalls.forget(cpu);
    if (prev !== NIL && prev !== next && k.task.state[prev] === TASK_DEAD) this.population.bury(prev);
    if (next !== NIL) this.cache.switchIn(next, cpu);
    if ((prev === NIL) !== (next === NIL)) {
      this.speed.changed(cpu, next !== NIL, this.retimeSibling);
      if (next !== NIL) this.ticks.restart(cpu);
    }
    if (next === NIL) {
      // What schedule() has cost, newly-idle balancing above all, passes before the CPU can be interrupted.
      this.interrupts.from[cpu] = this.interrupts.present();
      nohz_run_idle_balance(k, cpu);
      k.g.charged[0] = 0;
      if (k.rq.need_resched[cpu] !== 0) {
        const slot = this.slots.ofCpu(Source.RESCHED, cpu);
        if (!this.queue.pending(slot)) this.queue.schedule(slot, this.interrupts.from[cpu]!);
      }
    }
  }

  /** The speed of `cpu` has changed from `old`: what it runs ends at another time. */
  private retime(cpu: number, old: number): void {
    const { k, queue } = this;
    const burst = this.slots.ofCpu(Source.BURST, cpu);
    if (!queue.pending(burst)) return;
    const now = k.g.now[0]!;
    queue.schedule(burst, now + Math.ceil(((queue.time(burst) - now) * old) / this.speed.now[cpu]!));
  }
}
