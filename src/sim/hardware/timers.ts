import { PF_KTHREAD } from '../kernel/constants.js';
import type { Kernel } from '../kernel/kernel.js';
import type { EventQueue } from '../engine/queue.js';
import { Source, type Slots } from '../engine/slots.js';

/** No task. */
const NOBODY = -1;

/**
 * The timers of sleeping tasks. A timer may go off later than was asked for, by up to its task's slack (hrtimer_start_range_ns()):
 * a CPU is interrupted at the latest time of its first one, and then takes, one after the other, all those that had been asked for by
 * then (__hrtimer_run_queues()). Kernel threads sleep by ticks, without slack. That a tick takes timers too is not modelled.
 */
export class Timers {
  /** When an interrupt of a CPU that has several timers to take began, ns, and when it is through with those so far. */
  private readonly began: Float64Array;
  private readonly through: Float64Array;
  /** The first timer found so far. */
  private found = NOBODY;

  constructor(
    private readonly k: Kernel,
    private readonly queue: EventQueue,
    private readonly slots: Slots,
    /** ns by which a timer may be late (timer_slack_ns). */
    private readonly slackNs: number,
    /** Whether sleeps are as long as they were recorded: what they were late by is in them. */
    private readonly recorded: boolean,
  ) {
    this.began = k.arena.f64(k.cpus);
    this.through = k.arena.f64(k.cpus, -1);
  }

  /** Task `p` sleeps until `time`, and its slack longer unless another timer of its CPU comes before. */
  set(p: number, time: number): void {
    this.setLatest(p, time + this.slackOf(p));
  }

  /** The same for a sleep that the workload's program has the length of. */
  setSleep(p: number, time: number): void {
    if (this.recorded) this.setLatest(p, time);
    else this.set(p, time);
  }

  /** The timer of task `p` goes off at `time` at the latest. */
  setLatest(p: number, time: number): void {
    this.queue.schedule(this.slots.of(Source.TASK_TIMER, p), time);
  }

  /**
   * An interrupt on `cpu` has taken a timer at the present time, and has charged what that costs. If there are more for it to take, the
   * next one goes off when it is through with this.
   * @returns whether it had taken another one before
   */
  goOn(cpu: number): boolean {
    if (this.slackNs === 0) return false;
    const { k, began, through } = this;
    const now = k.g.now[0]!;
    const again = through[cpu] === now;
    if (!again) began[cpu] = now;
    this.found = NOBODY;
    this.look(0, cpu, began[cpu]!);
    if (this.found !== NOBODY) {
      through[cpu] = k.present();
      this.setLatest(this.found, k.present());
    }
    return again;
  }

  /** Looks for the first timer of `cpu` that was asked for by `since`, at `place` of the queue's heap and below, where what comes later is. */
  private look(place: number, cpu: number, since: number): void {
    const { queue, slots } = this;
    if (place >= queue.size) return;
    const slot = queue.at(place);
    if (queue.time(slot) > since + this.slackNs) return;
    if ((slots.source[slot] as Source) === Source.TASK_TIMER) {
      const p = slots.owner[slot]!;
      if (this.k.task.cpu[p] === cpu && queue.time(slot) - this.slackOf(p) <= since) {
        if (this.found === NOBODY || queue.isBefore(slot, slots.of(Source.TASK_TIMER, this.found))) this.found = p;
        return;
      }
    }
    this.look(2 * place + 1, cpu, since);
    this.look(2 * place + 2, cpu, since);
  }

  private slackOf(p: number): number {
    return (this.k.task.flags[p]! & PF_KTHREAD) !== 0 ? 0 : this.slackNs;
  }
}
