import type { BundleContents, Manifest, RecordedGroup, TaskInfo } from '../../../src/bundle/tables/contents.js';
import { loadMachine } from '../../../src/experiment/schema/profile.js';
import { becomeRunning, makeRunnable } from '../../../src/lockstep/rows/switching.js';
import { Tally } from '../../../src/lockstep/agreement/tally.js';
import { World } from '../../../src/lockstep/world/world.js';
import type { MachineProfile } from '../../../src/sim/profile.js';
import {
  EVENT_KINDS, INSTRUMENT_TABLES, TABLES, type ColumnSpec, type EventKind, type InstrumentName, type TableData,
  type TableName,
} from '../../../src/sim/records/records.js';

type Row = Readonly<Record<string, number>>;

/** A group of a hand-made recording. */
export function group(id: number, parent = 0, quotaNs: number | null = null): RecordedGroup {
  return { id, parent, name: `g${id}`, weight: 100, quotaNs, periodNs: 100_000_000, burstNs: 0, idle: false };
}

/** A small recording, written by hand: rows in the order in which things happen. */
export class Recording {
  readonly machine: MachineProfile = loadMachine('pvt8c');
  private readonly rows = new Map<string, Row[]>();
  private readonly tasks: TaskInfo[] = [];
  /** Affinity masks, as lists of CPUs. */
  readonly masks: number[][] = [];
  private seq = 0;

  constructor(private readonly groups: readonly RecordedGroup[] = []) {}

  task(pid: number, prio = 120, groupId = -1, parent = -1): this {
    this.tasks.push({ pid, comm: `t${pid}`, parent, prio, allowed: -1, group: groupId, preexisting: true });
    return this;
  }

  event(ts: number, cpu: number, kind: EventKind, pid: number, a = -1, b = -1): this {
    return this.put('events', { ts, cpu, kind: EVENT_KINDS.indexOf(kind), pid, a, b });
  }

  put(table: TableName | InstrumentName, row: Row): this {
    const rows = this.rows.get(table) ?? [];
    this.rows.set(table, rows);
    rows.push({ ...row, seq: this.seq++ });
    return this;
  }

  contents(): BundleContents {
    const table = (name: string, specs: readonly ColumnSpec[]): TableData => {
      const rows = this.rows.get(name) ?? [];
      const columns = specs.map((column) => [column.name, rows.map((row) => row[column.name] ?? 0)] as const);
      return { rows: rows.length, columns: Object.fromEntries(columns) };
    };
    const { machine } = this;
    const manifest: Manifest = {
      schema: 2, source: 'kernel', release: '6.1', hz: machine.hz, preemption: 'voluntary', topology: 'pvt8c',
      cpus: machine.topology.cpus.length, sysctl: { autogroup_enabled: 0 }, features: [],
      policy: { name: 'stock', params: {}, hash: '' }, workload: '', seed: null, clockResolutionNs: 1, durationNs: 1e9,
      lostEvents: 0, inputs: {}, groups: this.groups, rows: { decisions: 0, balances: 0, events: 0 }, notes: [],
    };
    return {
      manifest,
      tables: {
        decisions: table('decisions', TABLES.decisions),
        balances: table('balances', TABLES.balances),
        events: table('events', TABLES.events),
      },
      instrument: Object.fromEntries(
        Object.entries(INSTRUMENT_TABLES)
          .filter(([name]) => this.rows.has(name))
          .map(([name, specs]) => [name, table(name, specs)]),
      ),
      tasks: this.tasks, masks: this.masks, domains: [], counters: {},
    };
  }

  /** The machine before the first row, at 1 ms. */
  world(): World {
    const w = new World(this.contents(), this.machine, new Tally(10, null), 0);
    w.at(1_000_000, 0, 0);
    return w;
  }
}

/** Puts a task on the queue of a CPU, by the recording's id of its group; the first one runs there. */
export function start(w: World, pid: number, cpu: number, groupId = 0): number {
  const p = w.roster.rowOrAdopt(pid, cpu);
  w.changeGroup(p, w.group(groupId));
  if (w.k.rq.curr[cpu] === -1) becomeRunning(w, pid, cpu);
  else makeRunnable(w, pid, cpu);
  w.queued[cpu] = [];
  return p;
}
