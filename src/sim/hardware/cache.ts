import type { Kernel } from '../kernel/kernel.js';
import { Table } from '../kernel/state/table.js';
import type { CacheProfile } from '../profile.js';

/*
 * The cache model: what moving a task costs.
 *
 * A task has a working set of W bytes, which it sweeps at R bytes per µs of run time. A cache (a core's private one, or
 * the one shared by the CPUs of an LLC) is a stack of the bytes touched last, C bytes deep, as under LRU. Every cache
 * counts the bytes touched through it, E. While a task is away, others push it down the stack:
 *
 *     left  = clamp(C − (E_now − E_then), 0, what it had there)      (0 in a cache that it did not use last)
 *     missing = min(W, C_private) − left_private
 *
 * When it runs for t it touches T = min(W, R·t) bytes, the missing ones first, so it brings in
 *
 *     refill = min(missing, T),  of which from the LLC:  min(refill, left_llc − left_private),  the rest from memory
 *     time   = llc_bytes · llcPsPerByte + memory_bytes · memoryPsPerByte      (remotePsPerByte from another node)
 *
 * and is slower by that time. A task that was moved has left_private = 0 (and left_llc = 0 across LLCs): a hot one pays
 * for its whole working set, one that slept while others used its cache pays little more than it would have anyway.
 * Stack distances are taken as the sum of what the others touched, which is an upper bound where they touch the same.
 */

/** What the model knows of each task's place in the caches. */
class TaskCacheTable extends Table {
  readonly workingSet = this.f64();
  /** Bytes per µs. */
  readonly touchRate = this.f64();
  readonly core = this.i32(-1);
  readonly llc = this.i32(-1);
  readonly node = this.i32(-1);
  readonly privateBytes = this.f64();
  readonly llcBytes = this.f64();
  readonly privateMark = this.f64();
  readonly llcMark = this.f64();
  /** Bytes touched since it was switched in. */
  readonly touched = this.f64();
}

export class CacheModel {
  private readonly t: TaskCacheTable;
  /** Bytes touched through each private cache and each LLC (by CPU that names it). */
  private readonly privateTouched: Float64Array;
  private readonly llcTouched: Float64Array;
  /** [ns of refills charged] */
  private readonly refilled: Float64Array;
  /** False where every refill costs nothing: then the model is off. */
  readonly enabled: boolean;

  constructor(
    private readonly k: Kernel,
    private readonly profile: CacheProfile,
  ) {
    this.t = new TaskCacheTable(k.arena, k.tasks);
    this.privateTouched = k.arena.f64(k.cpus);
    this.llcTouched = k.arena.f64(k.cpus);
    this.refilled = k.arena.f64(1);
    this.enabled = profile.llcPsPerByte > 0 || profile.memoryPsPerByte > 0 || profile.remotePsPerByte > 0;
  }

  /** ns of refills charged so far. */
  get refillNs(): number {
    return this.refilled[0]!;
  }

  /** A new task, cold everywhere. */
  born(p: number, workingSet: number, touchRate: number): void {
    const t = this.t;
    t.workingSet[p] = workingSet;
    t.touchRate[p] = touchRate;
    t.core[p] = -1;
    t.llc[p] = -1;
    t.node[p] = -1;
    t.privateBytes[p] = 0;
    t.llcBytes[p] = 0;
    t.touched[p] = 0;
  }

  /** The task takes up another working set; what it had of the old one is of no use. */
  setWorkingSet(p: number, workingSet: number, touchRate: number): void {
    this.t.workingSet[p] = workingSet;
    this.t.touchRate[p] = touchRate;
    this.t.privateBytes[p] = 0;
    this.t.llcBytes[p] = 0;
  }

  /** The task is switched in on `cpu`: what the others have left of its bytes. */
  switchIn(p: number, cpu: number): void {
    if (!this.enabled) return;
    const { t, k, profile } = this;
    const core = k.rq.core[cpu]!;
    const llc = k.rq.sd_llc_id[cpu]!;
    t.privateBytes[p] =
      t.core[p] === core ? left(profile.privateBytes, this.privateTouched[core]! - t.privateMark[p]!, t.privateBytes[p]!) : 0;
    t.llcBytes[p] =
      t.llc[p] === llc ? left(profile.llcBytes, this.llcTouched[llc]! - t.llcMark[p]!, t.llcBytes[p]!) : 0;
    t.touched[p] = 0;
  }

  /**
   * The task is about to run for `work` ns on `cpu`: the time that its refills add, ns.
   */
  refill(p: number, cpu: number, work: number): number {
    if (!this.enabled) return 0;
    const { t, k, profile } = this;
    const set = t.workingSet[p]!;
    if (set === 0) return 0;
    const sweep = Math.min(set, Math.floor((work * t.touchRate[p]!) / 1000));
    t.touched[p] = Math.min(set, t.touched[p]! + sweep);
    const had = t.privateBytes[p]!;
    const missing = Math.min(set, profile.privateBytes) - had;
    const bytes = Math.min(missing, sweep);
    if (bytes <= 0) return 0;
    const fromLlc = Math.min(bytes, Math.max(0, t.llcBytes[p]! - had));
    const fromMemory = bytes - fromLlc;
    const node = t.node[p]!;
    const memoryPs = node === -1 || node === k.rq.node[cpu]! ? profile.memoryPsPerByte : profile.remotePsPerByte;
    const ns = Math.floor((fromLlc * profile.llcPsPerByte + fromMemory * memoryPs) / 1000);
    t.privateBytes[p] = had + bytes;
    t.llcBytes[p] = Math.min(profile.llcBytes, Math.max(t.llcBytes[p]!, had + bytes));
    this.refilled[0]! += ns;
    return ns;
  }

  /** The task is switched out of `cpu`. */
  switchOut(p: number, cpu: number): void {
    if (!this.enabled) return;
    const { t, k } = this;
    const core = k.rq.core[cpu]!;
    const llc = k.rq.sd_llc_id[cpu]!;
    this.privateTouched[core]! += t.touched[p]!;
    this.llcTouched[llc]! += t.touched[p]!;
    t.core[p] = core;
    t.llc[p] = llc;
    t.node[p] = k.rq.node[cpu]!;
    t.privateMark[p] = this.privateTouched[core]!;
    t.llcMark[p] = this.llcTouched[llc]!;
  }
}

/** What is left of `had` bytes in a cache of `capacity` bytes after others have touched `touched` bytes through it. */
function left(capacity: number, touched: number, had: number): number {
  const room = capacity - touched;
  return room <= 0 ? 0 : Math.min(room, had);
}
