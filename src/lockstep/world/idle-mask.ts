/** Which CPUs are idle, as the recording shows it. */
import { idle_cpu } from '../../sim/kernel/core/idle.js';
import { NIL } from '../../sim/kernel/state/table.js';
import type { World } from './world.js';

/** CPUs that are idle, as bits: the lower and the upper 32. */
export type IdleCpus = readonly [low: number, high: number];

/** The record's mask has 64 bits. */
export const MASK_CPUS = 64;

/** What idle_cpu() reads, put aside while it is told otherwise. */
export class IdleMask {
  private readonly curr: Int32Array;
  private readonly nrRunning: Int32Array;
  private readonly pending: Uint8Array;
  private readonly stop: Uint8Array;

  constructor(private readonly w: World) {
    const { cpus } = w.k;
    this.curr = new Int32Array(cpus);
    this.nrRunning = new Int32Array(cpus);
    this.pending = new Uint8Array(cpus);
    this.stop = new Uint8Array(cpus);
  }

  /** CPUs that the model has idle: the lower and the upper 32 of them. */
  idle(): IdleCpus {
    const { k } = this.w;
    let [low, high] = [0, 0];
    for (let cpu = 0; cpu < Math.min(k.cpus, MASK_CPUS); cpu++) {
      if (!idle_cpu(k, cpu)) continue;
      if (cpu < 32) low |= 1 << cpu;
      else high |= 1 << (cpu - 32);
    }
    return [low, high];
  }

  /** CPUs that the model has idle and the mask busy, or the other way round. */
  differences(low: number, high: number): number {
    const { k } = this.w;
    let count = 0;
    for (let cpu = 0; cpu < Math.min(k.cpus, MASK_CPUS); cpu++) if (idle_cpu(k, cpu) !== hasCpu(low, high, cpu)) count++;
    return count;
  }

  /** Makes exactly the CPUs of the mask idle; `restore` takes it back. */
  impose(low: number, high: number): void {
    const { rq } = this.w.k;
    this.curr.set(rq.curr);
    this.nrRunning.set(rq.nr_running);
    this.pending.set(rq.ttwu_pending);
    this.stop.set(rq.stop_running);
    for (let cpu = 0; cpu < Math.min(this.w.k.cpus, MASK_CPUS); cpu++) {
      const wanted = hasCpu(low, high, cpu);
      if (idle_cpu(this.w.k, cpu) === wanted) continue;
      if (wanted) {
        rq.curr[cpu] = NIL;
        rq.nr_running[cpu] = 0;
        rq.ttwu_pending[cpu] = 0;
        rq.stop_running[cpu] = 0;
      } else {
        rq.ttwu_pending[cpu] = 1;
      }
    }
  }

  restore(): void {
    const { rq } = this.w.k;
    rq.curr.set(this.curr);
    rq.nr_running.set(this.nrRunning);
    rq.ttwu_pending.set(this.pending);
    rq.stop_running.set(this.stop);
  }
}

/** Whether a mask has a CPU. */
export function hasCpu(low: number, high: number, cpu: number): boolean {
  return cpu < 32 ? ((low >>> cpu) & 1) === 1 : ((high >>> (cpu - 32)) & 1) === 1;
}

/** Does `look` with these CPUs idle. */
export function withIdle<T>(w: World, [low, high]: IdleCpus, look: () => T): T {
  if (w.idleMask.differences(low, high) === 0) return look();
  w.idleMask.impose(low, high);
  const found = look();
  w.idleMask.restore();
  return found;
}
