import { describe, expect, it } from 'vitest';
import { calc_group_shares, reweight_entity, update_cfs_group } from '../../../../src/sim/kernel/fair/group.js';
import { task_h_load } from '../../../../src/sim/kernel/fair/h-load.js';
import {
  attach_entity_load_avg, dequeue_load_avg, detach_entity_load_avg, enqueue_load_avg, remove_entity_load_avg,
  set_task_rq_fair, sync_entity_load_avg, update_cfs_rq_load_avg, update_load_avg,
} from '../../../../src/sim/kernel/fair/load-avg.js';
import {
  __update_load_avg_blocked_se, __update_load_avg_cfs_rq, __update_load_avg_se,
} from '../../../../src/sim/kernel/fair/pelt.js';
import { propagate_entity_load_avg, update_tg_load_avg } from '../../../../src/sim/kernel/fair/propagate.js';
import { type Draw, repeat, same } from '../../../reference/draw.js';
import { calcGroupShares, reweightEntity, updateCfsGroup } from '../../../reference/group.js';
import { taskHLoad } from '../../../reference/h-load.js';
import { kernel } from '../../../reference/kernel.js';
import * as ref from '../../../reference/load-avg.js';
import { assignTask, randomWorld } from '../../../reference/random-world.js';
import { type CfsRq, type Se, World } from '../../../reference/world.js';

/** Inputs of each function. */
const N = 100_000;
/** Random steps on a random state before the next one is made. */
const STEPS = 12;

/** One CPU; group 2 in group 1 in the root; a task in each. */
const k = kernel({ tasks: 3, parents: [0, 1] });
for (let p = 0; p < 3; p++) assignTask(k, p, p);
const world = new World(k);
const [rq] = world.rq;

interface Step {
  readonly draw: Draw;
  /** Any entity with the runqueue that it belongs to. */
  readonly se: Se;
  readonly cfs: CfsRq;
  readonly task: Se;
  readonly group: Se;
}

type Operation = (step: Step) => void;

/** Runs `operation` on N inputs, a dozen in a row on the same state; compares all that it may touch. */
function check(seed: number, operation: Operation): void {
  repeat(N, seed, (draw, index) => {
    if (index % STEPS === 0) {
      randomWorld(k, draw);
      makeCurrent(draw);
      world.load();
    }
    const se = world.se[draw.below(world.se.length)]!;
    const group = world.se[3 + draw.below(2)]!;
    operation({ draw, se, cfs: se.cfs_rq, task: world.se[draw.below(3)]!, group });
    world.compare();
  });
}

/** Each runqueue may have one of its own entities, queued, as the current one. */
function makeCurrent(draw: Draw): void {
  for (let cfs = 0; cfs < 3; cfs++) {
    const candidates = [cfs, cfs < 2 ? 3 + cfs : cfs];
    const se = draw.pick(candidates);
    if (draw.chance(50) && k.se.on_rq[se] === 1) k.cfs.curr[cfs] = se;
  }
}

describe('averages of entities and runqueues equal the reference', () => {
  it('__update_load_avg_blocked_se, __update_load_avg_se, __update_load_avg_cfs_rq', () => {
    check(41, ({ draw, se, cfs }) => {
      const now = Math.max(0, Number(se.avg.last_update_time) + draw.signed(32));
      const at = BigInt(now);
      const late = Math.max(0, Number(cfs.avg.last_update_time) + draw.signed(32));
      agree(__update_load_avg_se(k, now, cfs.row, se.row), ref.updateLoadAvgSe(at, cfs, se, true));
      agree(__update_load_avg_blocked_se(k, now + 9999, se.row), ref.updateLoadAvgBlockedSe(at + 9999n, se));
      agree(__update_load_avg_cfs_rq(k, late, cfs.row), ref.updateLoadAvgCfsRq(BigInt(late), cfs));
    });
  });

  it('enqueue_load_avg and dequeue_load_avg', () => {
    check(42, ({ draw, se, cfs }) => {
      if (draw.chance(30)) {
        enqueue_load_avg(k, cfs.row, se.row);
        ref.enqueueLoadAvg(cfs, se);
      } else {
        dequeue_load_avg(k, cfs.row, se.row);
        ref.dequeueLoadAvg(cfs, se);
      }
      same('load_sum', k.avg.load_sum[k.cfs_avg + cfs.row]!, cfs.avg.load_sum);
    });
  });

  it('attach_entity_load_avg', () => {
    check(43, ({ se, cfs }) => {
      attach_entity_load_avg(k, cfs.row, se.row);
      ref.attachEntityLoadAvg(cfs, se);
      same('load_sum', k.avg.load_sum[se.row]!, se.avg.load_sum);
    });
  });

  it('detach_entity_load_avg', () => {
    check(44, ({ se, cfs }) => {
      detach_entity_load_avg(k, cfs.row, se.row);
      ref.detachEntityLoadAvg(cfs, se);
      same('util_sum', k.avg.util_sum[k.cfs_avg + cfs.row]!, cfs.avg.util_sum);
    });
  });

  it('remove_entity_load_avg, sync_entity_load_avg and update_cfs_rq_load_avg', () => {
    check(45, ({ draw, task, cfs }) => {
      if (draw.chance(30)) {
        sync_entity_load_avg(k, task.row);
        ref.syncEntityLoadAvg(task);
      } else {
        remove_entity_load_avg(k, task.row);
        ref.removeEntityLoadAvg(task);
      }
      const now = Number(cfs.avg.last_update_time) + draw.bits(28);
      agree(update_cfs_rq_load_avg(k, now, cfs.row), ref.updateCfsRqLoadAvg(BigInt(now), cfs));
    });
  });

  it('set_task_rq_fair', () => {
    check(46, ({ draw, task }) => {
      const prev = world.cfs[draw.below(3)]!;
      const next = world.cfs[draw.below(3)]!;
      set_task_rq_fair(k, task.row, prev.row, next.row);
      ref.setTaskRqFair(task, prev, next);
    });
  });

  it('update_load_avg with any flags', () => {
    check(47, ({ draw, se, cfs }) => {
      const flags = draw.below(16);
      k.rq.clock_pelt[0] += draw.bits(24);
      rq!.clock_pelt = BigInt(k.rq.clock_pelt[0]!);
      update_load_avg(k, cfs.row, se.row, flags);
      ref.updateEntityLoadAvg(rq!, cfs, se, flags, true);
    });
  });
});

describe('groups equal the reference', () => {
  it('propagate_entity_load_avg', () => {
    check(51, ({ draw, group }) => {
      const gcfs = group.my_q!;
      // A changed child, as one that was attached to or detached from would be.
      gcfs.propagate = draw.chance(90);
      gcfs.prop_runnable_sum = BigInt(draw.signed(17));
      gcfs.avg.util_avg = BigInt(draw.below(1100));
      k.cfs.propagate[gcfs.row] = gcfs.propagate ? 1 : 0;
      k.cfs.prop_runnable_sum[gcfs.row] = Number(gcfs.prop_runnable_sum);
      k.avg.util_avg[k.cfs_avg + gcfs.row] = Number(gcfs.avg.util_avg);
      agree(propagate_entity_load_avg(k, group.row), ref.propagateEntityLoadAvg(group));
    });
  });

  it('update_tg_load_avg', () => {
    check(52, ({ draw, cfs }) => {
      cfs.avg.load_avg = BigInt(Math.max(0, Number(cfs.tg_load_avg_contrib) + draw.signed(26)));
      k.avg.load_avg[k.cfs_avg + cfs.row] = Number(cfs.avg.load_avg);
      update_tg_load_avg(k, cfs.row);
      ref.updateTgLoadAvg(cfs);
    });
  });

  it('reweight_entity', () => {
    check(53, ({ draw, se, cfs }) => {
      const weight = Math.max(2, draw.bits(28));
      k.rq.clock_task[0] += draw.bits(20);
      rq!.clock_task = BigInt(k.rq.clock_task[0]!);
      // Its own weight is part of the runqueue's.
      if (se.on_rq && cfs.weight < se.weight) {
        cfs.weight += se.weight;
        k.cfs.weight[cfs.row] = Number(cfs.weight);
      }
      reweight_entity(k, cfs.row, se.row, weight);
      reweightEntity(rq!, cfs, se, BigInt(weight));
    });
  });

  it('calc_group_shares', () => {
    check(54, ({ draw }) => {
      const cfs = world.cfs[1 + draw.below(2)]!;
      cfs.weight = BigInt(draw.bits(36));
      cfs.tg.shares = BigInt(Math.max(2, draw.bits(28)));
      k.cfs.weight[cfs.row] = Number(cfs.weight);
      k.tg.shares[cfs.tg.row] = Number(cfs.tg.shares);
      same('calc_group_shares', calc_group_shares(k, cfs.row), calcGroupShares(cfs));
    });
  });

  it('update_cfs_group', () => {
    check(55, ({ se, cfs }) => {
      if (se.on_rq && cfs.weight < se.weight) {
        cfs.weight += se.weight;
        k.cfs.weight[cfs.row] = Number(cfs.weight);
      }
      update_cfs_group(k, se.row);
      updateCfsGroup(rq!, se);
    });
  });

  it('task_h_load through nested groups, with some levels up to date', () => {
    check(56, ({ draw, task }) => {
      containEntities();
      if (draw.chance(30)) {
        k.g.jiffies[0] = k.g.jiffies[0]! + 1;
        world.jiffies += 1n;
      }
      same('task_h_load', task_h_load(k, task.row), taskHLoad(world, task), task.row);
    });
  });
});

/** Makes every runqueue's load at least that of its entities together, as it is where the two are kept in step. */
function containEntities(): void {
  for (const cfs of world.cfs) {
    let sum = 0n;
    for (const se of world.se) if (se.cfs_rq === cfs) sum += se.avg.load_avg;
    if (cfs.avg.load_avg < sum) cfs.avg.load_avg = sum;
    k.avg.load_avg[k.cfs_avg + cfs.row] = Number(cfs.avg.load_avg);
  }
}

function agree(model: boolean, reference: boolean): void {
  if (model !== reference) expect(model).toBe(reference);
}
