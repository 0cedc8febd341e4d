import { KIND } from '../../sim/records/records.js';
import type { DirtyLog } from '../dirty.js';
import { UNKNOWN_PRIO } from '../tables/priority.js';
import { ALL_TABLES, columnsOf, type RowSink } from '../tables/row-sink.js';
import type { TaskRegistry } from './task-registry.js';

export const EVENTS = ALL_TABLES.indexOf('events');
/** Columns of events. */
export const TS = 0;
export const CPU = 1;
export const EVENT_KIND = 2;
export const PID = 3;
export const A = 4;
export const B = 5;
const SEQ_OF = ALL_TABLES.map((name) => columnsOf(name).findIndex((column) => column.name === 'seq'));

/** Records that are no rows: what an event shows of a task, [ts, cpu, pid, value]. Below these, an op is a table. */
export const OP_PRIO = 32;
export const OP_ALLOWED = 33;
export const OP_GROUP = 34;
/** An exec gave the task that ran there another pid, as it was not its process's first thread: [ts, cpu, pid, old pid]. */
export const OP_NEW_PID = 35;
/** A line shows which task runs there: [ts, cpu, pid, 0]. */
export const OP_RUNS = 36;

/** Nobody knows who runs there. */
const UNKNOWN = -2;
/** Of the rows of equal time before a row that may be a duplicate, so many are looked at. */
const LOOK_BACK = 64;

/**
 * The second half of reading a trace: takes its rows in order of time and makes of them what the tables hold. It numbers
 * them, adds rows where an event shows that something about a task has changed, and finds what contradicts itself.
 */
export class RowArranger {
  private seq = 0;
  private readonly current: number[] = [];
  private runTs = -Infinity;
  private run: { op: number; at: number; length: number; file: number; late: boolean }[] = [];
  private readonly made = new Float64Array(SEQ_OF[EVENTS]! + 1);
  private base = 0;
  private mixed = false;

  constructor(
    private readonly sink: RowSink,
    private readonly registry: TaskRegistry,
    private readonly dirty: DirtyLog,
  ) {}

  /** What the time stamps of rows count from; to be set before the first record. */
  startAt(base: number): void {
    this.base = base;
  }

  /**
   * Records follow, and those before have moved.
   *
   * @param mixed they may hold duplicates: they were out of order, or are of several files
   */
  begin(mixed: boolean): void {
    this.run.length = 0;
    this.mixed = mixed;
  }

  take(op: number, ts: number, file: number, late: boolean, data: Float64Array, at: number, length: number): void {
    if (op >= OP_PRIO) this.learn(op, data, at);
    else if (this.mixed && this.isDuplicate(op, ts, file, late, data, at, length)) return;
    else if (op !== EVENTS || this.consider(data, at)) this.put(op, data, at);
  }

  private put(table: number, data: Float64Array, at: number): void {
    data[at] = data[at]! - this.base;
    data[at + SEQ_OF[table]!] = this.seq++;
    this.sink.append(table, data, at);
  }

  private make(ts: number, cpu: number, kind: number, pid: number, a: number, b: number): void {
    const row = this.made;
    row[TS] = ts;
    row[CPU] = cpu;
    row[EVENT_KIND] = kind;
    row[PID] = pid;
    row[A] = a;
    row[B] = b;
    this.put(EVENTS, row, 0);
  }

  private learn(op: number, data: Float64Array, at: number): void {
    const cpu = data[at + 1]!;
    const pid = data[at + 2]!;
    const value = data[at + 3]!;
    if (op === OP_RUNS) {
      this.runs(data[at]!, cpu, pid);
      return;
    }
    const task = this.registry.get(pid);
    switch (op) {
      case OP_PRIO:
        if (task.prio === value) return;
        if (task.prio === null && value !== UNKNOWN_PRIO) task.info.prio = value;
        else this.make(data[at]!, cpu, KIND.prio, pid, value, -1);
        task.prio = value;
        return;
      case OP_ALLOWED:
        if (task.allowed === value) return;
        if (task.allowed < 0) task.info.allowed = value;
        else this.make(data[at]!, cpu, KIND.allowed, pid, value, -1);
        task.allowed = value;
        return;
      case OP_GROUP:
        if (task.group === value) return;
        if (task.group < 0) task.info.group = value;
        else this.make(data[at]!, cpu, KIND.group, pid, value, -1);
        task.group = value;
        return;
      default:
        if (this.current[cpu] === value) this.current[cpu] = pid;
    }
  }

  /** Follows what runs where. @returns whether the row is to be put */
  private consider(data: Float64Array, at: number): boolean {
    switch (data[at + EVENT_KIND]) {
      case KIND.switch:
        return this.switched(data, at);
      case KIND.fork:
        this.forked(data, at);
        return true;
      case KIND.exit:
        this.registry.get(data[at + PID]!).exited = true;
        return true;
      default:
        return true;
    }
  }

  private switched(data: Float64Array, at: number): boolean {
    const ts = data[at]!;
    const cpu = data[at + CPU]!;
    const next = data[at + PID]!;
    const prev = data[at + A]!;
    const known = this.current[cpu] ?? UNKNOWN;
    this.current[cpu] = next;
    if (prev > 0) this.registry.get(prev).ran = true;
    if (next > 0) this.registry.get(next).ran = true;
    if (known === prev || known === UNKNOWN) return true;
    return this.foundGap(ts, cpu, known, prev);
  }

  /** A line, or what it implies, is of a task. Where gaps stay, this is for the next switch to find. */
  private runs(ts: number, cpu: number, pid: number): void {
    const known = this.current[cpu] ?? UNKNOWN;
    if (known === pid || this.dirty.mode === 'drop') return;
    this.current[cpu] = pid;
    if (pid > 0) this.registry.get(pid).ran = true;
    if (known !== UNKNOWN) this.foundGap(ts, cpu, known, pid);
  }

  /** `pid` runs where `known` had been switched to. @returns whether the switch that is missing was put in */
  private foundGap(ts: number, cpu: number, known: number, pid: number): boolean {
    const inserts = this.dirty.mode === 'insert';
    const found = `pid ${pid} on CPU ${cpu}, where pid ${known} had been switched to`;
    this.dirty.add('switch-gap', inserts ? 'inserted' : 'dropped', found, { ts: ts - this.base });
    if (inserts) this.make(ts, cpu, KIND.switch, pid, known, 0);
    return inserts;
  }

  private forked(data: Float64Array, at: number): void {
    const parent = data[at + PID]!;
    const pid = data[at + A]!;
    const child = this.registry.get(pid);
    const first = { ts: data[at]! - this.base };
    if (child.exited) {
      this.dirty.add('reused-pid', 'kept', '', first);
    } else if (child.ran) {
      const inserts = this.dirty.mode === 'insert';
      this.dirty.add('missing-exit', inserts ? 'inserted' : 'kept', `a fork that gives out pid ${pid}, which runs`, first);
      if (inserts) this.make(data[at]!, data[at + CPU]!, KIND.exit, pid, -1, -1);
    }
    this.registry.born(parent, pid);
  }

  /** Where the record is late, or another file has it too, those of the same time are compared with it. */
  private isDuplicate(
    op: number, ts: number, file: number, late: boolean, data: Float64Array, at: number, length: number,
  ): boolean {
    const { run } = this;
    if (ts !== this.runTs) {
      this.runTs = ts;
      run.length = 0;
    }
    for (let i = run.length - 1; i >= Math.max(0, run.length - LOOK_BACK); i -= 1) {
      const other = run[i]!;
      if (other.op !== op || other.length !== length || (other.file === file && !late && !other.late)) continue;
      // The first value is the time, the last is the number that rows get here.
      let same = 1;
      while (same < length - 1 && data[other.at + same] === data[at + same]) same += 1;
      if (same < length - 1) continue;
      this.dirty.add('duplicate', 'dropped', `a row of ${ALL_TABLES[op]!} that is there twice`, { ts: ts - this.base });
      return true;
    }
    run.push({ op, at, length, file, late });
    return false;
  }
}
