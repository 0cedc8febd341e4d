import { KIND, type TableData } from '../../sim/records/records.js';
import {
  FTRACE_EVENT, FTRACE_EVENT_BUNDLE, SCHED_MIGRATE_TASK, SCHED_PROCESS_EXEC, SCHED_PROCESS_EXIT, SCHED_PROCESS_FORK,
  SCHED_SWITCH, SCHED_WAKEUP, TRACE_PACKET,
} from './perfetto-fields.js';
import { KERNEL_SEQUENCE, type PacketWriter } from './perfetto-packets.js';
import type { NamedTask, Tasks } from './perfetto-tasks.js';
import { MessageWriter } from './perfetto-wire.js';

/** `b` of a waking: an interrupt woke it. */
const WOKEN_BY_INTERRUPT = 1;
/** common_flags of ftrace: in a hard interrupt. A bundle does not tell soft ones from it. */
const TRACE_FLAG_HARDIRQ = 0x08;
/** Bundles of all CPUs are written each time that so many events have come, so that the file is roughly in order of time. */
const EVENTS_A_FLUSH = 4096;

/** Events as the kernel's tracer would have given them to Perfetto: a bundle for each CPU. */
export class FtraceEvents {
  /** By CPU, the bundles in the making. */
  private readonly bundles: MessageWriter[] = [];
  /** By CPU, who runs. */
  private readonly current: NamedTask[] = [];
  private pending = 0;
  private firstTs = 0;

  constructor(
    private readonly out: PacketWriter,
    private readonly tasks: Tasks,
    events: TableData,
  ) {
    const { cpu, kind, a } = events.columns as Readonly<Record<'cpu' | 'kind' | 'a', ArrayLike<number>>>;
    // Who runs on a CPU when the recording begins is told by the first switch there.
    for (let row = 0; row < events.rows; row += 1) {
      if (kind[row] === KIND.switch) this.current[cpu[row]!] ??= tasks.at(a[row]!, cpu[row]!);
    }
  }

  /** Adds a row of the events table, in its order; kinds that ftrace does not know are left out. */
  add(ts: number, cpu: number, kind: number, pid: number, a: number, b: number): void {
    const { tasks } = this;
    if (kind === KIND.switch) {
      const prev = tasks.at(a, cpu);
      const next = tasks.at(pid, cpu);
      const m = this.begin(ts, cpu, prev.pid, FTRACE_EVENT.sched_switch);
      m.text(SCHED_SWITCH.prev_comm, prev.comm).int(SCHED_SWITCH.prev_pid, prev.pid);
      prio(m, SCHED_SWITCH.prev_prio, prev);
      m.int(SCHED_SWITCH.prev_state, b).text(SCHED_SWITCH.next_comm, next.comm).int(SCHED_SWITCH.next_pid, next.pid);
      prio(m, SCHED_SWITCH.next_prio, next);
      this.current[cpu] = next;
      this.end(m);
    } else if (kind === KIND.waking) {
      this.wakeup(ts, cpu, FTRACE_EVENT.sched_waking, tasks.at(pid, a), a, (b & WOKEN_BY_INTERRUPT) !== 0 && b > 0);
    } else if (kind === KIND.wakeup) {
      this.wakeup(ts, cpu, FTRACE_EVENT.sched_wakeup, tasks.at(pid, a), a, false);
    } else if (kind === KIND.wakeup_new) {
      this.wakeup(ts, cpu, FTRACE_EVENT.sched_wakeup_new, tasks.at(pid, a), a, false);
    } else if (kind === KIND.migrate) {
      const task = tasks.at(pid, a);
      const m = this.begin(ts, cpu, this.running(cpu), FTRACE_EVENT.sched_migrate_task);
      m.text(SCHED_MIGRATE_TASK.comm, task.comm).int(SCHED_MIGRATE_TASK.pid, task.pid);
      prio(m, SCHED_MIGRATE_TASK.prio, task);
      this.end(m.int(SCHED_MIGRATE_TASK.orig_cpu, a).int(SCHED_MIGRATE_TASK.dest_cpu, b));
    } else if (kind === KIND.fork) {
      const parent = tasks.at(pid, cpu);
      const child = tasks.at(a, cpu);
      const m = this.begin(ts, cpu, this.running(cpu), FTRACE_EVENT.sched_process_fork);
      m.text(SCHED_PROCESS_FORK.parent_comm, parent.comm).int(SCHED_PROCESS_FORK.parent_pid, parent.pid);
      this.end(m.text(SCHED_PROCESS_FORK.child_comm, child.comm).int(SCHED_PROCESS_FORK.child_pid, child.pid));
    } else if (kind === KIND.exec) {
      const task = tasks.at(pid, cpu);
      const m = this.begin(ts, cpu, this.running(cpu), FTRACE_EVENT.sched_process_exec);
      // A bundle does not keep which file it was.
      m.text(SCHED_PROCESS_EXEC.filename, task.comm);
      this.end(m.int(SCHED_PROCESS_EXEC.pid, task.pid).int(SCHED_PROCESS_EXEC.old_pid, task.pid));
    } else if (kind === KIND.exit) {
      const task = tasks.at(pid, cpu);
      const m = this.begin(ts, cpu, this.running(cpu), FTRACE_EVENT.sched_process_exit);
      m.text(SCHED_PROCESS_EXIT.comm, task.comm).int(SCHED_PROCESS_EXIT.pid, task.pid);
      prio(m, SCHED_PROCESS_EXIT.prio, task);
      this.end(m);
    } else if (kind === KIND.prio) {
      tasks.at(pid, cpu).prio = a;
    }
  }

  /** Writes the bundles so far. To be called at the end; `add` does it now and then. */
  flush(): void {
    this.bundles.forEach((bundle) => {
      if (bundle.length === 0) return;
      this.out.begin(KERNEL_SEQUENCE, this.firstTs).bytes(TRACE_PACKET.ftrace_events, bundle.take());
      this.out.end();
    });
    this.pending = 0;
  }

  private wakeup(ts: number, cpu: number, field: number, task: NamedTask, target: number, interrupt: boolean): void {
    const m = this.begin(ts, cpu, this.running(cpu), field, interrupt ? TRACE_FLAG_HARDIRQ : 0);
    m.text(SCHED_WAKEUP.comm, task.comm).int(SCHED_WAKEUP.pid, task.pid);
    prio(m, SCHED_WAKEUP.prio, task);
    this.end(m.int(SCHED_WAKEUP.success, 1).int(SCHED_WAKEUP.target_cpu, target));
  }

  private running(cpu: number): number {
    return this.current[cpu]?.pid ?? 0;
  }

  /** Begins an event in its CPU's bundle. */
  private begin(ts: number, cpu: number, pid: number, field: number, flags = 0): MessageWriter {
    if (this.pending >= EVENTS_A_FLUSH) this.flush();
    if (this.pending === 0) this.firstTs = ts;
    this.pending += 1;
    const m = (this.bundles[cpu] ??= new MessageWriter());
    if (m.length === 0) m.int(FTRACE_EVENT_BUNDLE.cpu, cpu);
    m.open(FTRACE_EVENT_BUNDLE.event).int(FTRACE_EVENT.timestamp, ts).int(FTRACE_EVENT.pid, pid);
    if (flags !== 0) m.int(FTRACE_EVENT.common_flags, flags);
    return m.open(field);
  }

  private end(m: MessageWriter): void {
    m.close().close();
  }
}

/** A priority that nobody knows is left out. */
function prio(m: MessageWriter, field: number, task: NamedTask): void {
  if (task.prio >= 0) m.int(field, task.prio);
}
