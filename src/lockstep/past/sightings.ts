/** What the records of a recording show of tasks: values, each with the time at which it was seen. */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { UNKNOWN_PRIO } from '../../bundle/tables/priority.js';
import { SCHED_BATCH, SCHED_IDLE, SCHED_NORMAL } from '../../sim/kernel/constants.js';
import { KIND } from '../../sim/records/records.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** Values seen of one task, in order of time. For policies they are sets of bits: what the record leaves possible. */
export interface Sightings {
  readonly ts: number[];
  readonly value: number[];
}

/** Bits of a policy that a record leaves possible. */
const NORMAL_BIT = 1;
const BATCH_BIT = 2;
const IDLE_BIT = 4;
/** Causes in records of preemption: the running task is idle, the woken one is batch or idle, both were weighed. */
const PREEMPTS_IDLE = 3;
const BATCH_WAKES = 4;
const BY_VRUNTIME = 7;

/** When tasks were born, started programs and forked, by pid and in order of time, ns. */
export interface Lives {
  readonly births: ReadonlyMap<number, readonly number[]>;
  readonly execs: ReadonlyMap<number, readonly number[]>;
  /** By parent. */
  readonly forks: ReadonlyMap<number, ReadonlyArray<{ readonly ts: number; readonly child: number }>>;
}

/** A child is placed in a queue, where that is recorded, before the event of its fork. */
export function readLives(contents: BundleContents): Lives {
  const births = new Map<number, number[]>();
  const execs = new Map<number, number[]>();
  const forks = new Map<number, { readonly ts: number; readonly child: number }[]>();
  const placed = new Map<number, number[]>();
  const places = contents.instrument.places;
  for (let row = 0; row < (places?.rows ?? 0); row++) {
    const c = places!.columns as Columns;
    if (c['initial']![row] === 1) push(placed, c['pid']![row]!, c['ts']![row]!);
  }
  eachEvent(contents, (kind, ts, pid, a) => {
    if (kind === KIND.fork) {
      const before = (placed.get(a) ?? []).filter((at) => at <= ts).at(-1) ?? -Infinity;
      const birth = before > (births.get(a)?.at(-1) ?? -Infinity) ? before : ts;
      push(births, a, birth);
      push(forks, pid, { ts: birth, child: a });
    } else if (kind === KIND.exec) push(execs, pid, ts);
  });
  return { births, execs, forks };
}

/** A stretch of time that a task was on a CPU. */
export interface Run {
  readonly ts: number;
  readonly cpu: number;
  /** When it was switched out; Infinity: it was not. */
  until: number;
  /** It could have run on then. */
  preempted: boolean;
}

/** When each task was put on a CPU, and on which, by pid. */
export function runsOf({ tables }: BundleContents): Map<number, Run[]> {
  const runs = new Map<number, Run[]>();
  const { ts, cpu, kind, pid, a, b } = tables.events.columns as Columns;
  for (let row = 0; row < tables.events.rows; row++) {
    if (kind![row] !== KIND.switch) continue;
    const last = runs.get(a![row]!)?.at(-1);
    if (last !== undefined) [last.until, last.preempted] = [ts![row]!, b![row] === 0];
    if (pid![row] !== 0) push(runs, pid![row]!, { ts: ts![row]!, cpu: cpu![row]!, until: Infinity, preempted: false });
  }
  return runs;
}

/** Records that only a running task of the fair class makes, by pid: ticks and preemptions, ns. */
export function fairlyRan({ instrument }: BundleContents): Map<number, number[]> {
  const ran = new Map<number, number[]>();
  for (const [table, who] of [[instrument.ticks, 'pid'], [instrument.preempts, 'curr']] as const) {
    const { ts, [who]: pid } = (table?.columns ?? {}) as Columns;
    for (let row = 0; row < (table?.rows ?? 0); row++) if (pid![row]! > 0) push(ran, pid![row]!, ts![row]!);
  }
  for (const list of ran.values()) list.sort((a, b) => a - b);
  return ran;
}

/** Switches and wake-ups show the priority; the table has a row where that changes. */
export function seenPriorities(contents: BundleContents): Map<number, Sightings> {
  const seen = new Map<number, Sightings>();
  const last = new Map<number, number>();
  for (const { pid, prio } of contents.tasks) if (prio !== UNKNOWN_PRIO) last.set(pid, prio);
  const changed = new Set<number>();
  eachEvent(contents, (kind, _, pid) => {
    if (kind === KIND.prio) changed.add(pid);
  });
  const note = (pid: number, ts: number): void => {
    const prio = last.get(pid);
    if (prio !== undefined && (changed.has(pid) || !seen.has(pid))) see(seen, pid, ts, prio);
  };
  eachEvent(contents, (kind, ts, pid, a) => {
    if (kind === KIND.prio) {
      last.set(pid, a);
      note(pid, ts);
    } else if (kind === KIND.switch) {
      if (pid !== 0) note(pid, ts);
      // A change that the switch shows has its row just before it.
      if (a !== 0) note(a, ts);
    } else if (kind === KIND.wakeup_new) note(pid, ts);
  });
  return seen;
}

/** Policies as sets of bits: balances show them, and preemptions leave some possible. */
export function seenPolicies(contents: BundleContents): Map<number, Sightings> {
  const seen = new Map<number, Sightings>();
  const all: { readonly ts: number; readonly pid: number; readonly bits: number }[] = [];
  const { decisions } = contents.tables;
  const d = decisions.columns as Record<'ts' | 'pid' | 'policy', ArrayLike<number>>;
  for (let row = 0; row < decisions.rows; row++) {
    const bits = d.policy[row] === SCHED_IDLE ? IDLE_BIT : d.policy[row] === SCHED_BATCH ? BATCH_BIT : NORMAL_BIT;
    all.push({ ts: d.ts[row]!, pid: d.pid[row]!, bits });
  }
  const preempts = contents.instrument.preempts;
  const withPreemption = !contents.manifest.features.includes('NO_WAKEUP_PREEMPTION');
  for (let row = 0; row < (preempts?.rows ?? 0); row++) {
    const c = preempts!.columns as Columns;
    const [ts, cause] = [c['ts']![row]!, c['cause']![row]!];
    const add = (column: string, bits: number): void => void all.push({ ts, pid: c[column]![row]!, bits });
    if (cause === PREEMPTS_IDLE) {
      add('curr', IDLE_BIT);
      add('pid', NORMAL_BIT | BATCH_BIT);
    } else if (cause === BATCH_WAKES && withPreemption) add('pid', BATCH_BIT | IDLE_BIT);
    else if (cause === BY_VRUNTIME) add('pid', NORMAL_BIT);
  }
  all.sort((a, b) => a.ts - b.ts);
  for (const { ts, pid, bits } of all) see(seen, pid, ts, bits);
  return seen;
}

/** Groups, by the recording's ids. */
export function seenGroups(contents: BundleContents, { forks }: Lives): Map<number, Sightings> {
  const seen = new Map<number, Sightings>();
  if ((contents.manifest.groups ?? []).length === 0) return seen;
  const all: { readonly ts: number; readonly pid: number; readonly group: number }[] = [];
  const parents = new Map<number, { readonly ts: number; readonly parent: number }[]>();
  for (const [parent, list] of forks) for (const { ts, child } of list) push(parents, child, { ts, parent });
  for (const name of ['places', 'ticks'] as const) {
    const table = contents.instrument[name];
    for (let row = 0; row < (table?.rows ?? 0); row++) {
      const c = table!.columns as Columns;
      const [ts, pid, group] = [c['ts']![row]!, c['pid']![row]!, c['tg']![row]!];
      if (pid <= 0) continue;
      all.push({ ts, pid, group });
      if (name === 'ticks' || c['initial']![row] === 0) continue;
      // A child is placed on the queue of its parent, which calls fork() there and then.
      const fork = parents.get(pid)?.find((candidate) => candidate.ts >= ts);
      if (fork !== undefined) all.push({ ts, pid: fork.parent, group });
    }
  }
  all.sort((a, b) => a.ts - b.ts);
  for (const { ts, pid, group } of all) see(seen, pid, ts, group);
  return seen;
}

function eachEvent(contents: BundleContents, visit: (kind: number, ts: number, pid: number, a: number) => void): void {
  const { rows, columns } = contents.tables.events;
  const e = columns as Columns;
  for (let row = 0; row < rows; row++) visit(e['kind']![row]!, e['ts']![row]!, e['pid']![row]!, e['a']![row]!);
}

/** The policy that a set of bits stands for: the most usual one that it leaves possible. */
export function policyOf(bits: number): number {
  return (bits & NORMAL_BIT) !== 0 ? SCHED_NORMAL : (bits & BATCH_BIT) !== 0 ? SCHED_BATCH : SCHED_IDLE;
}

/** Adds a value to the list of a key. */
export function push<T>(lists: Map<number, T[]>, key: number, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function see(seen: Map<number, Sightings>, pid: number, ts: number, value: number): void {
  let own = seen.get(pid);
  if (own === undefined) seen.set(pid, (own = { ts: [], value: [] }));
  own.ts.push(ts);
  own.value.push(value);
}
