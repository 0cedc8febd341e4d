import { WF_SYNC } from '../../sim/kernel/constants.js';
import { EVENT_COLUMNS, INSTRUMENT_NAMES, KIND, type InstrumentName } from '../../sim/records/records.js';
import { DirtyLog } from '../dirty.js';
import { GroupWatch, type SeenGroups } from './group-watch.js';
import * as rows from './instrument-rows.js';
import { LineClock } from './line-clock.js';
import { ProbedCalls } from './probed-calls.js';
import {
  A, B, CPU, EVENTS, EVENT_KIND, OP_ALLOWED, OP_GROUP, OP_NEW_PID, OP_PRIO, OP_RUNS, PID, RowArranger,
} from './row-arranger.js';
import { RowCheck } from '../tables/row-check.js';
import { RunnerWatch } from './runner-watch.js';
import { ALL_TABLES, columnsOf, type RowSink } from '../tables/row-sink.js';
import { RowWindow, WINDOW_ROWS } from './row-window.js';
import { TaskRegistry, type KnownTask } from './task-registry.js';
import type { LinePrefix } from '../trace/prefix.js';
import type { TraceHandlers } from '../trace/reader.js';

/** `b` of a waking: an interrupt woke it; the wake-up was synchronous. */
const WOKEN_BY_INTERRUPT = 1;
const WOKEN_SYNC = 2;
/** The css id of the root group where the kernel prints ids as they are; elsewhere it prints 0. */
const ROOT_CSS_ID = 1;
/** No kernel has more CPUs: where a line says so, it is damaged. */
const MOST_CPUS = 8192;
/** Marks that are kept; a program may write millions. */
const MOST_MARKS = 100;

const DECISIONS = ALL_TABLES.indexOf('decisions');
const BALANCES = ALL_TABLES.indexOf('balances');
const BALANCE_ON = columnsOf('balances').findIndex((column) => column.name === 'on');
const CHECKS = ALL_TABLES.map((name) => new RowCheck(columnsOf(name)));
const LENGTHS = ALL_TABLES.map((name) => columnsOf(name).length);

export interface CollectorOptions {
  readonly dirty?: DirtyLog;
  /** CPUs of the machine: an event on another one is malformed. */
  readonly cpus?: number;
  /** Files that are read in step; their rows are merged by time. */
  readonly files?: number;
  readonly windowRows?: number;
}

/** What a trace held, beside its rows. */
export interface Collected {
  readonly registry: TaskRegistry;
  /** First time stamp in ns, as digits: it may pass 2^53. */
  readonly firstTimestampNs: string;
  readonly durationNs: number;
  readonly resolutionNs: number;
  /** Highest CPU that an event names, −1 where there is none. */
  readonly highestCpu: number;
  /** The first things that were written into trace_marker: [ns, text]. */
  readonly marks: ReadonlyArray<readonly [number, string]>;
  /** Marks beyond those. */
  readonly moreMarks: number;
  /** Who runs throughout on CPUs without a switch: [cpu, pid]. */
  readonly throughout: ReadonlyArray<readonly [number, number]>;
  /** sd->level by domain name, as load_balance events show it. */
  readonly levels: ReadonlyMap<string, number>;
  /** What the trace shows of task groups. */
  readonly groups: SeenGroups;
}

/**
 * Makes rows of the events of a trace, which a `RowWindow` puts in order of time and a `RowArranger` makes tables of. Times
 * are ns since the first event.
 */
export class TraceCollector {
  private readonly registry = new TaskRegistry();
  private readonly dirty: DirtyLog;
  private readonly cpus: number;
  private readonly window: RowWindow;
  private readonly levels = new Map<string, number>();
  private readonly marks: [number, string][] = [];
  private moreMarks = 0;
  private readonly scratch = new Float64Array(EVENT_COLUMNS.length);
  /** A row of an instrumented kernel's table while it is put together. */
  private readonly wide = new Float64Array(Math.max(...LENGTHS));
  private wideAt = 0;
  private readonly put = (value: number): void => {
    this.wide[this.wideAt++] = value;
  };
  private readonly clock: LineClock;
  private readonly groups = new GroupWatch();
  private readonly runners = new RunnerWatch();
  private readonly probes = new ProbedCalls((row, ts) => this.putProbed(row, ts));
  /** The kernel tells of its calls itself: what probes show of them is the same. */
  private tellsCalls = false;
  private highestCpu = -1;
  /** Why this line has no place in the tables, or ''. */
  private misplaced = '';

  constructor(sink: RowSink, options: CollectorOptions = {}) {
    this.dirty = options.dirty ?? new DirtyLog('insert', '');
    this.cpus = options.cpus ?? MOST_CPUS;
    const clock = new LineClock(options.files ?? 1, this.dirty);
    const arranger = new RowArranger(sink, this.registry, this.dirty);
    const onPass = (sorted: boolean): void => {
      clock.settle();
      arranger.startAt(clock.earliest);
      arranger.begin(sorted || clock.files > 1);
    };
    this.clock = clock;
    this.window = new RowWindow(
      (op, ts, file, late, data, at, length) => arranger.take(op, ts, file, late, data, at, length),
      onPass,
      clock.files === 1 ? () => Infinity : () => clock.horizon(),
      options.windowRows ?? WINDOW_ROWS,
    );
  }

  /** How far a file has been read, in the time of its events: −Infinity before the first, Infinity after the last. */
  reached(file: number): number {
    return this.clock.reached(file);
  }

  /** A file has been read to its end. */
  ended(file: number): void {
    this.clock.ended(file);
  }

  /** The handlers to read a file with. */
  handlersOf(file: number): TraceHandlers {
    if (this.clock.files === 1) return this.handlers;
    return {
      ...this.handlers,
      anyEvent: (p, line) => {
        this.clock.file = file;
        this.anyEvent(p, line);
      },
    };
  }

  /** The handlers for the only file. */
  readonly handlers: TraceHandlers = {
    anyEvent: (p, line) => this.anyEvent(p, line),
    sched_switch: (p, e) => {
      const prev = e.prevPid === 0 ? null : this.registry.named(e.prevPid, e.prevComm);
      const next = e.nextPid === 0 ? null : this.registry.named(e.nextPid, e.nextComm);
      if (prev !== null) this.sawPrio(p, prev, e.prevPrio);
      if (next !== null) this.sawPrio(p, next, e.nextPrio);
      this.runners.checkSwitch(p.pid, e.prevPid);
      const problem = this.add(p, KIND.switch, e.nextPid, e.prevPid, e.prevState);
      if (problem === '') this.runners.switched(p.cpu, e.nextPid, this.clock.ts);
      return problem;
    },
    sched_waking: (p, e) => {
      const task = this.registry.named(e.pid, e.comm);
      this.sawPrio(p, task, e.prio);
      const flags = p.inInterrupt ? WOKEN_BY_INTERRUPT : 0;
      task.wokenAt = this.clock.ts;
      return this.onCpu(e.targetCpu, 'target_cpu') || this.add(p, KIND.waking, e.pid, e.targetCpu, flags, task);
    },
    sched_wakeup: (p, e) => {
      this.sawPrio(p, this.registry.named(e.pid, e.comm), e.prio);
      return this.onCpu(e.targetCpu, 'target_cpu') || this.add(p, KIND.wakeup, e.pid, e.targetCpu, -1);
    },
    sched_wakeup_new: (p, e) => {
      this.sawPrio(p, this.registry.named(e.pid, e.comm), e.prio);
      return this.onCpu(e.targetCpu, 'target_cpu') || this.add(p, KIND.wakeup_new, e.pid, e.targetCpu, -1);
    },
    sched_migrate_task: (p, e) => {
      this.sawPrio(p, this.registry.named(e.pid, e.comm), e.prio);
      const problem = this.onCpu(e.origCpu, 'orig_cpu') || this.onCpu(e.destCpu, 'dest_cpu');
      if (problem === '' && this.misplaced === '') this.probes.migrated(p.cpu, e.pid, e.origCpu, e.destCpu);
      return problem || this.add(p, KIND.migrate, e.pid, e.origCpu, e.destCpu);
    },
    sched_process_fork: (p, e) => {
      this.registry.named(e.pid, e.comm);
      this.registry.named(e.childPid, e.childComm);
      return this.add(p, KIND.fork, e.pid, e.childPid, -1);
    },
    sched_process_exec: (p, e) => {
      // A thread that is not its process's first one takes that one's pid.
      if (e.oldPid !== e.pid) this.runners.renamed(p.cpu, e.oldPid, e.pid);
      const problem = this.add(p, KIND.exec, e.pid, -1, -1);
      if (problem === '' && e.oldPid !== e.pid) this.saw(OP_NEW_PID, p, e.pid, e.oldPid);
      return problem;
    },
    sched_process_exit: (p, e) => {
      const task = this.registry.named(e.pid, e.comm);
      this.sawPrio(p, task, e.prio);
      task.keepsComm = true;
      this.probes.exited(e.pid);
      return this.add(p, KIND.exit, e.pid, -1, -1);
    },
    tracing_mark_write: (_, e) => {
      if (this.marks.length < MOST_MARKS) this.marks.push([this.clock.ts, e.text]);
      else this.moreMarks += 1;
      return this.misplaced;
    },
    cfslab_can_migrate: (p, e) => {
      this.tellsCalls = true;
      this.sawPrio(p, this.registry.named(e.pid, e.comm), e.prio);
      e.row[0] = this.clock.ts;
      e.row[1] = p.cpu;
      return this.row(DECISIONS, e.row);
    },
    cfslab_load_balance: (p, e) => {
      e.row[0] = this.clock.ts;
      e.row[BALANCE_ON] = p.cpu;
      const problem = this.row(BALANCES, e.row);
      if (problem === '' && (this.levels.size < 64 || this.levels.has(e.domain))) this.levels.set(e.domain, e.level);
      return problem;
    },
    cfslab_select_rq: (p, e) => {
      const task = this.registry.named(e.pid, e.comm);
      const row = this.registry.maskRow(e.allowedMask);
      if (task.lastAllowed !== row || this.clock.files > 1) {
        task.lastAllowed = row;
        this.saw(OP_ALLOWED, p, e.pid, row);
      }
      if ((e.wakeFlags & WF_SYNC) !== 0) this.markSynchronous(task);
      task.waking = -1;
      this.begin(p, e.cpu);
      rows.wakeupRow(e, row, this.put);
      return this.end('wakeups');
    },
    cfslab_preempt: (p, e) => {
      this.begin(p, e.cpu);
      rows.preemptRow(e, this.put);
      return this.end('preempts');
    },
    cfslab_place: (p, e) => {
      if (e.pid > 0) this.sawGroup(p, this.registry.get(e.pid), e.tg);
      this.groups.placed(p.cpu, e.pid, groupOf(e.tg));
      this.begin(p, e.cpu);
      rows.placeRow(e, groupOf(e.tg), this.put);
      return this.end('places');
    },
    cfslab_tick: (p, e) => {
      if (e.pid > 0) this.sawGroup(p, this.registry.get(e.pid), e.tg);
      this.begin(p, e.cpu);
      rows.tickRow(e, groupOf(e.tg), this.put);
      return this.end('ticks');
    },
    cfslab_newidle: (p, e) => {
      const problem = this.misplaced || this.onCpu(p.cpu, 'cpu');
      if (problem !== '') return problem;
      // The dice that it rolled, domain by domain; −1 where none was.
      for (let domain = 0; domain < e.d1k.length; domain++) {
        if (e.d1k[domain]! >= 0) this.add(p, KIND.draw, -1, e.d1k[domain]!, domain);
      }
      this.add(p, KIND.newidle, -1, e.gate, e.pulled);
      this.begin(p, e.cpu);
      rows.newidleRow(e, this.put);
      return this.end('newidles');
    },
    cfslab_find_busiest: (p, e) => {
      this.begin(p, e.dst);
      rows.busiestRow(e, this.put);
      return this.end('busiest');
    },
    cfslab_nohz_kick: (p, e) => {
      this.begin(p, e.cpu);
      rows.kickRow(e, this.put);
      return this.end('kicks');
    },
    cfslab_policy: (p, e) => {
      this.begin(p, p.cpu);
      rows.policyRow(e, this.put);
      return this.end('policy');
    },
    sched_stat_runtime: (p, e) => {
      if (e.pid === p.pid && this.runners.surprise) this.sawRunner(p, this.clock.ts - e.runtimeNs);
      this.begin(p, p.cpu);
      rows.runtimeRow(e, this.put);
      return this.end('runtimes');
    },
    can_migrate_task_call: (p, e) => {
      const problem = this.misplaced || this.onCpu(e.src, 'src') || this.onCpu(e.dst, 'dst');
      if (problem === '') this.probes.called(p.cpu, this.clock.ts, e);
      return problem;
    },
    can_migrate_task: (p, e) => {
      if (this.misplaced === '') this.probes.answered(p.cpu, this.clock.ts, e.ret);
      return this.misplaced;
    },
    load_balance_call: (p, e) => {
      const isIdle = e.idle >= 0 && e.idle <= 2;
      if (isIdle && this.misplaced === '') this.probes.balances(p.cpu, e);
      return this.misplaced || (isIdle ? '' : 'idle');
    },
    load_balance: (p) => {
      if (this.misplaced === '') this.probes.balanced(p.cpu);
      return this.misplaced;
    },
    // A timer on one CPU may release the queue of another: the row is about the queue.
    cfslab_throttle: (p, e) => {
      this.groups.throttles(p.cpu, groupOf(e.tg));
      return this.onCpu(e.cpu, 'cpu') || this.add(p, KIND.throttle, -1, groupOf(e.tg), e.on, null, e.cpu);
    },
  };

  /** Puts the rest in order. @throws InputError where the trace is dirty and must not be */
  finish(): Collected {
    this.probes.finish();
    this.window.finish();
    const { clock, dirty, registry } = this;
    clock.report();
    dirty.add('unseen-birth', 'kept', '', {}, registry.unborn);
    return {
      registry,
      groups: this.groups.seen(),
      firstTimestampNs: clock.firstTimestampNs(),
      durationNs: clock.latest - clock.earliest,
      resolutionNs: clock.resolutionNs,
      highestCpu: this.highestCpu,
      throughout: this.runners.throughout(),
      marks: this.marks.map(([ts, text]) => [ts - clock.earliest, text] as const).sort(([a], [b]) => a - b),
      moreMarks: this.moreMarks,
      levels: this.levels,
    };
  }

  private anyEvent(p: LinePrefix, line: string): void {
    this.misplaced = this.onCpu(p.cpu, 'cpu');
    if (this.misplaced === '' && !this.clock.read(p)) this.misplaced = 'time stamp';
    if (this.misplaced !== '') return;
    this.runners.look(p.cpu, p.pid, this.clock.ts);
    if (p.pid <= 0) return;
    if (!this.registry.has(p.pid)) this.registry.fromPrefix(p.pid, line.slice(p.commStart, p.commEnd));
  }

  /** @returns '' or the field, where it names a CPU that there is not */
  private onCpu(cpu: number, field: string): string {
    if (!(cpu >= 0 && cpu < this.cpus)) return field;
    if (cpu > this.highestCpu) this.highestCpu = cpu;
    return '';
  }

  private sawPrio(p: LinePrefix, task: KnownTask, prio: number): void {
    if (task.lastPrio === prio && this.clock.files === 1) return;
    task.lastPrio = prio;
    this.saw(OP_PRIO, p, task.info.pid, prio);
  }

  private sawGroup(p: LinePrefix, task: KnownTask, tg: number): void {
    const group = groupOf(tg);
    if (task.lastGroup === group && this.clock.files === 1) return;
    task.lastGroup = group;
    this.saw(OP_GROUP, p, task.info.pid, group);
  }

  private saw(op: number, p: LinePrefix, pid: number, value: number, ts = this.clock.ts): void {
    if (this.misplaced !== '') return;
    const { scratch } = this;
    scratch[0] = ts;
    scratch[1] = p.cpu;
    scratch[2] = pid;
    scratch[3] = value;
    this.window.add(op, ts, this.clock.file, this.clock.late, scratch, 4);
  }

  /** The line is of a task that is not known to run there: since when it does is told as well as can be. */
  private sawRunner(p: LinePrefix, ranSince: number): void {
    const wokenAt = p.pid > 0 ? this.registry.get(p.pid).wokenAt : -Infinity;
    const since = this.runners.accept(p.cpu, p.pid, wokenAt, ranSince);
    this.saw(OP_RUNS, p, p.pid, 0, since);
  }

  /** The task's last wake-up, if it is still pending, was synchronous. */
  private markSynchronous(task: KnownTask): void {
    const at = task.waking < 0 ? -1 : this.window.find(task.waking);
    const { values } = this.window;
    // Where lines were sorted, another record may have that number now.
    if (at < 0 || values[at + EVENT_KIND] !== KIND.waking || values[at + PID] !== task.info.pid) return;
    values[at + B] = values[at + B]! | WOKEN_SYNC;
  }

  /** Begins a row of an instrumented kernel's table. */
  private begin(p: LinePrefix, cpu: number): void {
    this.wide[0] = this.clock.ts;
    this.wide[1] = cpu;
    this.wide[2] = p.cpu;
    this.wideAt = 3;
  }

  private end(name: InstrumentName): string {
    this.wide[this.wideAt] = 0;
    return this.row(INSTRUMENT_AT[name], this.wide);
  }

  private row(table: number, values: Float64Array): string {
    const problem = this.misplaced || CHECKS[table]!.problem(values);
    if (problem === '') this.enqueue(table, values, LENGTHS[table]!);
    return problem;
  }

  private putProbed(row: Float64Array, ts: number): void {
    if (this.tellsCalls) return;
    const number = this.window.add(DECISIONS, ts, this.clock.file, this.clock.late, row, LENGTHS[DECISIONS]!);
    if (number < 0) this.clock.drop();
  }

  private add(
    p: LinePrefix, kind: number, pid: number, a: number, b: number, woken: KnownTask | null = null, cpu = p.cpu,
  ): string {
    if (this.misplaced !== '') return this.misplaced;
    if (this.runners.surprise) this.sawRunner(p, this.clock.ts);
    const row = this.scratch;
    row[0] = this.clock.ts;
    row[CPU] = cpu;
    row[EVENT_KIND] = kind;
    row[PID] = pid;
    row[A] = a;
    row[B] = b;
    // Every one of these is an int that a parser has checked.
    const number = this.enqueue(EVENTS, row, row.length);
    if (woken !== null) woken.waking = number;
    return '';
  }

  private enqueue(table: number, values: Float64Array, length: number): number {
    const number = this.window.add(table, this.clock.ts, this.clock.file, this.clock.late, values, length);
    if (number < 0) this.clock.drop();
    return number;
  }
}

const INSTRUMENT_AT = Object.fromEntries(
  INSTRUMENT_NAMES.map((name) => [name, ALL_TABLES.indexOf(name)]),
) as Record<InstrumentName, number>;

function groupOf(tg: number): number {
  return tg === ROOT_CSS_ID ? 0 : tg;
}
