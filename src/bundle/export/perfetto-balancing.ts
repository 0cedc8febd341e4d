import type { TableData } from '../../sim/records/records.js';
import type { DomainInfo } from '../tables/contents.js';
import { DEBUG_ANNOTATION, TRACE_PACKET, TRACK_EVENT, TYPE_INSTANT } from './perfetto-fields.js';
import { TRACKS_SEQUENCE, type Interned, type PacketWriter } from './perfetto-packets.js';
import type { Tasks } from './perfetto-tasks.js';
import { BALANCING_GROUP, FAILED_GROUP, declareTrack, trackUuid, writeCounter } from './perfetto-tracks.js';
import type { MessageWriter } from './perfetto-wire.js';

/** A decision to move a task although it is cache-hot, since nr_balance_failed was above cache_nice_tries. */
const FORCED = 2;
/** load_balance() came to trying. */
const STAGE_TRIED = 3;
const UNKNOWN = -1;

/** Columns of a forced migration's decision, and of a failed load_balance(), that the UI shows with it. */
const FORCED_COLUMNS = [
  'pid', 'src_cpu', 'dst_cpu', 'level', 'idle', 'migration_type', 'imbalance', 'nr_balance_failed', 'cache_nice_tries',
  'delta', 'migration_cost', 'nr_migrations', 'task_load', 'task_util', 'h_load', 'src_nr', 'dst_nr', 'src_load', 'dst_load',
] as const;
const FAILED_COLUMNS = [
  'level', 'idle', 'busiest', 'active', 'migration_type', 'imbalance', 'flags', 'nr_balance_failed', 'balance_interval',
] as const;
const COMM = 'comm';
const ANNOTATIONS = [...new Set<string>([COMM, ...FORCED_COLUMNS, ...FAILED_COLUMNS])];

const CATEGORY = 'cfslab';
const FORCED_NAME = 'forced migration';
const FAILED_NAME = 'load_balance failed';
export const BALANCING_STRINGS: Interned = {
  categories: [CATEGORY],
  names: [FORCED_NAME, FAILED_NAME],
  annotations: ANNOTATIONS,
};
const iid = (list: readonly string[], text: string): number => list.indexOf(text) + 1;
const FORCED_IIDS = FORCED_COLUMNS.map((column) => iid(ANNOTATIONS, column));
const FAILED_IIDS = FAILED_COLUMNS.map((column) => iid(ANNOTATIONS, column));

/** What balances and decisions show: nr_balance_failed as counters, failures and forced migrations as instants. */
export class Balancing {
  private balance = 0;
  private decision = 0;
  /** The last nr_balance_failed of a counter, by the number of its track. */
  private readonly failed = new Map<number, number>();

  constructor(
    private readonly out: PacketWriter,
    private readonly tasks: Tasks,
    private readonly balances: TableData,
    private readonly decisions: TableData,
  ) {}

  /** Declares the tracks: for each CPU one for instants, and one for the counter of each level that it balances. */
  declare(cpus: number, domains: readonly DomainInfo[]): void {
    for (let cpu = 0; cpu < cpus; cpu += 1) {
      declareTrack(this.out, BALANCING_GROUP, trackUuid(BALANCING_GROUP, cpu), `CPU ${cpu}`, cpu);
    }
    const { cpu, level, nr_balance_failed: count } = this.balances.columns as Columns;
    const pairs = new Map<number, readonly [number, number]>();
    for (let row = 0; row < this.balances.rows; row += 1) {
      if (count[row]! <= UNKNOWN || level[row]! < 0) continue;
      pairs.set(trackUuid(FAILED_GROUP, cpu[row]!, level[row]!), [cpu[row]!, level[row]!]);
    }
    const names = new Map(domains.map((domain) => [domain.level, domain.name]));
    const order = [...pairs].sort(([, [cpuA, levelA]], [, [cpuB, levelB]]) => cpuA - cpuB || levelA - levelB);
    order.forEach(([uuid, [on, at]], rank) => {
      declareTrack(this.out, FAILED_GROUP, uuid, `CPU ${on} ${names.get(at) ?? `level ${at}`}`, rank);
    });
  }

  /** Writes what comes next, up to and with a time in ns. @returns whether there may be more up to then */
  writeUntil(ts: number): boolean {
    while (this.balance < this.balances.rows && this.balances.columns['ts']![this.balance]! <= ts) {
      if (this.out.full) return true;
      this.writeBalance(this.balance++);
    }
    while (this.decision < this.decisions.rows && this.decisions.columns['ts']![this.decision]! <= ts) {
      if (this.out.full) return true;
      if (this.decisions.columns['result']![this.decision] === FORCED) this.writeForced(this.decision);
      this.decision += 1;
    }
    return false;
  }

  private writeBalance(row: number): void {
    const { ts, cpu, level, stage, moved, nr_balance_failed: count } = this.balances.columns as Columns;
    const on = cpu[row]!;
    const value = count[row]!;
    if (value > UNKNOWN && level[row]! >= 0) {
      const uuid = trackUuid(FAILED_GROUP, on, level[row]!);
      if (this.failed.get(uuid) !== value) {
        this.failed.set(uuid, value);
        writeCounter(this.out, ts[row]!, uuid, value);
      }
    }
    if (stage[row] !== STAGE_TRIED || moved[row] !== 0) return;
    const m = this.beginInstant(ts[row]!, on, FAILED_NAME);
    this.annotate(m, this.balances, row, FAILED_COLUMNS, FAILED_IIDS);
    this.endInstant(m);
  }

  private writeForced(row: number): void {
    const { ts, cpu, pid } = this.decisions.columns as Columns;
    const m = this.beginInstant(ts[row]!, cpu[row]!, FORCED_NAME);
    const { comm } = this.tasks.at(pid[row]!, cpu[row]!);
    m.open(TRACK_EVENT.debug_annotations).int(DEBUG_ANNOTATION.name_iid, iid(ANNOTATIONS, COMM));
    m.text(DEBUG_ANNOTATION.string_value, comm).close();
    this.annotate(m, this.decisions, row, FORCED_COLUMNS, FORCED_IIDS);
    this.endInstant(m);
  }

  private beginInstant(ts: number, cpu: number, name: string): MessageWriter {
    const m = this.out.begin(TRACKS_SEQUENCE, ts).open(TRACE_PACKET.track_event);
    m.int(TRACK_EVENT.type, TYPE_INSTANT).int(TRACK_EVENT.track_uuid, trackUuid(BALANCING_GROUP, cpu));
    m.int(TRACK_EVENT.category_iids, iid(BALANCING_STRINGS.categories, CATEGORY));
    return m.int(TRACK_EVENT.name_iid, iid(BALANCING_STRINGS.names, name));
  }

  private annotate(
    m: MessageWriter, table: TableData, row: number, names: readonly string[], iids: readonly number[],
  ): void {
    names.forEach((name, i) => {
      m.open(TRACK_EVENT.debug_annotations).int(DEBUG_ANNOTATION.name_iid, iids[i]!);
      m.int(DEBUG_ANNOTATION.int_value, table.columns[name]![row]!).close();
    });
  }

  private endInstant(m: MessageWriter): void {
    m.close();
    this.out.end();
  }
}

type Columns = Readonly<
  Record<'ts' | 'cpu' | 'pid' | 'level' | 'stage' | 'moved' | 'nr_balance_failed', ArrayLike<number>>
>;
