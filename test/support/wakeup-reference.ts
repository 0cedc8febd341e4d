/*
 * A second, slow account of the search for an idle CPU: sets of CPU numbers instead of spans and bytes. It shares no
 * code with src/sim/kernel/wakeup, so that the two can be held against each other.
 */
export interface Machine {
  readonly cpus: number;
  /** CPUs that share a core with `cpu`, itself included. */
  readonly core: (cpu: number) => number[];
  /** CPUs that share the last-level cache with `cpu`. */
  readonly cache: (cpu: number) => number[];
  readonly idle: ReadonlySet<number>;
  readonly sched_idle: ReadonlySet<number>;
  readonly allowed: ReadonlySet<number>;
  readonly smt: boolean;
  readonly has_idle_cores: boolean;
  readonly nr_idle_scan: number;
}

export interface Answer {
  readonly cpu: number;
  readonly has_idle_cores: boolean;
  /** CPUs that the last search asked for idleness; −1 where it did not take place. */
  readonly looked: number;
}

/** All CPU numbers from `start` upwards and around. */
function around(cpus: number, start: number): number[] {
  const first = start >= cpus ? 0 : start;
  return Array.from({ length: cpus }, (_, i) => (first + i) % cpus);
}

export function referenceIdleSibling(m: Machine, prev: number, target: number, recent: number): Answer {
  const takes = (cpu: number): boolean => m.idle.has(cpu) || m.sched_idle.has(cpu);
  const near = (a: number, b: number): boolean => m.cache(a).includes(b);
  const early = (cpu: number): Answer => ({ cpu, has_idle_cores: m.has_idle_cores, looked: -1 });

  if (takes(target)) return early(target);
  if (prev !== target && near(prev, target) && takes(prev)) return early(prev);
  if (recent !== prev && recent !== target && near(recent, target) && takes(recent) && m.allowed.has(recent)) {
    return early(recent);
  }
  const cores = m.smt && m.has_idle_cores;
  if (m.smt && !cores && near(prev, target)) {
    const sibling = m.core(prev).find((cpu) => cpu !== prev && m.allowed.has(cpu) && near(cpu, target) && takes(cpu));
    if (sibling !== undefined) return early(sibling);
  }
  if (m.nr_idle_scan === 0) return early(target);

  const left = new Set(m.cache(target).filter((cpu) => m.allowed.has(cpu)));
  if (!cores) {
    let looked = 0;
    for (const cpu of around(m.cpus, target + 1)) {
      if (!left.has(cpu)) continue;
      if (looked === m.nr_idle_scan) break;
      looked++;
      if (takes(cpu)) return { cpu, has_idle_cores: m.has_idle_cores, looked };
    }
    return { cpu: target, has_idle_cores: m.has_idle_cores, looked };
  }

  let second = -1;
  for (const cpu of around(m.cpus, target + 1)) {
    if (!left.has(cpu)) continue;
    const threads = m.core(cpu);
    if (threads.every((thread) => m.idle.has(thread))) return { cpu, has_idle_cores: true, looked: 0 };
    // The first thread that could do, idle ones and SCHED_IDLE ones alike, of the first core that has one.
    if (second < 0) second = threads.find((thread) => left.has(thread) && takes(thread)) ?? -1;
    for (const thread of threads) left.delete(thread);
  }
  return { cpu: second < 0 ? target : second, has_idle_cores: false, looked: 0 };
}
