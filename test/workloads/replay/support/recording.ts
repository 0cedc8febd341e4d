import type { BundleContents, Manifest, TaskInfo } from '../../../../src/bundle/tables/contents.js';
import { EVENT_KINDS } from '../../../../src/sim/records/records.js';
import type { EventKind, TableData } from '../../../../src/sim/records/records.js';

const EMPTY: TableData = { rows: 0, columns: {} };
export const IDLE = 0;
/** States of a task that is switched away from. */
export const R = 0;
export const S = 1;
export const X = 16;
export const IRQ = 1;
export const SYNC = 2;

/** Writes the events of a recording by hand, in time order. */
export class Recording {
  private readonly rows: number[][] = [];
  private readonly infos: TaskInfo[] = [];
  readonly masks: number[][] = [];

  constructor(readonly cpus: number) {}

  task(pid: number, info: Partial<TaskInfo> = {}): this {
    const known = { pid, comm: `t${pid}`, parent: -1, prio: 120, allowed: -1, group: 0, preexisting: true };
    this.infos.push({ ...known, ...info });
    return this;
  }

  event(ts: number, cpu: number, kind: EventKind, pid: number, a = 0, b = 0): this {
    this.rows.push([ts, cpu, EVENT_KINDS.indexOf(kind), pid, a, b]);
    return this;
  }

  /** `prev` leaves the CPU in `state`, `next` gets it. */
  to(ts: number, cpu: number, prev: number, state: number, next: number): this {
    return this.event(ts, cpu, 'switch', next, prev, state);
  }

  wake(ts: number, cpu: number, pid: number, flags = 0): this {
    return this.event(ts, cpu, 'waking', pid, cpu, flags);
  }

  fork(ts: number, cpu: number, parent: number, child: number): this {
    this.infos.push({ pid: child, comm: `t${child}`, parent, prio: 120, allowed: -1, group: 0, preexisting: false });
    return this.event(ts, cpu, 'fork', parent, child);
  }

  contents(manifest: Partial<Manifest> = {}, decisions: TableData = EMPTY): BundleContents {
    const column = (index: number): number[] => this.rows.map((row) => row[index]!);
    const events: TableData = {
      rows: this.rows.length,
      columns: {
        ts: column(0), cpu: column(1), kind: column(2), pid: column(3), a: column(4), b: column(5),
        seq: this.rows.map((_, row) => row),
      },
    };
    return {
      manifest: {
        schema: 2,
        source: 'kernel',
        release: '6.1.0',
        hz: 250,
        preemption: 'voluntary',
        topology: 'flat',
        cpus: this.cpus,
        sysctl: {},
        features: [],
        policy: { name: 'stock', params: {}, hash: '' },
        workload: 'made-up',
        seed: null,
        clockResolutionNs: 1,
        durationNs: 0,
        lostEvents: 0,
        inputs: {},
        rows: { decisions: 0, balances: 0, events: this.rows.length },
        notes: [],
        ...manifest,
      },
      tables: { events, decisions, balances: EMPTY },
      instrument: {},
      tasks: this.infos,
      masks: this.masks,
      domains: [],
      counters: {},
    };
  }
}
