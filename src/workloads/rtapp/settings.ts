import type { Field } from './fields.js';
import type { RtSettings } from './model.js';

const POLICIES: Readonly<Record<string, number>> = { SCHED_OTHER: 0, SCHED_BATCH: 3, SCHED_IDLE: 5 };

const NOT_SIMULATED: Readonly<Record<string, string>> = {
  util_min: 'no utilization clamp: it is not simulated',
  util_max: 'no utilization clamp: it is not simulated',
  'dl-runtime': 'no deadline scheduling: it is not simulated',
  'dl-period': 'no deadline scheduling: it is not simulated',
  'dl-deadline': 'no deadline scheduling: it is not simulated',
  period: 'no deadline scheduling (a timer has its own "period"): it is not simulated',
  deadline: 'no deadline scheduling: it is not simulated',
  nodes_membind: 'no binding of memory to nodes: it is not simulated',
  membind_nodes: 'no binding of memory to nodes: it is not simulated',
  slice: 'no slice of its own: Linux 6.1 has none',
};

/** Takes a key that tasks and phases have in common. @returns false where it is none of them */
export function readSetting(key: string, at: Field, into: Partial<Writable<RtSettings>>, cpus: number): boolean {
  switch (key) {
    case 'cpus':
      into.cpus = readCpus(at, cpus);
      return true;
    case 'policy':
      into.policy = readPolicy(at);
      return true;
    case 'priority':
    case 'nice':
      if (into.nice !== undefined) at.fail('one of "priority" and "nice"', 'both');
      into.nice = at.integer(-20, 19, 'a nice value within -20…19');
      return true;
    case 'taskgroup':
      into.group = readGroup(at);
      return true;
    default:
      if (Object.hasOwn(NOT_SIMULATED, key)) at.fail(NOT_SIMULATED[key]!, key);
      return false;
  }
}

/** Policies that the simulator has, by name. */
export function readPolicy(at: Field): number {
  const name = at.string();
  if (Object.hasOwn(POLICIES, name)) return POLICIES[name]!;
  return at.fail(`${Object.keys(POLICIES).join(', ')} (real-time and deadline tasks are not simulated)`);
}

function readCpus(at: Field, cpus: number): readonly number[] {
  const listed = at.items().map((item) => item.integer(0, cpus - 1, `a CPU within 0…${cpus - 1}`));
  return listed.length > 0 ? listed : at.fail('at least one CPU', 'none');
}

/** The path of a group without a slash at its end; null where it is empty, which sets nothing. */
function readGroup(at: Field): string | null {
  const path = at.string();
  if (path === '') return null;
  if (!path.startsWith('/')) at.fail('a path that begins with /');
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length > 8) at.fail('a group of at most 8 levels');
  return `/${parts.join('/')}`;
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function settingsOf(given: Partial<RtSettings>): RtSettings {
  return { cpus: given.cpus ?? null, policy: given.policy ?? null, nice: given.nice ?? null, group: given.group ?? null };
}
