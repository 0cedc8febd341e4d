/** Numbers that the kernel gives names to. Names and values are the kernel's (include/linux/sched*.h, kernel/sched). */

export const SCHED_CAPACITY_SHIFT = 10;
export const SCHED_CAPACITY_SCALE = 1024;
export const NICE_0_LOAD = 2 ** 20;
export const MIN_SHARES = 2;
export const MAX_SHARES = 2 ** 18;

export const SCHED_NORMAL = 0;
export const SCHED_BATCH = 3;
export const SCHED_IDLE = 5;

/** p->__state, as far as the model tells states apart. */
export const TASK_RUNNING = 0;
export const TASK_INTERRUPTIBLE = 1;
export const TASK_UNINTERRUPTIBLE = 2;
export const TASK_NEW = 3;
export const TASK_WAKING = 4;
export const TASK_DEAD = 5;

export const TASK_ON_RQ_QUEUED = 1;
export const TASK_ON_RQ_MIGRATING = 2;

export const PF_EXITING = 0x4;
export const PF_KTHREAD = 0x0020_0000;
/** kthread_is_per_cpu() */
export const PF_PER_CPU_KTHREAD = 0x0100_0000;

export const ENQUEUE_WAKEUP = 0x01;
export const ENQUEUE_RESTORE = 0x02;
export const ENQUEUE_MOVE = 0x04;
export const ENQUEUE_NOCLOCK = 0x08;
export const ENQUEUE_MIGRATED = 0x40;
export const DEQUEUE_SLEEP = 0x01;
export const DEQUEUE_SAVE = 0x02;
export const DEQUEUE_MOVE = 0x04;
export const DEQUEUE_NOCLOCK = 0x08;

/** Wake flags; the low four bits match SD_BALANCE_*. */
export const WF_EXEC = 0x02;
export const WF_FORK = 0x04;
export const WF_TTWU = 0x08;
export const WF_SYNC = 0x10;
export const WF_MIGRATED = 0x20;

/** rq->clock_update_flags */
export const RQCF_REQ_SKIP = 0x01;
export const RQCF_ACT_SKIP = 0x02;

export const SD_BALANCE_NEWIDLE = 0x0001;
export const SD_BALANCE_EXEC = 0x0002;
export const SD_BALANCE_FORK = 0x0004;
export const SD_BALANCE_WAKE = 0x0008;
export const SD_WAKE_AFFINE = 0x0010;
export const SD_ASYM_CPUCAPACITY = 0x0020;
export const SD_ASYM_CPUCAPACITY_FULL = 0x0040;
export const SD_SHARE_CPUCAPACITY = 0x0080;
export const SD_SHARE_PKG_RESOURCES = 0x0100;
export const SD_SERIALIZE = 0x0200;
export const SD_ASYM_PACKING = 0x0400;
export const SD_PREFER_SIBLING = 0x0800;
export const SD_OVERLAP = 0x1000;
export const SD_NUMA = 0x2000;

/** SD_* by the name that debugfs prints, in the order in which it prints them. */
export const SD_FLAG_NAMES: ReadonlyArray<readonly [string, number]> = [
  ['SD_BALANCE_NEWIDLE', SD_BALANCE_NEWIDLE],
  ['SD_BALANCE_EXEC', SD_BALANCE_EXEC],
  ['SD_BALANCE_FORK', SD_BALANCE_FORK],
  ['SD_BALANCE_WAKE', SD_BALANCE_WAKE],
  ['SD_WAKE_AFFINE', SD_WAKE_AFFINE],
  ['SD_ASYM_CPUCAPACITY', SD_ASYM_CPUCAPACITY],
  ['SD_ASYM_CPUCAPACITY_FULL', SD_ASYM_CPUCAPACITY_FULL],
  ['SD_SHARE_CPUCAPACITY', SD_SHARE_CPUCAPACITY],
  ['SD_SHARE_PKG_RESOURCES', SD_SHARE_PKG_RESOURCES],
  ['SD_SERIALIZE', SD_SERIALIZE],
  ['SD_ASYM_PACKING', SD_ASYM_PACKING],
  ['SD_PREFER_SIBLING', SD_PREFER_SIBLING],
  ['SD_OVERLAP', SD_OVERLAP],
  ['SD_NUMA', SD_NUMA],
];

/** enum cpu_idle_type */
export const CPU_IDLE = 0;
export const CPU_NOT_IDLE = 1;
export const CPU_NEWLY_IDLE = 2;

/** enum group_type */
export const group_has_spare = 0;
export const group_fully_busy = 1;
export const group_misfit_task = 2;
export const group_asym_packing = 3;
export const group_imbalanced = 4;
export const group_overloaded = 5;

/** enum migration_type */
export const migrate_load = 0;
export const migrate_util = 1;
export const migrate_task = 2;
export const migrate_misfit = 3;

export const LBF_ALL_PINNED = 0x01;
export const LBF_NEED_BREAK = 0x02;
export const LBF_DST_PINNED = 0x04;
export const LBF_SOME_PINNED = 0x08;
export const LBF_ACTIVE_LB = 0x10;

export const NOHZ_BALANCE_KICK = 0x1;
export const NOHZ_STATS_KICK = 0x2;
export const NOHZ_NEWILB_KICK = 0x4;
export const NOHZ_NEXT_KICK = 0x8;
export const NOHZ_KICK_MASK = NOHZ_BALANCE_KICK | NOHZ_STATS_KICK | NOHZ_NEXT_KICK;

/** Why can_migrate_task() answered; the numbers are those of the captures. */
export const REASON_THROTTLED = 0;
export const REASON_PER_CPU_KTHREAD = 1;
export const REASON_AFFINITY = 2;
export const REASON_RUNNING = 3;
export const REASON_ACTIVE_BALANCE = 4;
export const REASON_DECIDED = 5;

/** How far a load_balance() came; the numbers are those of the captures. */
export const STAGE_NOT_BALANCER = 0;
export const STAGE_NO_BUSIEST_GROUP = 1;
export const STAGE_NO_BUSIEST_QUEUE = 2;
export const STAGE_TRIED = 3;

/** Why a task was moved to another CPU; kept for the metrics, the kernel does not name it. */
export const CAUSE_WAKEUP = 0;
export const CAUSE_FORK = 1;
export const CAUSE_EXEC = 2;
export const CAUSE_BALANCE = 3;
export const CAUSE_ACTIVE = 4;
export const CAUSE_AFFINITY = 5;
