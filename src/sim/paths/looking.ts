import { idle_cpu } from '../kernel/core/idle.js';
import type { Kernel } from '../kernel/kernel.js';
import { NIL } from '../kernel/state/table.js';
import { allowedBase, spanLowerBound } from '../kernel/wakeup/cpumask.js';
import { test_idle_cores } from '../kernel/wakeup/idle-core.js';
import { cpus_share_cache } from '../kernel/wakeup/wake-affine.js';

/*
 * How long a wake-up looks for an idle CPU, in parts of the cost `wakeup`, from where it has found the task's own CPU busy:
 * to the CPU that the task used before, to a sibling, to the first CPU and the first core that it scans, and from each CPU of these
 * to the next. They are the times of src/lockstep/rows/looked.ts; a search that finds nothing and one that finds the last CPU
 * are as much longer in recordings as this says (from 0.2 to 1 µs, forkjoin, reqresp, hackbench, pinned).
 */
const RECENT = 0.06;
const SIBLING = 0.22;
const SCAN = 0.46;
const SCAN_NEXT = 0.07;
const CORES = 0.39;
const CORES_NEXT = 0.115;

/** A search as foresee() sees it, from where the task's own CPU was found busy, ns: until the look that decides, and until it is over. */
export const search = { decides: 0, ends: 0 };

/**
 * Foresees how long a search takes as things stand now; others may become idle or busy until the look that decides.
 * @param p task that is being woken, whose own CPU is busy
 */
export function foresee(k: Kernel, p: number): void {
  const { task, mask, rq, sds } = k;
  if (mask.weight[task.mask[p]!] === 1) return takes(k, 0);
  const prev = task.cpu[p]!;
  const recent = task.recent_used_cpu[p]!;
  if (recent !== prev && cpus_share_cache(k, recent, prev) && mask.has(task.mask[p]!, recent) && idle_cpu(k, recent)) return takes(k, RECENT);
  const sd = rq.sd_llc[prev]!;
  if (sd === NIL) return takes(k, RECENT);
  const cores = k.smt_active && test_idle_cores(k, prev);
  if (k.smt_active && !cores && hasIdleSibling(k, p, prev)) return takes(k, SIBLING);
  const shared = rq.sd_llc_shared[prev]!;
  const most = k.feat.SIS_UTIL && shared !== NIL ? sds.nr_idle_scan[shared]! : Infinity;
  if (most === 0) return takes(k, SIBLING);
  scan(k, p, sd, prev, most, cores);
}

/** @param ends in parts of `wakeup`, like `decides` */
function takes({ cost }: Kernel, ends: number, decides = ends): void {
  search.ends = Math.round(ends * cost.wakeup);
  search.decides = Math.round(decides * cost.wakeup);
}

function hasIdleSibling(k: Kernel, p: number, prev: number): boolean {
  const off = k.rq.smt_off[prev]!;
  const end = off + k.rq.smt_len[prev]!;
  for (let i = off; i < end; i++) {
    const cpu = k.topo_cpus[i]!;
    if (cpu !== prev && k.mask.has(k.task.mask[p]!, cpu) && idle_cpu(k, cpu)) return true;
  }
  return false;
}

/** The CPUs that select_idle_cpu() looks at, up to an idle one, or core, or as many as are worth while. */
function scan(k: Kernel, p: number, sd: number, target: number, most: number, cores: boolean): void {
  const off = k.sd.span_off[sd]!;
  const len = k.sd.span_weight[sd]!;
  const first = spanLowerBound(k, off, len, target + 1);
  const base = allowedBase(k, p);
  let looks = 0;
  /** Without a whole core, the first CPU that was idle will do. */
  let fallback = -1;
  for (let n = 0, i = first; n < len && (cores || looks < most); n++, i++) {
    const cpu = k.topo_cpus[off + (i < len ? i : i - len)]!;
    if (k.mask.allowed[base + cpu] === 0) continue;
    if (idle_cpu(k, cpu)) {
      if (!cores) break;
      if (isIdleCore(k, cpu)) return takes(k, CORES + CORES_NEXT * (looks + k.rq.smt_len[cpu]! - 1));
      if (fallback < 0) fallback = looks;
    }
    // A core is looked at as a whole, and then no more: one look for each of its CPUs.
    looks++;
  }
  if (cores) takes(k, CORES + CORES_NEXT * looks, CORES + CORES_NEXT * (fallback < 0 ? looks : fallback));
  else takes(k, SCAN + SCAN_NEXT * looks);
}

function isIdleCore(k: Kernel, cpu: number): boolean {
  const end = k.rq.smt_off[cpu]! + k.rq.smt_len[cpu]!;
  for (let i = k.rq.smt_off[cpu]!; i < end; i++) if (!idle_cpu(k, k.topo_cpus[i]!)) return false;
  return true;
}
