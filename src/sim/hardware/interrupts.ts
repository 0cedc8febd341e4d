import type { Kernel } from '../kernel/kernel.js';
import { NIL } from '../kernel/state/table.js';

/** When interrupts get through to a CPU. */
export class Interrupts {
  /** When a CPU that went idle is through with schedule(), which runs with interrupts off, ns. */
  readonly from: Float64Array;

  constructor(private readonly k: Kernel) {
    this.from = k.arena.f64(k.cpus);
  }

  /** The present within an event: its time, and the kernel work that it has charged so far. */
  present(): number {
    return this.k.present();
  }

  /** When an interrupt that is sent now has an effect on `cpu`. */
  arrival(cpu: number): number {
    const { k } = this;
    const time = Math.max(k.g.now[0]!, this.present() + k.cost.ipi_delay);
    if (k.rq.curr[cpu] !== NIL || k.rq.stop_running[cpu] !== 0) return time;
    // On its way into idleness a CPU takes them when it is there.
    const from = this.from[cpu]!;
    return time < from ? from : time;
  }
}
