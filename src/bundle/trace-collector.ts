import {
  EVENT_COLUMNS, EVENT_KINDS, INSTRUMENT_NAMES, INSTRUMENT_TABLES, TABLES,
  type EventKind, type InstrumentName, type TableData, type TableName,
} from '../sim/records.js';
import * as rows from './instrument-rows.js';
import { TableBuilder } from './table-builder.js';
import { TaskRegistry, type KnownTask } from './task-registry.js';
import type { LinePrefix } from './trace/prefix.js';
import type { TraceHandlers } from './trace/reader.js';

/** wake_flags: the waker is about to sleep. */
const WF_SYNC = 0x10;
/** `b` of a waking: an interrupt woke it; the wake-up was synchronous. */
const WOKEN_BY_INTERRUPT = 1;
const WOKEN_SYNC = 2;
/** The css id of the root group where the kernel prints ids as they are; elsewhere it prints 0. */
const ROOT_CSS_ID = 1;
const KIND = Object.fromEntries(EVENT_KINDS.map((name, i) => [name, i])) as Record<EventKind, number>;
const EVENT_B = EVENT_COLUMNS.findIndex((column) => column.name === 'b');

const DECISION_SEQ = TABLES.decisions.findIndex((column) => column.name === 'seq');
const BALANCE_SEQ = TABLES.balances.findIndex((column) => column.name === 'seq');

/** What a trace held, as tables. */
export interface Collected {
  readonly tables: Readonly<Record<TableName, TableData>>;
  /** Those of the instrumented kernel's tables that have rows. */
  readonly instrument: Readonly<Partial<Record<InstrumentName, TableData>>>;
  readonly registry: TaskRegistry;
  /** Rows whose time was before that of the row above; they have been sorted in. */
  readonly disordered: number;
  /** First time stamp in ns, as digits: it may pass 2^53. */
  readonly firstTimestampNs: string;
  readonly durationNs: number;
  readonly resolutionNs: number;
  /** What was written into trace_marker: [ns, text]. */
  readonly marks: ReadonlyArray<readonly [number, string]>;
  /** sd->level by domain name, as load_balance events show it. */
  readonly levels: ReadonlyMap<string, number>;
}

/** Builds a bundle's tables from the events of a trace. Times are ns since the first event. */
export class TraceCollector {
  private readonly decisions = new TableBuilder(TABLES.decisions);
  private readonly balances = new TableBuilder(TABLES.balances);
  private readonly events = new TableBuilder(TABLES.events);
  private readonly instrument = Object.fromEntries(
    INSTRUMENT_NAMES.map((name) => [name, new TableBuilder(INSTRUMENT_TABLES[name])]),
  ) as Record<InstrumentName, TableBuilder>;
  private readonly registry = new TaskRegistry();
  private readonly levels = new Map<string, number>();
  private readonly marks: [number, string][] = [];
  /** The row of a task's last waking, until its select_rq has told whether that was synchronous. */
  private readonly wakingRow = new Map<number, number>();
  private readonly scratch = new Float64Array(EVENT_COLUMNS.length);
  /** A row of an instrumented kernel's table while it is put together. */
  private readonly wide = new Float64Array(Math.max(...INSTRUMENT_NAMES.map((name) => INSTRUMENT_TABLES[name].length)));
  private wideAt = 0;
  private readonly put = (value: number): void => {
    this.wide[this.wideAt++] = value;
  };
  /** Rows so far, over all tables. */
  private seq = 0;
  private started = false;
  private firstSeconds = 0;
  private firstNanoseconds = 0;
  private resolutionNs = 1;
  private ts = 0;
  private earliest = 0;
  private latest = 0;

  /** The handlers to give to `readTrace`. */
  readonly handlers: TraceHandlers = {
    anyEvent: (p, line) => this.anyEvent(p, line),
    sched_switch: (p, e) => {
      if (e.prevPid !== 0) this.sawPrio(p, this.registry.named(e.prevPid, e.prevComm), e.prevPrio);
      if (e.nextPid !== 0) this.sawPrio(p, this.registry.named(e.nextPid, e.nextComm), e.nextPrio);
      return this.add(p, KIND.switch, e.nextPid, e.prevPid, e.prevState);
    },
    sched_waking: (p, e) => {
      this.sawPrio(p, this.registry.named(e.pid, e.comm), e.prio);
      this.wakingRow.set(e.pid, this.events.rows);
      return this.add(p, KIND.waking, e.pid, e.targetCpu, p.inInterrupt ? WOKEN_BY_INTERRUPT : 0);
    },
    sched_wakeup: (p, e) => {
      this.sawPrio(p, this.registry.named(e.pid, e.comm), e.prio);
      return this.add(p, KIND.wakeup, e.pid, e.targetCpu, -1);
    },
    sched_wakeup_new: (p, e) => {
      this.sawPrio(p, this.registry.named(e.pid, e.comm), e.prio);
      return this.add(p, KIND.wakeup_new, e.pid, e.targetCpu, -1);
    },
    sched_migrate_task: (p, e) => {
      this.sawPrio(p, this.registry.named(e.pid, e.comm), e.prio);
      return this.add(p, KIND.migrate, e.pid, e.origCpu, e.destCpu);
    },
    sched_process_fork: (p, e) => {
      this.registry.named(e.pid, e.comm);
      this.registry.born(e.pid, e.childPid, e.childComm);
      return this.add(p, KIND.fork, e.pid, e.childPid, -1);
    },
    sched_process_exec: (p, e) => this.add(p, KIND.exec, e.pid, -1, -1),
    sched_process_exit: (p, e) => {
      const task = this.registry.named(e.pid, e.comm);
      this.sawPrio(p, task, e.prio);
      task.exited = true;
      return this.add(p, KIND.exit, e.pid, -1, -1);
    },
    tracing_mark_write: (_, e) => {
      this.marks.push([this.ts, e.text]);
      return '';
    },
    cfslab_can_migrate: (p, e) => {
      this.sawPrio(p, this.registry.named(e.pid, e.comm), e.prio);
      e.row[0] = this.ts;
      e.row[1] = p.cpu;
      e.row[DECISION_SEQ] = this.seq++;
      return this.decisions.add(e.row);
    },
    cfslab_load_balance: (_, e) => {
      e.row[0] = this.ts;
      e.row[BALANCE_SEQ] = this.seq++;
      const problem = this.balances.add(e.row);
      if (problem === '') this.levels.set(e.domain, e.level);
      return problem;
    },
    cfslab_select_rq: (p, e) => {
      const task = this.registry.named(e.pid, e.comm);
      const row = this.registry.maskRow(e.allowedMask);
      if (task.allowed !== row) {
        if (task.allowed < 0) task.info.allowed = row;
        else this.add(p, KIND.allowed, e.pid, row, -1);
        task.allowed = row;
      }
      const waking = this.wakingRow.get(e.pid);
      if (waking !== undefined) {
        if ((e.wakeFlags & WF_SYNC) !== 0) this.events.set(waking, EVENT_B, this.events.get(waking, EVENT_B) | WOKEN_SYNC);
        this.wakingRow.delete(e.pid);
      }
      this.begin(e.cpu);
      rows.wakeupRow(e, row, this.put);
      return this.end('wakeups');
    },
    cfslab_preempt: (_, e) => {
      this.begin(e.cpu);
      rows.preemptRow(e, this.put);
      return this.end('preempts');
    },
    cfslab_place: (p, e) => {
      if (e.pid > 0) this.sawGroup(p, this.registry.get(e.pid), e.tg);
      this.begin(e.cpu);
      rows.placeRow(e, groupOf(e.tg), this.put);
      return this.end('places');
    },
    cfslab_tick: (p, e) => {
      if (e.pid > 0) this.sawGroup(p, this.registry.get(e.pid), e.tg);
      this.begin(e.cpu);
      rows.tickRow(e, groupOf(e.tg), this.put);
      return this.end('ticks');
    },
    cfslab_newidle: (p, e) => {
      // The dice that it rolled, domain by domain; −1 where none was.
      for (let domain = 0; domain < e.d1k.length; domain++) {
        if (e.d1k[domain]! >= 0) this.add(p, KIND.draw, -1, e.d1k[domain]!, domain);
      }
      const problem = this.add(p, KIND.newidle, -1, e.gate, e.pulled);
      if (problem !== '') return problem;
      this.begin(e.cpu);
      rows.newidleRow(e, this.put);
      return this.end('newidles');
    },
    cfslab_find_busiest: (_, e) => {
      this.begin(e.dst);
      rows.busiestRow(e, this.put);
      return this.end('busiest');
    },
    cfslab_nohz_kick: (_, e) => {
      this.begin(e.cpu);
      rows.kickRow(e, this.put);
      return this.end('kicks');
    },
    sched_stat_runtime: (p, e) => {
      this.begin(p.cpu);
      rows.runtimeRow(e, this.put);
      return this.end('runtimes');
    },
    cfslab_throttle: (p, e) => this.add(p, KIND.throttle, -1, groupOf(e.tg), e.on),
  };

  finish(): Collected {
    // Where lines were out of order, the first event is not the first line.
    const shift = -this.earliest;
    const decisions = this.decisions.finish();
    const balances = this.balances.finish();
    const events = this.events.finish();
    const tables = { decisions: decisions.table, balances: balances.table, events: events.table };
    const instrument: Partial<Record<InstrumentName, TableData>> = {};
    let disordered = decisions.disordered + balances.disordered + events.disordered;
    for (const name of INSTRUMENT_NAMES) {
      const finished = this.instrument[name].finish();
      disordered += finished.disordered;
      if (finished.table.rows > 0) instrument[name] = finished.table;
    }
    if (shift !== 0) {
      for (const { rows, columns } of [...Object.values(tables), ...Object.values(instrument)]) {
        const ts = columns['ts'] as Float64Array;
        for (let row = 0; row < rows; row += 1) ts[row]! += shift;
      }
    }
    const first = BigInt(this.firstSeconds) * 1_000_000_000n + BigInt(this.firstNanoseconds) - BigInt(shift);
    return {
      tables,
      instrument,
      registry: this.registry,
      disordered,
      firstTimestampNs: String(first),
      durationNs: this.latest + shift,
      resolutionNs: this.resolutionNs,
      marks: this.marks.map(([ts, text]) => [ts + shift, text]),
      levels: this.levels,
    };
  }

  private anyEvent(p: LinePrefix, line: string): void {
    if (!this.started) {
      this.started = true;
      this.firstSeconds = p.seconds;
      this.firstNanoseconds = p.nanoseconds;
    }
    this.resolutionNs = Math.max(this.resolutionNs, p.resolutionNs);
    this.ts = (p.seconds - this.firstSeconds) * 1e9 + p.nanoseconds - this.firstNanoseconds;
    // A span of more than 104 days is a damaged time stamp: such lines have no time that could be right.
    if (!Number.isSafeInteger(this.ts)) this.ts = this.latest;
    if (this.ts < this.earliest) this.earliest = this.ts;
    if (this.ts > this.latest) this.latest = this.ts;
    if (p.pid !== 0 && !this.registry.has(p.pid)) this.registry.fromPrefix(p.pid, line.slice(p.commStart, p.commEnd));
  }

  private sawPrio(p: LinePrefix, task: KnownTask, prio: number): void {
    if (task.prio === prio) return;
    if (task.prio < 0) task.info.prio = prio;
    else this.add(p, KIND.prio, task.info.pid, prio, -1);
    task.prio = prio;
  }

  private sawGroup(p: LinePrefix, task: KnownTask, tg: number): void {
    const group = groupOf(tg);
    if (task.group === group) return;
    if (task.group < 0) task.info.group = group;
    else this.add(p, KIND.group, task.info.pid, group, -1);
    task.group = group;
  }

  /** Begins a row of an instrumented kernel's table. */
  private begin(cpu: number): void {
    this.wide[0] = this.ts;
    this.wide[1] = cpu;
    this.wideAt = 2;
  }

  private end(name: InstrumentName): string {
    this.wide[this.wideAt] = this.seq++;
    return this.instrument[name].add(this.wide);
  }

  private add(p: LinePrefix, kind: number, pid: number, a: number, b: number): string {
    const row = this.scratch;
    row[0] = this.ts;
    row[1] = p.cpu;
    row[2] = kind;
    row[3] = pid;
    row[4] = a;
    row[5] = b;
    row[6] = this.seq++;
    return this.events.add(row);
  }
}

function groupOf(tg: number): number {
  return tg === ROOT_CSS_ID ? 0 : tg;
}
