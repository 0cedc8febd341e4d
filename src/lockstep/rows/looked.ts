/**
 * A search for a CPU in whose midst others become idle or busy. The kernel looks at the CPUs one after the other, and at some
 * twice: at the target, the task's own CPU and the one before it first, then at siblings, then at all that share the cache. Each look
 * is made with what the CPU was by then.
 */
import { select_idle_cpu } from '../../sim/kernel/wakeup/idle-cpu.js';
import { select_idle_smt } from '../../sim/kernel/wakeup/idle-core.js';
import { select_idle_sibling } from '../../sim/kernel/wakeup/idle-sibling.js';
import { cpus_share_cache } from '../../sim/kernel/wakeup/wake-affine.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { hasCpu, MASK_CPUS, withIdle, type IdleCpus } from '../world/idle-mask.js';
import type { World } from '../world/world.js';

/**
 * From the mask to the search's first look; of each of its first looks, at CPUs that it prefers; from the mask to its looks at
 * siblings, to its scan of CPUs and to that of cores; of each look of these, ns.
 */
const FIRST_LOOK_NS = 45;
const SOME_LOOK_NS = 40;
const SMT_NS = 210;
const SCAN_NS = 390;
const LOOK_NS = 50;
const CORES_NS = 340;
const CORE_LOOK_NS = 85;

/** A search, as its record has it. */
export interface Search {
  readonly p: number;
  readonly prev: number;
  readonly target: number;
  /** CPU that the task used before `prev`, or −1. */
  readonly recent: number;
  /** Whether it looked for a whole core. */
  readonly cores: boolean;
  /** When the mask was complete, ns. */
  readonly ts: number;
}

/** Whether a CPU was idle at a time, as the kernel saw it. */
export type SeenIdle = (cpu: number, ts: number) => boolean;

/** What the search finds. Changes what a search changes: to be called on a saved state. */
export function lookedAround(w: World, search: Search, seen: SeenIdle): number {
  const { k } = w;
  const { p, prev, target, cores } = search;
  const sd = k.rq.sd_llc[target]!;
  const preferred = firstLooks(search, seen);
  const first = withIdle(w, preferred.idle, () => select_idle_sibling(k, p, prev, target));
  // What lies beyond the CPUs that come first is idle here, so that an answer among them comes of these looks alone.
  if (preferred.looked.has(first) && (hasCpu(...preferred.idle, first) || (first === prev && prev !== target))) return first;
  if (sd === NIL) return target;
  if (k.smt_active && !cores && cpus_share_cache(k, prev, target)) {
    const found = withIdle(w, siblingLooks(w, search, seen), () => select_idle_smt(k, p, sd, prev));
    if (found !== NIL) return found;
  }
  const found = withIdle(w, scanLooks(w, search, sd, seen), () => select_idle_cpu(k, p, sd, k.smt_active && cores, target));
  return found === NIL ? target : found;
}

/** The target, the task's own CPU and the one before it as they are when they are looked at, and all others idle. */
function firstLooks({ prev, target, recent, ts }: Search, seen: SeenIdle): { readonly idle: IdleCpus; readonly looked: ReadonlySet<number> } {
  const looked = new Set([target, prev, recent].filter((cpu) => cpu >= 0));
  const idle: [number, number] = [-1, -1];
  [...looked].forEach((cpu, i) => {
    if (!seen(cpu, ts + FIRST_LOOK_NS + i * SOME_LOOK_NS)) clear(idle, cpu);
  });
  return { idle, looked };
}

/** The siblings of the task's own CPU. */
function siblingLooks({ k }: World, { prev, ts }: Search, seen: SeenIdle): IdleCpus {
  const idle: [number, number] = [0, 0];
  for (let i = 0; i < k.rq.smt_len[prev]!; i++) {
    const cpu = k.topo_cpus[k.rq.smt_off[prev]! + i]!;
    if (seen(cpu, ts + SMT_NS)) add(idle, cpu);
  }
  return idle;
}

/** for_each_cpu_wrap() over the CPUs that share the target's cache, and at each over its core where a whole one is looked for. */
function scanLooks({ k }: World, { target, cores, ts }: Search, sd: number, seen: SeenIdle): IdleCpus {
  const idle: [number, number] = [0, 0];
  const done = new Set<number>();
  const step = cores ? CORE_LOOK_NS : LOOK_NS;
  let when = ts + (cores ? CORES_NS : SCAN_NS);
  const look = (cpu: number): void => {
    if (done.has(cpu)) return;
    done.add(cpu);
    if (seen(cpu, when)) add(idle, cpu);
    when += step;
  };
  const off = k.sd.span_off[sd]!;
  const cpus = Array.from({ length: k.sd.span_weight[sd]! }, (_, i) => k.topo_cpus[off + i]!).filter((cpu) => cpu < MASK_CPUS);
  for (const cpu of [...cpus.filter((of) => of > target), ...cpus.filter((of) => of <= target)]) {
    if (cores) for (let i = 0; i < k.rq.smt_len[cpu]!; i++) look(k.topo_cpus[k.rq.smt_off[cpu]! + i]!);
    look(cpu);
  }
  return idle;
}

function add(idle: [number, number], cpu: number): void {
  if (cpu < MASK_CPUS) idle[cpu < 32 ? 0 : 1]! |= 1 << (cpu & 31);
}

function clear(idle: [number, number], cpu: number): void {
  if (cpu < MASK_CPUS) idle[cpu < 32 ? 0 : 1]! &= ~(1 << (cpu & 31));
}
