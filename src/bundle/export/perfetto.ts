import type { BundleContents, Manifest, TaskInfo } from '../tables/contents.js';
import { BALANCING_STRINGS, Balancing } from './perfetto-balancing.js';
import { PROCESS, PROCESS_TREE, SYSTEM_INFO, THREAD, TRACE_PACKET, UTSNAME } from './perfetto-fields.js';
import { FtraceEvents } from './perfetto-ftrace.js';
import { KERNEL_SEQUENCE, PacketWriter, TRACKS_SEQUENCE } from './perfetto-packets.js';
import { RunQueues } from './perfetto-queues.js';
import { Tasks } from './perfetto-tasks.js';
import {
  BALANCING_GROUP, FAILED_GROUP, QUEUE_GROUP, declareGroup, declareTrack, trackUuid, writeCounter,
} from './perfetto-tracks.js';

/** The kernel whose bits a bundle has for the states of tasks: Perfetto reads them by the release. */
const MODEL_RELEASE = '6.1';
/** Tasks are named so many to a packet. */
const TASKS_A_PACKET = 512;

/**
 * A bundle as a Perfetto trace (protobuf), chunk by chunk; a chunk has some 64 KiB, after the events of a burst up to a few
 * hundred.
 *
 * - Scheduler events stand in it as ftrace events, so that the UI shows its CPU and thread-state tracks. Events that ftrace
 *   does not know (draw, newidle, swap, throttle, group, allowed) are left out.
 * - A bundle does not tell threads from processes: each task is a process with one thread.
 * - Further tracks: length of each CPU's run queue, derived from the events (`RunQueues`); nr_balance_failed by CPU and
 *   level; and for each CPU an instant where its load_balance() failed or where it forced a migration.
 *
 * Time stamps are the bundle's: ns since the start of the run or recording, in the clock that Perfetto calls BOOTTIME.
 */
export function* perfettoTrace(contents: BundleContents): Iterable<Uint8Array> {
  const { events, balances, decisions } = contents.tables;
  const out = new PacketWriter();
  const tasks = new Tasks(contents.tasks);
  out.startSequence(KERNEL_SEQUENCE, { categories: [], names: [], annotations: [] });
  out.startSequence(TRACKS_SEQUENCE, BALANCING_STRINGS);
  writeSystem(out, contents.manifest);
  for (let i = 0; i < contents.tasks.length; i += TASKS_A_PACKET) {
    writeTasks(out, contents.tasks.slice(i, i + TASKS_A_PACKET));
    if (out.full) yield out.take();
  }

  const queues = new RunQueues(events, contents.manifest.cpus);
  const balancing = new Balancing(out, tasks, balances, decisions);
  for (const group of [QUEUE_GROUP, FAILED_GROUP, BALANCING_GROUP]) declareGroup(out, group);
  queues.lengths.forEach((_, cpu) => declareTrack(out, QUEUE_GROUP, trackUuid(QUEUE_GROUP, cpu), `CPU ${cpu}`, cpu));
  balancing.declare(queues.lengths.length, contents.domains);
  const shown = [...queues.lengths];
  shown.forEach((length, cpu) => writeCounter(out, 0, trackUuid(QUEUE_GROUP, cpu), length));

  const ftrace = new FtraceEvents(out, tasks, events);
  const { ts, cpu, kind, pid, a, b } = events.columns as Readonly<Record<string, ArrayLike<number>>>;
  for (let row = 0; row < events.rows; row += 1) {
    const now = ts![row]!;
    while (balancing.writeUntil(now)) yield out.take();
    ftrace.add(now, cpu![row]!, kind![row]!, pid![row]!, a![row]!, b![row]!);
    queues.apply(cpu![row]!, kind![row]!, pid![row]!, a![row]!, b![row]!);
    for (const changed of queues.touched()) {
      const length = queues.lengths[changed]!;
      if (length === shown[changed]) continue;
      shown[changed] = length;
      writeCounter(out, now, trackUuid(QUEUE_GROUP, changed), length);
    }
    if (out.full) yield out.take();
  }
  ftrace.flush();
  while (balancing.writeUntil(Infinity)) yield out.take();
  yield out.take();
}

function writeSystem(out: PacketWriter, { release, cpus }: Manifest): void {
  const m = out.begin(KERNEL_SEQUENCE, 0).open(TRACE_PACKET.system_info);
  const kernel = /^\d+\.\d+/.test(release) ? release : `${MODEL_RELEASE}-${release}`;
  m.open(SYSTEM_INFO.utsname).text(UTSNAME.sysname, 'Linux').text(UTSNAME.release, kernel).close();
  m.int(SYSTEM_INFO.num_cpus, cpus).close();
  out.end();
}

function writeTasks(out: PacketWriter, tasks: readonly TaskInfo[]): void {
  const m = out.begin(KERNEL_SEQUENCE, 0).open(TRACE_PACKET.process_tree);
  for (const { pid, comm, parent } of tasks) {
    m.open(PROCESS_TREE.processes).int(PROCESS.pid, pid);
    if (parent >= 0) m.int(PROCESS.ppid, parent);
    m.text(PROCESS.cmdline, comm).close();
  }
  for (const { pid, comm } of tasks) {
    m.open(PROCESS_TREE.threads).int(THREAD.tid, pid).text(THREAD.name, comm).int(THREAD.tgid, pid).close();
  }
  m.close();
  out.end();
}
