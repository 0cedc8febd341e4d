import type { Kernel } from '../../sim/kernel/kernel.js';
import type { Column } from '../../sim/kernel/state/arena.js';

/** What a balance reads of every CPU's queue, at one moment. */
export type View = Float64Array;

/** Takes such views of the machine, and has it show others than its own for a while. */
export class Views {
  /** Columns by CPU, and where the CPU's row is in them. */
  private readonly columns: ReadonlyArray<readonly [column: Column, first: number]>;

  constructor(private readonly k: Kernel) {
    const { rq, cfs, avg, cfs_avg } = k;
    this.columns = [
      [rq.curr, 0], [rq.nr_running, 0], [rq.ttwu_pending, 0], [rq.stop_running, 0], [cfs.h_nr_running, 0],
      [avg.load_avg, cfs_avg], [avg.util_avg, cfs_avg], [avg.runnable_avg, cfs_avg], [avg.util_est_enqueued, cfs_avg],
    ];
  }

  take(): View {
    const { columns, k: { cpus } } = this;
    const view = new Float64Array(columns.length * cpus);
    columns.forEach(([column, first], i) => {
      for (let cpu = 0; cpu < cpus; cpu++) view[i * cpus + cpu] = column[first + cpu]!;
    });
    return view;
  }

  /** Whether two views show the same of a CPU. */
  alike(a: View, b: View, cpu: number): boolean {
    for (let i = cpu; i < a.length; i += this.k.cpus) if (a[i] !== b[i]) return false;
    return true;
  }

  /** Does `look` with every CPU's queue as `seen` has it; what `look` changes elsewhere stays. */
  during<T>(seen: (cpu: number) => View, look: () => T): T {
    const own = this.take();
    this.show(seen);
    const found = look();
    this.show(() => own);
    return found;
  }

  private show(seen: (cpu: number) => View): void {
    const { columns, k: { cpus } } = this;
    for (let cpu = 0; cpu < cpus; cpu++) {
      const view = seen(cpu);
      columns.forEach(([column, first], i) => {
        column[first + cpu] = view[i * cpus + cpu]!;
      });
    }
  }
}
