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
 * Lengths of the paths, ns: instructions of select_idle_sibling() and what it calls, as compiled for the recorded machines, which take
 * a nanosecond each. From the mask to the look at the target; from that to the one at the task's own CPU and to what follows it;
 * the look at the CPU before it, and what follows it, where it is another one than both.
 */
const TARGET_NS = 45;
const PREV_NS = 53;
const AFTER_TARGET_NS = 17;
const AFTER_PREV_NS = 67;
const RECENT_NS = 45;
const AFTER_RECENT_NS = 59;
const NO_RECENT_NS = 7;
/**
 * From there to the looks at siblings, of each of these, and what one takes that is passed over as it is the target; what looking at none
 * of them leaves of that; from there to the scan of CPUs, and what the siblings add to that; of each of its looks.
 */
const SMT_NS = 101;
const SMT_LOOK_NS = 60;
const SMT_SKIP_NS = 33;
const OTHER_CACHE_NS = 8;
const SCAN_NS = 140;
const AFTER_SMT_NS = 170;
const AFTER_SMT_LOOK_NS = 27;
const APART_NS = 36;
const LOOK_NS = 61;
/**
 * To the scan of cores; of a look at a CPU that is busy, and at one that is idle, to that at its sibling; from the last of a core to the
 * first of the next one, and from one that ends the look at its core early.
 */
const CORES_NS = 171;
const BUSY_NS = 49;
const IDLE_NS = 62;
const CORE_NS = 101;
const CORE_LEFT_NS = 110;

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
  const when = (cpu: number): number => {
    if (cpu === target) return 0;
    return cpu === prev ? PREV_NS : (prev === target ? AFTER_TARGET_NS : AFTER_PREV_NS) + RECENT_NS;
  };
  for (const cpu of looked) if (!seen(cpu, ts + TARGET_NS + when(cpu))) clear(idle, cpu);
  return { idle, looked };
}

/** When those looks are over, ns. */
function afterFirst({ prev, target, recent, ts }: Search): number {
  const other = recent >= 0 && recent !== prev && recent !== target;
  return ts + TARGET_NS + (prev === target ? AFTER_TARGET_NS : AFTER_PREV_NS) + (other ? AFTER_RECENT_NS : NO_RECENT_NS);
}

/** The siblings of the task's own CPU. */
function siblingLooks({ k }: World, search: Search, seen: SeenIdle): IdleCpus {
  const { prev, target } = search;
  const idle: [number, number] = [0, 0];
  let when = afterFirst(search) + SMT_NS + (prev === target ? 0 : OTHER_CACHE_NS);
  for (let i = 0; i < k.rq.smt_len[prev]!; i++) {
    const cpu = k.topo_cpus[k.rq.smt_off[prev]! + i]!;
    if (cpu !== target && seen(cpu, when)) add(idle, cpu);
    when += cpu === target ? SMT_SKIP_NS : SMT_LOOK_NS;
  }
  return idle;
}

/** When the scan comes to its first CPU, ns. */
function scanBegins({ k }: World, search: Search): number {
  const { prev, target, cores } = search;
  const since = afterFirst(search);
  if (cores) return since + CORES_NS;
  if (!k.smt_active) return since + SCAN_NS;
  if (!cpus_share_cache(k, prev, target)) return since + SCAN_NS + APART_NS;
  return since + SCAN_NS + AFTER_SMT_NS + (prev === target ? 0 : OTHER_CACHE_NS + AFTER_SMT_LOOK_NS);
}

/** for_each_cpu_wrap() over the CPUs that share the target's cache, and at each over its core where a whole one is looked for. */
function scanLooks(w: World, search: Search, sd: number, seen: SeenIdle): IdleCpus {
  const { k } = w;
  const { p, target, cores } = search;
  const allowed = (cpu: number): boolean => k.mask.has(k.task.mask[p]!, cpu);
  const idle: [number, number] = [0, 0];
  const done = new Set<number>();
  let when = scanBegins(w, search);
  let any = false;
  const core = (of: number): void => {
    for (let i = 0; i < k.rq.smt_len[of]!; i++) done.add(k.topo_cpus[k.rq.smt_off[of]! + i]!);
    for (let i = 0; i < k.rq.smt_len[of]!; i++) {
      const cpu = k.topo_cpus[k.rq.smt_off[of]! + i]!;
      const found = seen(cpu, when);
      if (found) add(idle, cpu);
      else if (any) {
        when += CORE_LEFT_NS;
        return;
      }
      when += found ? IDLE_NS : BUSY_NS;
      any ||= found && allowed(cpu);
    }
    when += CORE_NS;
  };
  const off = k.sd.span_off[sd]!;
  const cpus = Array.from({ length: k.sd.span_weight[sd]! }, (_, i) => k.topo_cpus[off + i]!).filter((cpu) => cpu < MASK_CPUS && allowed(cpu));
  for (const cpu of [...cpus.filter((of) => of > target), ...cpus.filter((of) => of <= target)]) {
    if (done.has(cpu)) continue;
    if (cores) core(cpu);
    else if (seen(cpu, when)) add(idle, cpu);
    when += cores ? 0 : LOOK_NS;
  }
  return idle;
}

function add(idle: [number, number], cpu: number): void {
  if (cpu < MASK_CPUS) idle[cpu < 32 ? 0 : 1]! |= 1 << (cpu & 31);
}

function clear(idle: [number, number], cpu: number): void {
  if (cpu < MASK_CPUS) idle[cpu < 32 ? 0 : 1]! &= ~(1 << (cpu & 31));
}
