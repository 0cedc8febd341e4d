import { u64 } from './ctypes.js';
import type { CfsRq, Se, World } from './world.js';

/** update_cfs_rq_h_load() */
function updateCfsRqHLoad(world: World, cfs: CfsRq): void {
  if (cfs.last_h_load_update === world.jiffies) return;
  cfs.h_load_next = null;
  let se: Se | null = owner(world, cfs);
  for (; se !== null; se = se.parent) {
    cfs = se.cfs_rq;
    cfs.h_load_next = se;
    if (cfs.last_h_load_update === world.jiffies) break;
  }
  if (se === null) {
    cfs.h_load = cfs.avg.load_avg;
    cfs.last_h_load_update = world.jiffies;
  }
  for (se = cfs.h_load_next; se !== null; se = cfs.h_load_next) {
    const load = u64(cfs.h_load * se.avg.load_avg) / (cfs.avg.load_avg + 1n);
    cfs = se.my_q!;
    cfs.h_load = load;
    cfs.last_h_load_update = world.jiffies;
  }
}

/** task_h_load() */
export function taskHLoad(world: World, p: Se): bigint {
  const cfs = p.cfs_rq;
  updateCfsRqHLoad(world, cfs);
  return u64(p.avg.load_avg * cfs.h_load) / (cfs.avg.load_avg + 1n);
}

/** The entity of the group that `cfs` belongs to. */
function owner(world: World, cfs: CfsRq): Se | null {
  return world.se.find((se) => se.my_q === cfs) ?? null;
}
