import type { Kernel } from '../kernel/kernel.js';
import { NIL } from '../kernel/state/table.js';

/**
 * How fast each CPU works, in 1/1024 of the fastest: its capacity, less while its SMT sibling is busy too.
 * The columns hold the speed in force; the machine re-times what runs when it changes.
 */
export class Speed {
  /** By CPU. */
  readonly now: Int32Array;

  constructor(
    private readonly k: Kernel,
    /** Speed of a thread with a busy sibling, 1/1024. */
    private readonly smtSpeed: number,
  ) {
    this.now = k.arena.i32(k.cpus);
    for (let cpu = 0; cpu < k.cpus; cpu++) this.now[cpu] = k.cpu_scale[cpu]!;
  }

  /** Wall time that `work` ns of work at full speed take on `cpu`, ns. */
  wall(cpu: number, work: number): number {
    const speed = this.now[cpu]!;
    return speed === 1024 ? work : Math.ceil((work * 1024) / speed);
  }

  /** Work that is done in `wall` ns on `cpu`, ns at full speed, rounded up. */
  work(cpu: number, wall: number): number {
    const speed = this.now[cpu]!;
    return speed === 1024 ? wall : Math.ceil((wall * speed) / 1024);
  }

  /**
   * `cpu` has become busy or idle. Sets its speed and that of its busy siblings.
   * @param changed called for each sibling whose speed changes, with the old speed
   */
  changed(cpu: number, busy: boolean, changed: (sibling: number, old: number) => void): void {
    const { k } = this;
    if (this.smtSpeed === 1024 || k.rq.smt_len[cpu] === 1) return;
    const off = k.rq.smt_off[cpu]!;
    let shared = false;
    for (let i = 0; i < k.rq.smt_len[cpu]!; i++) {
      const sibling = k.topo_cpus[off + i]!;
      if (sibling === cpu || k.rq.curr[sibling] === NIL) continue;
      shared = true;
      const old = this.now[sibling]!;
      this.now[sibling] = this.of(sibling, busy);
      if (old !== this.now[sibling]) changed(sibling, old);
    }
    this.now[cpu] = this.of(cpu, shared);
  }

  private of(cpu: number, shared: boolean): number {
    const full = this.k.cpu_scale[cpu]!;
    return shared ? Math.max(1, Math.floor((full * this.smtSpeed) / 1024)) : full;
  }
}
