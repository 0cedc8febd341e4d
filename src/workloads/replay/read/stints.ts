import type { ActionLog } from './action-log.js';
import type { ReplayStats } from '../options.js';
import { IDLE_ROW, ROLE_OMITTED } from './roster.js';
import type { Roster } from './roster.js';

/** A stint that costs would eat up altogether keeps this much, so that its task is still seen to run. */
const SHORTEST_STINT_NS = 1;

/**
 * Who runs on which CPU, and since when: CPU time is handed to the tasks as it passes.
 *
 *     switch in ├──────────┬──────────────┬─────────────┤ switch out      one stint of a task
 *               │ switch   │   wake-up    │             │
 *               │▒▒▒▒▒     │▒▒▒▒          │             │                 ▒ owed costs: taken off what follows them
 */
export class Stints {
  private readonly running: number[];
  /** Until when a CPU's time has been handed out. */
  private readonly last: number[];
  /** Costs still to be taken off. */
  private readonly owed: number[];
  /** Handed out and taken off in this stint. */
  private readonly kept: number[];
  private readonly taken: number[];
  /** Kernel work of this stint, at its end, that is not the task's own. */
  private readonly late: number[];
  private readonly cpuOf: number[] = [];

  constructor(
    private readonly roster: Roster,
    private readonly log: ActionLog,
    private readonly stats: ReplayStats,
    startTs: number,
    runners: readonly number[],
  ) {
    this.running = [...runners];
    this.last = runners.map(() => startTs);
    this.owed = runners.map(() => 0);
    this.kept = runners.map(() => 0);
    this.taken = runners.map(() => 0);
    this.late = runners.map(() => 0);
    for (const [cpu, row] of runners.entries()) if (row !== IDLE_ROW) this.cpuOf[row] = cpu;
  }

  runner(cpu: number): number {
    return this.running[cpu]!;
  }

  /** Hands out the time of `cpu` until `ts`. */
  advance(cpu: number, ts: number): void {
    const row = this.running[cpu]!;
    const ns = ts - this.last[cpu]!;
    this.last[cpu] = ts;
    if (row === IDLE_ROW) return;
    if (this.roster.role[row] === ROLE_OMITTED) {
      this.stats.omittedNs += ns;
      return;
    }
    const off = Math.min(ns, this.owed[cpu]!);
    this.owed[cpu]! -= off;
    this.taken[cpu]! += off;
    this.kept[cpu]! += ns - off;
    this.stats.cpuNs += ns;
    this.stats.subtractedNs += off;
    this.log.run(row, ns - off);
  }

  /** The same for the CPU that a task runs on, if it does. */
  advanceTask(task: number, ts: number): void {
    const cpu = this.cpuOf[task] ?? -1;
    if (cpu >= 0) this.advance(cpu, ts);
  }

  /** The same, unless that CPU's time has been handed out further already. */
  advanceTaskTo(task: number, ts: number): void {
    const cpu = this.cpuOf[task] ?? -1;
    if (cpu >= 0 && ts > this.last[cpu]!) this.advance(cpu, ts);
  }

  /** `ns` of what follows in this stint are not the task's own. */
  owe(cpu: number, ns: number): void {
    if (this.running[cpu] !== IDLE_ROW) this.owed[cpu]! += ns;
  }

  /** `ns` of what came before in this stint were not the task's own: they are taken off its end. */
  spent(cpu: number, ns: number): void {
    if (this.running[cpu] !== IDLE_ROW) this.late[cpu]! += ns;
  }

  /** Of what its task has run since its last action, `ns` were not its own, as far as it has run so long. */
  was(cpu: number, ns: number): void {
    const row = this.running[cpu]!;
    if (row === IDLE_ROW || this.roster.role[row] === ROLE_OMITTED) return;
    const off = this.log.unrun(row, Math.min(ns, this.kept[cpu]!));
    this.kept[cpu]! -= off;
    this.taken[cpu]! += off;
    this.stats.subtractedNs += off;
    this.stats.unsubtractedNs += ns - off;
  }

  begin(cpu: number, ts: number, row: number, owed: number): void {
    this.running[cpu] = row;
    this.last[cpu] = ts;
    this.owed[cpu] = row === IDLE_ROW ? 0 : owed;
    this.kept[cpu] = 0;
    this.taken[cpu] = 0;
    this.late[cpu] = 0;
    if (row !== IDLE_ROW) this.cpuOf[row] = cpu;
  }

  /** @returns ns of the stint's end that were not the task's own */
  end(cpu: number, ts: number): number {
    this.advance(cpu, ts);
    const row = this.running[cpu]!;
    if (row === IDLE_ROW) return 0;
    const late = this.late[cpu]!;
    if (this.roster.role[row] !== ROLE_OMITTED) {
      const off = this.log.unrun(row, late);
      this.kept[cpu]! -= off;
      this.taken[cpu]! += off;
      this.stats.subtractedNs += off;
      this.stats.unsubtractedNs += late - off;
    }
    if (this.kept[cpu] === 0 && this.taken[cpu]! > 0) {
      this.log.run(row, SHORTEST_STINT_NS);
      this.stats.subtractedNs -= SHORTEST_STINT_NS;
    }
    if (this.roster.role[row] !== ROLE_OMITTED) this.stats.unsubtractedNs += this.owed[cpu]!;
    this.leave(cpu);
    return late;
  }

  /** Forgets the stint since it was last advanced: who ran is not known. */
  drop(cpu: number): void {
    this.leave(cpu);
  }

  endAll(ts: number): void {
    for (let cpu = 0; cpu < this.running.length; cpu++) this.end(cpu, ts);
  }

  private leave(cpu: number): void {
    const row = this.running[cpu]!;
    if (row !== IDLE_ROW && this.cpuOf[row] === cpu) this.cpuOf[row] = -1;
    this.running[cpu] = IDLE_ROW;
  }
}
