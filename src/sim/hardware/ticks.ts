import { nohz_balance_enter_idle } from '../kernel/balance/nohz.js';
import { idle_cpu } from '../kernel/core/idle.js';
import { scheduler_tick } from '../kernel/core/tick.js';
import { quiet_until, take_quiet_ticks } from '../kernel/fair/quiet-ticks.js';
import type { Kernel } from '../kernel/kernel.js';
import { NIL } from '../kernel/state/table.js';
import { EventQueue } from '../engine/queue.js';
import type { Machine } from '../machine.js';
import type { StartState } from '../programs/program.js';
import type { Stream } from '../engine/rng.js';
import { endSearch, searches } from '../paths/search.js';

/**
 * Ticks for which a CPU that has handed something to RCU keeps its tick: one at which it asks for a grace period, two in which
 * that passes (the first look at the idle CPUs comes a jiffy after its beginning), one at which the CPU sees that it is over and calls
 * back. In recordings CPUs on which tasks have exited go on ticking for four or five.
 */
const GRACE_TICKS = 4;

/**
 * By how much later than a recording's ticks those of its replay come, at most, ns. When they came is known to 1 µs, but what a
 * replay's tasks do between them comes a little later than the recorded deeds: of 528 children that were born within 8 ms of the
 * beginning of 13 recordings, half more than 39 µs and a tenth more than 60 µs. What is left open of how both lie to each other the
 * seed draws; without that all seeds would share the first milliseconds, and stand for one run.
 */
const UNSURE_NS = 60_000;

/**
 * The ticks of all CPUs, with NO_HZ_IDLE, and jiffies.
 *
 * Ticks have a queue of their own: at the same time they come before all other events, in order of CPU, so their order
 * does not depend on when they were scheduled. That allows a CPU to put off ticks that are quiet (see quiet-ticks.ts):
 * its event is scheduled for the first one that is not, and the ones before are taken when that comes, or before any
 * event of another kind, since that may look at the CPU.
 */
export class Ticks {
  /** ns a tick. */
  private readonly tickNs: number;
  private readonly queue: EventQueue;
  /** Time of each CPU's first tick. */
  private readonly phase: Float64Array;
  /** Until when RCU has something to call back on each CPU, ns. */
  private readonly callbacksUntil: Float64Array;
  /** The first tick that a CPU has put off, or Infinity. */
  private readonly putOff: Float64Array;
  /** [a time before which no put-off tick lies; Infinity where none is put off] */
  private readonly earliest: Float64Array;
  /** When jiffies move on: follows from the time, kept to save a division an event. */
  private nextJiffy = -1;

  constructor(
    private readonly k: Kernel,
    private readonly machine: Machine,
    skewNs: number,
    random: Stream,
    /** Whether ticks may be put off. */
    private readonly together: boolean,
    start: StartState | undefined,
  ) {
    this.tickNs = Math.floor((1_000_000_000 + Math.floor(k.hz / 2)) / k.hz);
    this.queue = new EventQueue(k.arena, k.cpus);
    this.phase = k.arena.f64(k.cpus);
    this.callbacksUntil = k.arena.f64(k.cpus);
    this.putOff = k.arena.f64(k.cpus, Infinity);
    this.earliest = k.arena.f64(1, Infinity);
    const first = start?.tickNs === undefined ? random.below(this.tickNs) : start.tickNs + random.below(UNSURE_NS);
    for (let cpu = 0; cpu < k.cpus; cpu++) {
      this.phase[cpu] = (first + cpu * skewNs) % this.tickNs;
      const ticking = start?.ticking?.find((idle) => idle.cpu === cpu);
      if (ticking?.counted !== false) nohz_balance_enter_idle(k, cpu);
      if (ticking === undefined) continue;
      this.callbacksUntil[cpu] = ticking.untilNs;
      this.queue.scheduleInOrder(cpu, this.phase[cpu]!, cpu);
    }
  }

  /** Time of the next tick to dispatch, or Infinity. */
  get nextTime(): number {
    return this.queue.size === 0 ? Infinity : this.queue.time(this.queue.first());
  }

  /** Sets jiffies to what they are at time `now`: CPU 0's ticks count them. */
  moveJiffies(now: number): void {
    if (now < this.nextJiffy) return;
    const jiffies = Math.floor((now - this.phase[0]!) / this.tickNs) + 1;
    this.k.g.jiffies[0] = jiffies;
    this.nextJiffy = this.phase[0]! + jiffies * this.tickNs;
  }

  /** A snapshot was put back: time may have gone backwards. */
  forgetJiffy(): void {
    this.nextJiffy = -1;
  }

  /** Takes the next tick, which is at time `now`. */
  dispatch(now: number): void {
    const { k, machine } = this;
    // It stays in the queue until it is known when the next one comes.
    const cpu = this.queue.first();
    this.moveJiffies(now);
    if (this.putOff[cpu]! < now) this.take(cpu, now);
    this.putOff[cpu] = Infinity;
    if (searches(machine, cpu)) {
      this.takeAll(now, cpu);
      endSearch(machine, cpu);
    }
    // With a task left to run and no idle CPU to kick, a tick concerns no CPU but its own: balancing comes after it. Where
    // neither tick nor switch takes time, a task that the tick puts on the CPU may go on with its program, and wake others,
    // at once.
    const alone =
      k.rq.nr_running[cpu]! > 0 &&
      k.g.nohz_nr_cpus[0] === 0 &&
      !k.cfs_bandwidth_used &&
      k.cost.tick + k.cost.context_switch > 0;
    if (!alone) this.takeAll(now, cpu);

    machine.enter(cpu);
    const idle = k.rq.curr[cpu] === NIL;
    scheduler_tick(k, cpu);
    if (idle && !machine.softirqPending(cpu)) machine.goIdleLoop(cpu);
    machine.leave(cpu, true);
    this.scheduleAfter(cpu, now);
  }

  /**
   * `cpu` is back in its idle loop after a tick. A tick that has found the CPU idle is the last one until it has work
   * again (idle_call_stop_or_retain_tick), but where RCU needs the next one; the other CPUs' ticks of that time are over by then.
   * @kernel kernel/time/tick-sched.c tick_nohz_next_event
   * @kernel kernel/rcu/tree.c rcu_needs_cpu
   * @omits timers of the wheel that are due at the next tick, irq_work, RCU itself: grace periods are taken to be of the same length
   */
  stopIfIdle(cpu: number): void {
    const { k } = this;
    if (!idle_cpu(k, cpu) || k.rq.need_resched[cpu] !== 0 || k.g.now[0]! < this.callbacksUntil[cpu]!) return;
    nohz_balance_enter_idle(k, cpu);
    if (this.queue.pending(cpu)) this.queue.cancel(cpu);
  }

  /** The task of `cpu` has given up what others may still look at, which RCU frees after a grace period: it exits or calls execve(). */
  callBackLater(cpu: number): void {
    this.callbacksUntil[cpu] = this.k.g.now[0]! + GRACE_TICKS * this.tickNs;
  }

  /** Whether the tick of `cpu` is stopped. */
  stopped(cpu: number): boolean {
    return !this.queue.pending(cpu);
  }

  /** A CPU leaves idle: its tick goes on where it would be. */
  restart(cpu: number): void {
    if (this.queue.pending(cpu)) return;
    const now = this.k.g.now[0]!;
    const passed = Math.floor((now - this.phase[cpu]!) / this.tickNs) + 1;
    this.queue.scheduleInOrder(cpu, this.phase[cpu]! + passed * this.tickNs, cpu);
  }

  /**
   * Takes every tick that was put off and lies before an event at time `now`; ticks at `now` itself only on CPUs below
   * `cpu`, which come before it. Those that lie later are put off no more: the event may make them worth dispatching.
   */
  takeAll(now: number, cpu: number): void {
    if (this.earliest[0] === Infinity) return;
    const { k } = this;
    for (let other = 0; other < k.cpus; other++) {
      if (this.putOff[other] === Infinity) continue;
      const end = other < cpu ? now + 1 : now;
      if (this.putOff[other]! < end) this.take(other, end);
      this.queue.scheduleInOrder(other, this.putOff[other]!, other);
      this.putOff[other] = Infinity;
    }
    this.earliest[0] = Infinity;
  }

  /** Takes the ticks of `cpu` that were put off and lie before `end`. */
  private take(cpu: number, end: number): void {
    const first = this.putOff[cpu]!;
    const n = Math.ceil((end - first) / this.tickNs);
    take_quiet_ticks(this.k, cpu, first, n, this.tickNs);
    this.machine.countEvents(n);
    this.putOff[cpu] = first + n * this.tickNs;
  }

  /** Schedules the next tick of `cpu` to dispatch, the first after `now` that is not quiet. */
  private scheduleAfter(cpu: number, now: number): void {
    const { k, tickNs } = this;
    const next = now + tickNs;
    let at = next;
    if (this.together && (k.cost.tick === 0 || !this.machine.burstPending(cpu))) {
      const until = quiet_until(k, cpu, this.phase[0]! + (k.rq.next_balance[cpu]! - 1) * tickNs);
      if (until > next) {
        at = next + Math.ceil((until - next) / tickNs) * tickNs;
        this.putOff[cpu] = next;
        if (next < this.earliest[0]!) this.earliest[0] = next;
      }
    }
    this.queue.scheduleInOrder(cpu, at, cpu);
  }
}
