/**
 * What later records show of a task: its nice value, policy and group change without an event of their own. Here it is
 * worked out when each change must have happened, so that it can be made then.
 */
import type { BundleContents } from '../bundle/contents.js';
import { EVENT_KINDS, type EventKind, type TableData } from '../sim/records.js';
import { SCHED_BATCH, SCHED_IDLE, SCHED_NORMAL } from '../sim/kernel/constants.js';

const KIND = Object.fromEntries(EVENT_KINDS.map((name, i) => [name, i])) as Record<EventKind, number>;
type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** A value that a task has for a while. */
export interface Stretch {
  readonly value: number;
  /** Last record that shows the value before it; −∞: none does, ns. */
  readonly after: number;
  /** First record that shows this one, ns. */
  readonly seen: number;
  /** When the change is taken to have happened, ns. */
  at: number;
}

/** Values seen of one task, in order of time. For policies they are sets of bits: what the record leaves possible. */
interface Sightings {
  readonly ts: number[];
  readonly value: number[];
}

/** Bits of a policy that a record leaves possible. */
const NORMAL_BIT = 1;
const BATCH_BIT = 2;
const IDLE_BIT = 4;
const PREEMPTS_IDLE = 3;
const BATCH_WAKES = 4;
const BY_VRUNTIME = 7;

export class Foresight {
  private readonly births = new Map<number, number[]>();
  private readonly execs = new Map<number, number[]>();
  /** By parent: when, and whom. */
  private readonly forks = new Map<number, { readonly ts: number; readonly child: number }[]>();
  private readonly priorities: Map<number, Stretch[]>;
  private readonly policies: Map<number, Stretch[]>;
  private readonly groups: Map<number, Stretch[]>;

  constructor(private readonly contents: BundleContents) {
    this.readLives();
    const prios = this.priorities = new Map<number, Stretch[]>();
    for (const [pid, seen] of this.seenPriorities()) prios.set(pid, this.stretches(pid, seen, false));
    for (const [pid, list] of prios) for (const stretch of list) stretch.at = this.changeOf(pid, stretch, true);
    this.policies = new Map();
    for (const [pid, seen] of this.seenPolicies()) this.policies.set(pid, this.stretches(pid, seen, true));
    for (const [pid, list] of this.policies) for (const stretch of list) stretch.at = this.changeOf(pid, stretch, false);
    this.groups = new Map();
    for (const [pid, seen] of this.seenGroups()) this.groups.set(pid, this.stretches(pid, seen, false));
    for (const [pid, list] of this.groups) for (const stretch of list) stretch.at = this.changeOf(pid, stretch, false);
  }

  /** Kernel priority that the task has at `ts`, or −1. */
  priority(pid: number, ts: number): number {
    return valueAt(this.priorities.get(pid), ts);
  }

  /** Policy that the task has at `ts`, or −1 where it is still its parent's. */
  policy(pid: number, ts: number): number {
    return valueAt(this.policies.get(pid), ts);
  }

  /** Group that the task is in at `ts`, by the recording's id, or −1. */
  group(pid: number, ts: number): number {
    return valueAt(this.groups.get(pid), ts);
  }

  /** The change of group that the task is in the middle of at `ts`: between the last sight of the old and the first of the new. */
  pendingGroup(pid: number, ts: number): Stretch | null {
    return pendingAt(this.groups.get(pid), ts);
  }

  /** The same for priorities. */
  pendingPriority(pid: number, ts: number): Stretch | null {
    return pendingAt(this.priorities.get(pid), ts);
  }

  private table(name: string): TableData | undefined {
    return { ...this.contents.tables, ...this.contents.instrument }[name as 'events'];
  }

  private eachEvent(visit: (kind: number, ts: number, pid: number, a: number) => void): void {
    const { rows, columns } = this.contents.tables.events;
    const e = columns as Columns;
    for (let row = 0; row < rows; row++) visit(e['kind']![row]!, e['ts']![row]!, e['pid']![row]!, e['a']![row]!);
  }

  /** A child is placed in a queue, where that is recorded, before the event of its fork. */
  private readLives(): void {
    const placed = new Map<number, number[]>();
    const places = this.table('places');
    for (let row = 0; row < (places?.rows ?? 0); row++) {
      const c = places!.columns as Columns;
      if (c['initial']![row] === 1) push(placed, c['pid']![row]!, c['ts']![row]!);
    }
    this.eachEvent((kind, ts, pid, a) => {
      if (kind === KIND.fork) {
        const before = (placed.get(a) ?? []).filter((at) => at <= ts).at(-1) ?? -Infinity;
        const birth = before > (this.births.get(a)?.at(-1) ?? -Infinity) ? before : ts;
        push(this.births, a, birth);
        push(this.forks, pid, { ts: birth, child: a });
      } else if (kind === KIND.exec) push(this.execs, pid, ts);
    });
  }

  /** Switches and wake-ups show the priority; the table has a row where that changes. */
  private seenPriorities(): Map<number, Sightings> {
    const seen = new Map<number, Sightings>();
    const last = new Map<number, number>();
    for (const { pid, prio } of this.contents.tasks) if (prio >= 0) last.set(pid, prio);
    const changed = new Set<number>();
    this.eachEvent((kind, _, pid) => {
      if (kind === KIND.prio) changed.add(pid);
    });
    const note = (pid: number, ts: number): void => {
      const prio = last.get(pid);
      if (prio !== undefined && (changed.has(pid) || !seen.has(pid))) see(seen, pid, ts, prio);
    };
    this.eachEvent((kind, ts, pid, a) => {
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

  private seenPolicies(): Map<number, Sightings> {
    const seen = new Map<number, Sightings>();
    const all: { readonly ts: number; readonly pid: number; readonly bits: number }[] = [];
    const decisions = this.contents.tables.decisions;
    for (let row = 0; row < decisions.rows; row++) {
      const [ts, pid, policy] = [decisions.columns['ts']![row]!, decisions.columns['pid']![row]!, decisions.columns['policy']![row]!];
      all.push({ ts, pid, bits: policy === SCHED_IDLE ? IDLE_BIT : policy === SCHED_BATCH ? BATCH_BIT : NORMAL_BIT });
    }
    const preempts = this.table('preempts');
    const withPreemption = !this.contents.manifest.features.includes('NO_WAKEUP_PREEMPTION');
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

  private seenGroups(): Map<number, Sightings> {
    const seen = new Map<number, Sightings>();
    if ((this.contents.manifest.groups ?? []).length === 0) return seen;
    const all: { readonly ts: number; readonly pid: number; readonly group: number }[] = [];
    const parents = new Map<number, { readonly ts: number; readonly parent: number }[]>();
    for (const [parent, list] of this.forks) for (const { ts, child } of list) push(parents, child, { ts, parent });
    for (const name of ['places', 'ticks']) {
      const table = this.table(name);
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

  private stretches(pid: number, seen: Sightings, sets: boolean): Stretch[] {
    const list: Stretch[] = [];
    const births = this.births.get(pid) ?? [];
    let [value, after, first, last] = [-1, -Infinity, 0, -Infinity];
    const close = (): void => {
      if (value !== -1) list.push({ value: sets ? policyOf(value) : value, after, seen: first, at: first });
    };
    for (let i = 0; i < seen.ts.length; i++) {
      const ts = seen.ts[i]!;
      const reborn = births.some((birth) => birth > last && birth <= ts);
      const merged = sets ? value & seen.value[i]! : value === seen.value[i] ? value : 0;
      if (value !== -1 && !reborn && (sets ? merged !== 0 : value === seen.value[i])) {
        if (sets) value = merged;
      } else {
        close();
        [value, after, first] = [seen.value[i]!, reborn ? -Infinity : last, ts];
      }
      last = ts;
    }
    close();
    return list;
  }

  /**
   * When a task came to what it has: a program that is started with another nice value, policy or group gets it before
   * exec(), and what it forks then has it too. The first value of a task it had from its birth, save for a policy, which
   * it may have got before it called exec().
   */
  private changeOf(pid: number, { value, after, seen }: Stretch, inherited: boolean): number {
    const births = (this.births.get(pid) ?? []).filter((ts) => ts <= seen);
    const birth = births.at(-1) ?? -Infinity;
    if (after === -Infinity && (inherited || birth === -Infinity)) return birth;
    const since = Math.max(after, birth);
    const forks = (this.forks.get(pid) ?? []).filter(({ ts }) => ts > since && ts < seen);
    const fork = forks.find(({ child, ts }) => !inherited || this.bornWith(child, ts) === value)?.ts ?? null;
    const execs = (this.execs.get(pid) ?? []).filter((ts) => ts > since && ts < (inherited ? (fork ?? seen) : seen));
    if (execs.length > 0) return execs.at(-1)!;
    if (inherited && fork !== null) return fork;
    return after === -Infinity ? birth : seen;
  }

  private bornWith(child: number, ts: number): number {
    return this.priorities.get(child)?.find((stretch) => stretch.seen >= ts)?.value ?? -1;
  }
}

function policyOf(bits: number): number {
  return (bits & NORMAL_BIT) !== 0 ? SCHED_NORMAL : (bits & BATCH_BIT) !== 0 ? SCHED_BATCH : SCHED_IDLE;
}

function push<T>(lists: Map<number, T[]>, key: number, value: T): void {
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

function valueAt(list: readonly Stretch[] | undefined, ts: number): number {
  let value = -1;
  for (const stretch of list ?? []) if (stretch.at <= ts) value = stretch.value;
  return value;
}

function pendingAt(list: readonly Stretch[] | undefined, ts: number): Stretch | null {
  for (const stretch of list ?? []) if (stretch.after < ts && ts <= stretch.seen) return stretch;
  return null;
}
