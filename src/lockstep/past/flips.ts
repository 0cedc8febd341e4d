/**
 * wakee_flips of the unseen past. A task counts how often it wakes another than last time, its children inherit the count, and
 * it is halved once a second where the task wakes somebody: so what the tasks that were there before the recording had counted
 * matters for all that they fork, and for the idle tasks of the CPUs, which wake whom their timers wake. When they were halved last
 * no record says: less than a second before, so that it is not at once due again, unless the records contradict that more.
 */
import { NIL } from '../../sim/kernel/state/table.js';
import { record_wakee, wake_wide } from '../../sim/kernel/wakeup/wakee.js';
import type { World } from '../world/world.js';

/** How often the count of one task of the past may be corrected: a few times says what it was. */
const MOST_LESSONS = 32;
/** A count of the past is not corrected by more than this at once. */
const MOST_FLIPS = 4096;

/** A count, and what of it stems from the unseen past: that of the task `root`, halved so many times since. */
interface Count {
  readonly flips: number;
  readonly root: number;
  readonly halved: number;
}

export class PastFlips {
  /** What has been learned of the tasks of the past, and how often. */
  private readonly known = new Map<number, number>();
  private readonly lessons = new Map<number, number>();
  /** How often the counts of the idle tasks were halved, by CPU. */
  private readonly idleHalved: Int32Array;

  /** What the records say of a task's count has changed too often. */
  get contradicted(): boolean {
    return [...this.lessons.values()].some((lessons) => lessons >= MOST_LESSONS);
  }

  constructor(private readonly w: World) {
    this.idleHalved = new Int32Array(w.k.cpus);
  }

  /**
   * Holds what the record says of wake_wide() against the model's counts. Where they contradict, the unseen part of a count is
   * changed by the least with which they do not.
   * @returns whether the record taught something of the past: then the model could not have known the answer
   */
  learn(p: number, cpu: number, wide: number): boolean {
    const { k, features } = this.w;
    // A second call changes nothing, so that select_task_rq_fair() may make it again.
    this.recordWakee(p, cpu);
    const model = wake_wide(k, p) ? 1 : 0;
    features.compare('wide', wide, model, 1);
    if (model === wide) return false;
    const factor = k.rq.sd_llc_size[cpu]!;
    const [waker, wakee] = [this.waker(cpu), this.countOf(p)];
    const [low, high] = waker.flips < wakee.flips ? [waker, wakee] : [wakee, waker];
    if (wide === 0) return this.correct(low.root, 1, (more) => !isWide(this.with(low, low.root, more), this.with(high, low.root, more), factor));
    if (low.root === high.root && low.root !== NIL && low.flips >= factor) {
      return this.correct(low.root, -1, (more) => isWide(this.with(low, low.root, more), this.with(high, low.root, more), factor));
    }
    // The lower is at least the factor, and the higher so many times as much.
    const raised = low.flips < factor;
    if (raised && !this.correct(low.root, 1, (more) => this.with(low, low.root, more) >= factor)) return false;
    const [least, most] = [Math.max(low.flips, factor), waker.flips < wakee.flips ? this.countOf(p) : this.waker(cpu)];
    if (most.flips >= least * factor) return true;
    return (high.root !== low.root && this.correct(high.root, 1, (more) => this.with(most, high.root, more) >= least * factor)) || raised;
  }

  /** As record_wakee(), and notes where a count is halved. */
  private recordWakee(p: number, cpu: number): void {
    const { k, roster } = this.w;
    const current = k.rq.curr[cpu]!;
    const since = (): number => (current === NIL ? k.rq.idle_wakee_flip_decay_ts[cpu]! : k.task.wakee_flip_decay_ts[current]!);
    const before = since();
    record_wakee(k, p);
    if (since() === before) return;
    if (current === NIL) this.idleHalved[cpu]!++;
    else roster.halved[current]!++;
  }

  private waker(cpu: number): Count {
    const current = this.w.k.rq.curr[cpu]!;
    return current === NIL ? this.idleCount(cpu) : this.countOf(current);
  }

  private countOf(row: number): Count {
    const { k, roster } = this.w;
    return { flips: k.task.wakee_flips[row]!, root: roster.root(row), halved: roster.halved[row]! };
  }

  /** The count if that of `root` had been higher by `more`. */
  private with({ flips, root: own, halved }: Count, root: number, more: number): number {
    if (own !== root) return flips;
    const known = this.known.get(root) ?? 0;
    return Math.max(0, flips + ((known + more) >> halved) - (known >> halved));
  }

  /**
   * Changes the count of a task of the past, and of its descendants, by the least that does.
   * @param step 1 to raise it, −1 to lower it
   * @returns false where that has been said too often to be believed, or no change does
   */
  private correct(root: number, step: 1 | -1, does: (more: number) => boolean): boolean {
    if (root === NIL) return false;
    const lessons = this.lessons.get(root) ?? 0;
    const known = this.known.get(root) ?? 0;
    if (lessons >= MOST_LESSONS) return false;
    for (let more = step; Math.abs(more) <= MOST_FLIPS && known + more >= 0; more += step) {
      if (!does(more)) continue;
      this.apply(root, more);
      this.lessons.set(root, lessons + 1);
      this.known.set(root, known + more);
      return true;
    }
    return false;
  }

  private apply(root: number, more: number): void {
    const { k: { task, rq, cpus }, roster } = this.w;
    if (root < cpus) rq.idle_wakee_flips[root] = this.with(this.idleCount(root), root, more);
    for (const row of roster.all()) task.wakee_flips[row] = this.with(this.countOf(row), root, more);
  }

  private idleCount(cpu: number): Count {
    return { flips: this.w.k.rq.idle_wakee_flips[cpu]!, root: this.w.roster.idleRoot(cpu), halved: this.idleHalved[cpu]! };
  }
}

/** wake_wide() of two counts, in either order. */
function isWide(a: number, b: number, factor: number): boolean {
  const [slave, master] = a < b ? [a, b] : [b, a];
  return slave >= factor && master >= slave * factor;
}
