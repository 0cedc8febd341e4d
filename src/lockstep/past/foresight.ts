/**
 * What later records show of a task: its nice value, policy and group change without an event of their own. Here it is
 * worked out when each change must have happened, so that it can be made then.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { isAboveFair } from '../../bundle/tables/priority.js';
import { boostsOf } from './boosts.js';
import { findRegroupings, type Regrouping } from './regroupings.js';
import { fairlyRan, policyOf, readLives, runsOf, seenGroups, seenPolicies, seenPriorities, type Lives, type Sightings } from './sightings.js';

/** Where no record shows a value. */
export const NONE = -2;

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

/** A task goes above the fair class, or comes back to it, which no event marks. */
export interface ClassChange {
  readonly ts: number;
  /** CPU that does it. */
  readonly cpu: number;
  readonly pid: number;
  /** Kernel priority that it has from then on. */
  readonly prio: number;
}

/** What every task has, and when it came to it. */
export class Foresight {
  /** In order of time. */
  readonly classChanges: readonly ClassChange[];
  /** Of tasks that start a program in another group; in order of time. */
  readonly regroupings: readonly Regrouping[];
  private readonly lives: Lives;
  private readonly priorities: ReadonlyMap<number, readonly Stretch[]>;
  private readonly policies: ReadonlyMap<number, readonly Stretch[]>;
  private readonly groups: ReadonlyMap<number, readonly Stretch[]>;

  constructor(contents: BundleContents) {
    this.lives = readLives(contents);
    this.priorities = this.stretchesOf(seenPriorities(contents), false);
    for (const [pid, list] of this.priorities) for (const stretch of list) stretch.at = this.changeOf(pid, stretch, true);
    const fair = fairlyRan(contents);
    this.classChanges = [...boostsOf(contents, this.priorities, fair), ...this.changesOfClass(contents, fair)]
      .sort((one, other) => one.ts - other.ts || one.cpu - other.cpu);
    this.policies = this.stretchesOf(seenPolicies(contents), true);
    this.groups = this.stretchesOf(seenGroups(contents, this.lives), false);
    for (const lists of [this.policies, this.groups]) {
      for (const [pid, list] of lists) for (const stretch of list) stretch.at = this.changeOf(pid, stretch, false);
    }
    this.regroupings = findRegroupings(contents, this.groups, this.lives);
  }

  /** Kernel priority that the task has at `ts`, or NONE. */
  priority(pid: number, ts: number): number {
    return valueAt(this.priorities.get(pid), ts);
  }

  /** Policy that the task has at `ts`, or NONE where it is still its parent's. */
  policy(pid: number, ts: number): number {
    return valueAt(this.policies.get(pid), ts);
  }

  /** Group that the task is in at `ts`, by the recording's id, or NONE. */
  group(pid: number, ts: number): number {
    return valueAt(this.groups.get(pid), ts);
  }

  /** The change of group that comes between the last sight of the old one before `ts` and the first of the new one. */
  pendingGroup(pid: number, ts: number): Stretch | null {
    return pendingAt(this.groups.get(pid), ts);
  }

  /** The same for priorities. */
  pendingPriority(pid: number, ts: number): Stretch | null {
    return pendingAt(this.priorities.get(pid), ts);
  }

  /** The same for policies. */
  pendingPolicy(pid: number, ts: number): Stretch | null {
    return pendingAt(this.policies.get(pid), ts);
  }

  private stretchesOf(seen: ReadonlyMap<number, Sightings>, sets: boolean): Map<number, Stretch[]> {
    return new Map([...seen].map(([pid, own]) => [pid, this.stretches(pid, own, sets)]));
  }

  /** @param sets values are sets of bits, of which those that follow each other leave what they have in common */
  private stretches(pid: number, seen: Sightings, sets: boolean): Stretch[] {
    const list: Stretch[] = [];
    const births = this.lives.births.get(pid) ?? [];
    let [value, after, first, last] = [NONE, -Infinity, 0, -Infinity];
    const close = (): void => {
      if (value !== NONE) list.push({ value: sets ? policyOf(value) : value, after, seen: first, at: first });
    };
    for (let i = 0; i < seen.ts.length; i++) {
      const ts = seen.ts[i]!;
      const reborn = births.some((birth) => birth > last && birth <= ts);
      const common = sets ? value & seen.value[i]! : value;
      if (value !== NONE && !reborn && (sets ? common !== 0 : value === seen.value[i])) {
        value = common;
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
   * @param inherited the first value is the task's from its birth, and its children's show it too
   */
  private changeOf(pid: number, { value, after, seen }: Stretch, inherited: boolean): number {
    const births = (this.lives.births.get(pid) ?? []).filter((ts) => ts <= seen);
    const birth = births.at(-1) ?? -Infinity;
    if (after === -Infinity && (inherited || birth === -Infinity)) return birth;
    const since = Math.max(after, birth);
    const forks = (this.lives.forks.get(pid) ?? []).filter(({ ts }) => ts > since && ts < seen);
    const fork = forks.find(({ child, ts }) => !inherited || this.bornWith(child, ts) === value)?.ts ?? null;
    const execs = (this.lives.execs.get(pid) ?? []).filter((ts) => ts > since && ts < (inherited ? (fork ?? seen) : seen));
    if (execs.length > 0) return execs.at(-1)!;
    if (inherited && fork !== null) return fork;
    return after === -Infinity ? birth : seen;
  }

  /**
   * A task that goes above the fair class while it runs does so itself, mostly by the first deeds of its program or loop: what its run
   * ends with it is taken to have from the beginning of that, or from the last record in it that shows a fair task.
   */
  private changesOfClass(contents: BundleContents, fair: ReadonlyMap<number, readonly number[]>): ClassChange[] {
    const runs = runsOf(contents);
    const changes: ClassChange[] = [];
    for (const [pid, list] of this.priorities) {
      list.forEach((stretch, i) => {
        const before = list[i - 1];
        const run = (runs.get(pid) ?? []).find(({ ts }) => ts === stretch.after);
        if (before === undefined || isAboveFair(before.value) || !isAboveFair(stretch.value) || stretch.at !== stretch.seen || run === undefined) return;
        const since = (fair.get(pid) ?? []).filter((ts) => ts > stretch.after && ts < stretch.seen).at(-1) ?? stretch.after;
        stretch.at = since + 1;
        changes.push({ ts: stretch.at, cpu: run.cpu, pid, prio: stretch.value });
      });
    }
    return changes;
  }

  private bornWith(child: number, ts: number): number {
    return this.priorities.get(child)?.find((stretch) => stretch.seen >= ts)?.value ?? NONE;
  }
}

function valueAt(list: readonly Stretch[] | undefined, ts: number): number {
  let value = NONE;
  for (const stretch of list ?? []) if (stretch.at <= ts) value = stretch.value;
  return value;
}

function pendingAt(list: readonly Stretch[] | undefined, ts: number): Stretch | null {
  for (const stretch of list ?? []) if (stretch.after < ts && ts <= stretch.seen) return stretch;
  return null;
}
