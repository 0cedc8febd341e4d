import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { perfettoTrace } from '../../../src/bundle/export/perfetto.js';
import { openBundle } from '../../../src/bundle/read.js';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { runContents } from '../../../src/experiment/run-bundle.js';
import { buildWorkload } from '../../../src/experiment/build-workload.js';
import { resolveScenario } from '../../../src/experiment/resolve.js';
import { createPolicy } from '../../../src/policies/registry.js';
import { EVENT_KINDS, TABLES, type TableData, type TableName } from '../../../src/sim/records/records.js';
import { simulate } from '../../../src/sim/simulation.js';
import { CAPTURES } from '../capture-fixture.js';
import { countersOf, exported, ftraceOf, instantsOf, type Decoded } from './perfetto-decode.js';

const FTRACE_KINDS = {
  switch: 'sched_switch', waking: 'sched_waking', wakeup: 'sched_wakeup', wakeup_new: 'sched_wakeup_new',
  migrate: 'sched_migrate_task', fork: 'sched_process_fork', exec: 'sched_process_exec', exit: 'sched_process_exit',
} as const;

const BUNDLES: Readonly<Record<string, () => Promise<BundleContents>>> = {
  'a capture': () => openBundle(join(CAPTURES, 'threadpool-c8-mc5')),
  'a capture of a machine with SMT': () => openBundle(join(CAPTURES, 'spin9')),
  'a simulated run': simulated,
};

describe.each(Object.entries(BUNDLES))('the Perfetto trace of %s', (_, open) => {
  let contents: BundleContents;
  let packets: Decoded[];
  let trace: ReturnType<typeof exported>;
  let events: Decoded[];
  beforeAll(async () => {
    contents = await open();
    trace = exported(contents);
    packets = trace.packets;
    events = ftraceOf(packets);
  });

  it('has nothing that the schema does not know, and comes in chunks of bounded size', () => {
    expect(trace.bytes).toBeGreaterThan(40_000);
    expect(trace.again).toBe(trace.bytes);
    expect(Math.max(...trace.chunks.map((chunk) => chunk.length))).toBeLessThan(1 << 20);
    expect(trace.chunks.length).toBeGreaterThanOrEqual(Math.min(Math.floor(trace.bytes / (1 << 18)), 3));
  });

  it('starts each sequence with its incremental state, and every packet has a sequence', () => {
    const started = new Set<number>();
    for (const packet of packets) {
      const { trusted_packet_sequence_id: sequence, sequence_flags: flags } = packet;
      expect(flags).toBe(started.has(sequence) ? 2 : 1);
      if (!started.has(sequence)) expect(packet.trace_packet_defaults).toEqual({ timestamp_clock_id: 6 });
      started.add(sequence);
    }
    expect([...started]).toEqual([1, 2]);
  });

  it('has as many events of each kind as the bundle, in order of time on each CPU, at their times', () => {
    const { ts, cpu, kind } = contents.tables.events.columns as Columns;
    for (const [name, field] of Object.entries(FTRACE_KINDS)) {
      const wanted = rowsOf(contents.tables.events).filter((row) => EVENT_KINDS[kind[row]!] === name);
      const found = events.filter((event) => event[field] !== undefined);
      const key = (on: number, at: number): string => `${on}@${at}`;
      expect(count(found.map((event) => key(event.cpu, event.timestamp)))).toEqual(
        count(wanted.map((row) => key(cpu[row]!, ts[row]!))),
      );
    }
    const last = new Map<number, number>();
    for (const { cpu: on, timestamp } of events) {
      expect(timestamp).toBeGreaterThanOrEqual(last.get(on) ?? 0);
      last.set(on, timestamp);
    }
  });

  it('names every task, in the tree of processes and in the switches', () => {
    const tree = packets.flatMap(({ process_tree: t }) => t ?? []);
    const threads = tree.flatMap(({ threads: list }) => list);
    const processes = tree.flatMap(({ processes: list }) => list);
    expect(threads).toEqual(contents.tasks.map(({ pid, comm }) => ({ tid: pid, name: comm, tgid: pid })));
    expect(processes).toEqual(
      contents.tasks.map(({ pid, comm, parent }) => ({ pid, ...(parent < 0 ? {} : { ppid: parent }), cmdline: [comm] })),
    );
    const names = new Map(contents.tasks.map(({ pid, comm }) => [pid, comm]));
    const top = Math.max(...names.keys());
    const nameOf = (pid: number, cpu: number): string | undefined =>
      pid === 0 ? `swapper/${cpu}` : pid > top ? `migration/${pid - top - 1}` : names.get(pid);
    for (const { cpu, sched_switch: s } of events) {
      if (s === undefined) continue;
      expect(s).toMatchObject({ prev_comm: nameOf(s.prev_pid, cpu), next_comm: nameOf(s.next_pid, cpu) });
    }
  });

  it('goes on with whom the switch before left running, and says who runs while an event happens', () => {
    const running = new Map<number, number>();
    let broken = 0;
    for (const { cpu, pid, sched_switch: s } of events) {
      if (running.has(cpu) && pid !== running.get(cpu)) broken += 1;
      if (s !== undefined) running.set(cpu, s.next_pid);
    }
    expect(broken).toBe(0);
  });

  it('has the state of the task that leaves, and the target of a wake-up', () => {
    const { kind, pid, a, b } = contents.tables.events.columns as Columns;
    const of = (name: string): number[] =>
      rowsOf(contents.tables.events).filter((row) => EVENT_KINDS[kind[row]!] === name);
    expect(count(events.flatMap(({ sched_switch: s }) => (s === undefined ? [] : [`${s.prev_state}`])))).toEqual(
      count(of('switch').map((row) => `${b[row]}`)),
    );
    const wakings = events.filter(({ sched_waking: w }) => w !== undefined);
    expect(count(wakings.map(({ sched_waking: w, common_flags: flags = 0 }) => `${w.target_cpu} ${flags}`))).toEqual(
      count(of('waking').map((row) => `${a[row]} ${(b[row]! & 1) * 8}`)),
    );
    const migrations = events.flatMap(({ sched_migrate_task: m }) => m ?? []);
    expect(count(migrations.map((m) => `${m.pid} ${m.orig_cpu} ${m.dest_cpu}`))).toEqual(
      count(of('migrate').map((row) => `${pid[row]} ${a[row]} ${b[row]}`)),
    );
  });

  it('has the run-queue lengths that the decisions of the same moment saw', () => {
    const { ts, src_cpu: cpu, src_nr: nr } = contents.tables.decisions.columns as Columns;
    const counters = countersOf(packets);
    const rows = rowsOf(contents.tables.decisions);
    const off = (row: number): number => Math.min(...at(counters.get(`Run-queue length/CPU ${cpu[row]}`)!, ts[row]!).map((value) => Math.abs(value - nr[row]!)));
    const wrong = rows.filter((row) => off(row) !== 0);
    expect(rows.length).toBeGreaterThan(50);
    // A recorded kernel tells every step. A simulated balance is one step, whose rows are stamped as its work goes on: a decision in
    // between sees one task more or less, or as many as that balance moves.
    const { ts: when, kind, a: from, b: to } = contents.tables.events.columns as Columns;
    const migrations = rowsOf(contents.tables.events).filter((row) => EVENT_KINDS[kind[row]!] === 'migrate');
    const moving = (row: number): number =>
      migrations.filter((one) => Math.abs(when[one]! - ts[row]!) < 20_000 && (from[one] === cpu[row] || to[one] === cpu[row])).length;
    expect(wrong.length).toBeLessThanOrEqual(contents.manifest.source === 'kernel' ? 0 : rows.length * 0.05);
    expect(wrong.filter((row) => off(row) > Math.max(1, moving(row)))).toEqual([]);
    for (const [name, values] of counters) {
      if (!name.startsWith('Run-queue')) continue;
      expect(values[0]![0]).toBe(0);
      expect(values.every(([, value]) => value >= 0)).toBe(true);
      expect(values.every(([, value], i) => i === 0 || value !== values[i - 1]![1])).toBe(true);
    }
    expect([...counters.keys()].filter((name) => name.startsWith('Run-queue')).length).toBe(contents.manifest.cpus);
  });

  it('has nr_balance_failed by CPU and level wherever it changes', () => {
    const { ts, cpu, level, nr_balance_failed: failed } = contents.tables.balances.columns as Columns;
    const names = new Map(contents.domains.map((domain) => [domain.level, domain.name]));
    const wanted = new Map<string, [number, number][]>();
    for (const row of rowsOf(contents.tables.balances)) {
      const name = `nr_balance_failed/CPU ${cpu[row]} ${names.get(level[row]!)}`;
      const values = wanted.get(name) ?? [];
      if (values.at(-1)?.[1] !== failed[row]) values.push([ts[row]!, failed[row]!]);
      wanted.set(name, values);
    }
    const found = [...countersOf(packets)].filter(([name]) => name.startsWith('nr_balance_failed'));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    expect(found.length).toBeGreaterThan(1);
  });

  it('has an instant for each forced migration, and for each load_balance that tried in vain', () => {
    const { ts, result, pid, src_cpu: src, dst_cpu: dst } = contents.tables.decisions.columns as Columns;
    const forced = rowsOf(contents.tables.decisions).filter((row) => result[row] === 2);
    const names = new Map(contents.tasks.map((task) => [task.pid, task.comm]));
    expect(instantsOf(packets, 'forced migration').map(({ ts: t, pid: p, comm, src_cpu: s, dst_cpu: d, nr_balance_failed: n,
      cache_nice_tries: c }) => [t, p, comm, s, d, n > c])).toEqual(
      forced.map((row) => [ts[row], pid[row], names.get(pid[row]!), src[row], dst[row], true]),
    );
    const { ts: when, stage, moved } = contents.tables.balances.columns as Columns;
    expect(instantsOf(packets, 'load_balance failed').map(({ ts: t }) => t)).toEqual(
      rowsOf(contents.tables.balances).filter((row) => stage[row] === 3 && moved[row] === 0).map((row) => when[row]),
    );
  });

  it('declares every track before its first event', () => {
    const declared = new Set<number>();
    for (const { track_descriptor: track, track_event: event } of packets) {
      if (track?.parent_uuid !== undefined) expect(declared).toContain(track.parent_uuid);
      if (track !== undefined) {
        expect(declared).not.toContain(track.uuid);
        declared.add(track.uuid);
      }
      if (event !== undefined) expect(declared).toContain(event.track_uuid);
    }
  });

  it('is the same to the byte each time', () => {
    expect(Buffer.concat(exported(contents).chunks).equals(Buffer.concat(trace.chunks))).toBe(true);
  });
});

describe('the Perfetto trace', () => {
  it('of a kernel tells its release, and of a simulation the release that it models', async () => {
    const systemOf = (contents: BundleContents): Decoded =>
      exported(contents).packets.find((packet) => packet.system_info !== undefined).system_info;
    const capture = await openBundle(join(CAPTURES, 'spin9'));
    expect(systemOf(capture)).toEqual({ utsname: { sysname: 'Linux', release: '6.1.192-cfslab' }, num_cpus: 8 });
    expect(systemOf(await simulated()).utsname.release).toMatch(/^6\.1-cfslab-/);
  });

  it('of an empty bundle has its tracks and nothing on them', async () => {
    const capture = await openBundle(join(CAPTURES, 'spin9'));
    const tables = Object.fromEntries(
      (Object.keys(TABLES) as TableName[]).map((name) => [name, emptyOf(capture.tables[name])]),
    ) as Record<TableName, TableData>;
    const { packets, again, bytes } = exported({ ...capture, tables, tasks: [] });
    expect(again).toBe(bytes);
    expect(ftraceOf(packets)).toEqual([]);
    expect(Object.fromEntries(countersOf(packets))).toEqual(
      Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((cpu) => [`Run-queue length/CPU ${cpu}`, [[0, 0]]])),
    );
    expect(packets.filter(({ track_event: event }) => event?.type === 3)).toEqual([]);
  });

  it('has times above 2^32 ns, negative numbers and names of any script', async () => {
    const capture = await openBundle(join(CAPTURES, 'spin9'));
    const late = 5_000_000_000_123;
    const { decisions } = capture.tables;
    const columns = Object.fromEntries(Object.entries(decisions.columns).map(([name, values]) => [name, [values[0]!]]));
    const pid = columns['pid']![0]!;
    const contents: BundleContents = {
      ...capture,
      tasks: [{ ...capture.tasks[0]!, pid, comm: 'überlänge 工' }],
      tables: {
        events: emptyOf(capture.tables.events),
        balances: emptyOf(capture.tables.balances),
        decisions: { rows: 1, columns: { ...columns, ts: [late], result: [2], delta: [-7], src_load: [2 ** 52 + 1] } },
      },
    };
    const { packets, again, bytes } = exported(contents);
    expect(again).toBe(bytes);
    expect(instantsOf(packets, 'forced migration')).toMatchObject([
      { ts: late, comm: 'überlänge 工', delta: -7, src_load: 2 ** 52 + 1 },
    ]);
  });

  it('of 230,000 events comes in chunks of some 64 KiB, none of which is large', async () => {
    const capture = await openBundle(join(CAPTURES, 'threadpool-c8-mc5'));
    const { events } = capture.tables;
    const times = Math.ceil(230_000 / events.rows);
    const columns = Object.fromEntries(
      Object.entries(events.columns).map(([name, values]) => {
        const step = name === 'ts' ? capture.manifest.durationNs + 1 : 0;
        return [name, Float64Array.from({ length: events.rows * times }, (_, i) =>
          values[i % events.rows]! + step * Math.floor(i / events.rows))];
      }),
    );
    const chunks = chunksOf({ ...capture, tables: { ...capture.tables, events: { rows: events.rows * times, columns } } });
    expect(chunks.length).toBeGreaterThan(50);
    expect(Math.max(...chunks)).toBeLessThan(2 ** 20);
  });
});

type Columns = Readonly<Record<string, ArrayLike<number>>> & Readonly<Record<
  'ts' | 'cpu' | 'kind' | 'pid' | 'a' | 'b' | 'src_cpu' | 'dst_cpu' | 'src_nr' | 'result' | 'level' | 'nr_balance_failed' |
  'stage' | 'moved', ArrayLike<number>>>;

async function simulated(): Promise<BundleContents> {
  const scenario = await resolveScenario('threadpool', {
    machine: 'pvt8c',
    durationSeconds: 0.3,
    // Hogs, behind which queues form: many decisions.
    params: { workers: 32, hogs: 4 },
    settings: [{ path: 'sysctl.migration_cost_ns', value: 5_000_000, source: '--set' }],
  });
  const workload = buildWorkload(scenario, 1);
  const policy = createPolicy('stock');
  const { profile, durationNs } = scenario;
  const result = simulate({ profile, workload, policy, seed: 1, durationNs, record: true });
  return runContents(scenario, workload, policy, 1, result);
}

function rowsOf(table: TableData): number[] {
  return Array.from({ length: table.rows }, (_, row) => row);
}

function emptyOf(table: TableData): TableData {
  return { rows: 0, columns: Object.fromEntries(Object.keys(table.columns).map((name) => [name, []])) };
}

function count(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

/** The values of a counter at a time: where it changes then also the one before, as a simulator does much at one time. */
function at(values: readonly (readonly [number, number])[], ts: number): number[] {
  let low = 0;
  let high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle]![0] < ts) low = middle;
    else high = middle;
  }
  const found: number[] = [];
  for (let i = low; i < values.length && (i === low || values[i]![0] <= ts); i += 1) found.push(values[i]![1]);
  return found;
}

/** Lengths of the chunks that are not empty. */
function chunksOf(contents: BundleContents): number[] {
  return Array.from(perfettoTrace(contents), (chunk) => chunk.length).filter((length) => length > 0);
}
