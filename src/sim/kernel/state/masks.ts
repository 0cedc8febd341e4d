import type { Arena } from './arena.js';

/** Affinity masks: every different `cpus_ptr` of a run once, one byte per CPU. Tasks refer to them by row. */
export class MaskTable {
  readonly allowed: Uint8Array;
  /** Number of CPUs allowed: p->nr_cpus_allowed. */
  readonly weight: Int32Array;
  /** Lowest CPU allowed. */
  readonly first: Int32Array;

  constructor(
    arena: Arena,
    readonly rows: number,
    readonly cpus: number,
  ) {
    this.allowed = arena.u8(rows * cpus);
    this.weight = arena.i32(rows);
    this.first = arena.i32(rows);
  }

  /** Fills row `row` with the CPUs listed. */
  set(row: number, cpus: Iterable<number>): void {
    const base = row * this.cpus;
    this.allowed.fill(0, base, base + this.cpus);
    for (const cpu of cpus) this.allowed[base + cpu] = 1;
    let weight = 0;
    let first = -1;
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      if (this.allowed[base + cpu] === 0) continue;
      weight++;
      if (first < 0) first = cpu;
    }
    this.weight[row] = weight;
    this.first[row] = first;
  }

  /** cpumask_test_cpu */
  has(row: number, cpu: number): boolean {
    return this.allowed[row * this.cpus + cpu] === 1;
  }
}
