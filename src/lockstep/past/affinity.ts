/**
 * Which CPUs tasks may run on. A change of that leaves no event: a search for a CPU shows the whole mask, a wake-up without one that
 * the task is bound to a single CPU, can_migrate_task() one bit of it, and a task that is taken off its CPU by no balance that the
 * mask is another now. What no record has shown since the last change is not known.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { REASON_AFFINITY } from '../../sim/kernel/constants.js';
import { NIL } from '../../sim/kernel/state/table.js';
import type { Unsearched } from './unsearched.js';
import type { World } from '../world/world.js';

/** Why what hangs on the mask may not be judged. */
export const AFFINITY_CHANGED = 'the affinity of a task changed, and no record shows it yet';

const UNKNOWN = 0;
const ALLOWED = 1;
const FORBIDDEN = 2;

/** The mask of a task as records show it: CPUs, by time. */
interface Sightings {
  readonly ts: number[];
  readonly cpus: (readonly number[])[];
}

export class Affinity {
  /** 0 once a task's mask has changed and no record has shown the new one yet. */
  private readonly known: Uint8Array;
  /** What is known of the new one, by task and CPU. */
  private readonly bits: Uint8Array;
  private readonly seen = new Map<number, Sightings>();
  /** Where tasks are about to be moved for another reason. */
  private readonly expected = new Map<number, number>();

  /** @param firstRow of MaskTable: one row for each task is this class's from there on */
  constructor(private readonly w: World, private readonly firstRow: number, contents: BundleContents, unsearched: ReadonlyMap<number, Unsearched>) {
    const { tasks, cpus } = w.k;
    this.known = new Uint8Array(tasks).fill(1);
    this.bits = new Uint8Array(tasks * cpus);
    const all: { readonly pid: number; readonly ts: number; readonly cpus: readonly number[] }[] = [];
    const { wakeups } = contents.instrument;
    for (let row = 0; row < (wakeups?.rows ?? 0); row++) {
      const { pid, ts, allowed } = wakeups!.columns as Record<'pid' | 'ts' | 'allowed', ArrayLike<number>>;
      if (allowed[row]! >= 0) all.push({ pid: pid[row]!, ts: ts[row]!, cpus: contents.masks[allowed[row]!]! });
    }
    const { pid } = contents.tables.events.columns as Record<'pid', ArrayLike<number>>;
    for (const [row, { at, ts, bound }] of unsearched) if (bound) all.push({ pid: pid[row]!, ts, cpus: [at] });
    all.sort((a, b) => a.ts - b.ts);
    for (const { pid: who, ts, cpus: mask } of all) {
      const own = this.seen.get(who) ?? { ts: [], cpus: [] };
      this.seen.set(who, own);
      own.ts.push(ts);
      own.cpus.push(mask);
    }
  }

  /** A task is born with the mask of its parent, or is first seen. */
  born(p: number, parent: number): void {
    const { cpus } = this.w.k;
    this.known[p] = parent === NIL ? 1 : this.known[parent]!;
    if (this.known[p] !== 0) return;
    this.bits.copyWithin(p * cpus, parent * cpus, (parent + 1) * cpus);
    this.own(p, parent);
  }

  /** A record shows the whole mask. @param row of MaskTable */
  shown(p: number, row: number): void {
    this.known[p] = 1;
    this.w.k.task.mask[p] = row;
  }

  /** Something else than its affinity is about to move the task: an execve(), or active balance. */
  willMove(p: number, to: number): void {
    this.expected.set(p, to);
  }

  /** The task, which could have stayed, was taken from a CPU to another, where no balance has asked: it may not run there any more. */
  moved(p: number, from: number, to: number, ts: number): void {
    if (this.expected.get(p) === to) {
      this.expected.delete(p);
      return;
    }
    // Else something else has moved it, as automatic NUMA balancing does.
    if (this.next(this.w.k.task.pid[p]!, ts)?.includes(from) === true) return;
    this.forget(p);
    this.learn(p, from, FORBIDDEN);
    this.learn(p, to, ALLOWED);
  }

  /** Whether no record tells if the task may run on a CPU: of its new mask none does, or of a change none when it came. */
  isUnknown(p: number, cpu: number, ts: number): boolean {
    if (this.known[p] === 0) return this.bits[p * this.w.k.cpus + cpu] === UNKNOWN;
    const next = this.next(this.w.k.task.pid[p]!, ts);
    return next !== null && next.includes(cpu) !== this.has(p, cpu);
  }

  /** can_migrate_task() has come to look at the mask, and what it found there. */
  asked(p: number, cpu: number, reason: number): void {
    if (reason < REASON_AFFINITY) return;
    const allowed = reason !== REASON_AFFINITY;
    if (this.known[p] !== 0) {
      if (this.has(p, cpu) === allowed) return;
      this.forget(p);
    }
    this.learn(p, cpu, allowed ? ALLOWED : FORBIDDEN);
  }

  /** The task may run on a CPU, or not, until the arena is loaded again. */
  assume(p: number, cpu: number, allowed: boolean): void {
    this.own(p, p);
    this.put(p, cpu, allowed);
  }

  private has(p: number, cpu: number): boolean {
    return this.w.k.mask.has(this.w.k.task.mask[p]!, cpu);
  }

  private forget(p: number): void {
    const { cpus } = this.w.k;
    this.known[p] = 0;
    this.bits.fill(UNKNOWN, p * cpus, (p + 1) * cpus);
    this.own(p, p);
  }

  /** The task gets a row of MaskTable of its own, with the CPUs that the task `like` may run on. */
  private own(p: number, like: number): void {
    const { k } = this.w;
    const cpus = Array.from({ length: k.cpus }, (_, cpu) => cpu).filter((cpu) => this.has(like, cpu));
    k.task.mask[p] = this.firstRow + p;
    k.mask.set(this.firstRow + p, cpus);
  }

  private learn(p: number, cpu: number, bit: typeof ALLOWED | typeof FORBIDDEN): void {
    this.bits[p * this.w.k.cpus + cpu] = bit;
    this.put(p, cpu, bit === ALLOWED);
  }

  private put(p: number, cpu: number, allowed: boolean): void {
    const { k } = this.w;
    const cpus = Array.from({ length: k.cpus }, (_, at) => at).filter((at) => (at === cpu ? allowed : this.has(p, at)));
    k.mask.set(this.firstRow + p, cpus);
  }

  /** The mask that the next record shows, or null. */
  private next(pid: number, ts: number): readonly number[] | null {
    const own = this.seen.get(pid);
    if (own === undefined) return null;
    let [low, high] = [0, own.ts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (own.ts[middle]! <= ts) low = middle + 1;
      else high = middle;
    }
    return own.cpus[low] ?? null;
  }
}
