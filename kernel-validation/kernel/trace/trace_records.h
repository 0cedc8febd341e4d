/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: what the trace events are handed. The events' own records and printed forms are in cfslab_events.h.
 */
#ifndef _CFSLAB_TRACE_RECORDS_H
#define _CFSLAB_TRACE_RECORDS_H

#include <linux/types.h>

struct rq;
struct cfs_rq;
struct sched_entity;
struct task_struct;

/* Where can_migrate_task() found its answer. */
enum cfslab_reason {
	CFSLAB_THROTTLED,	/* source or destination is throttled: no */
	CFSLAB_PER_CPU_KTHREAD,	/* no */
	CFSLAB_AFFINITY,	/* the task may not run there: no */
	CFSLAB_RUNNING,		/* no */
	CFSLAB_ACTIVE,		/* active balance: yes */
	CFSLAB_DECIDED,		/* the hot test was made: the soft branch */
};

/* The hot test was not made. */
#define CFSLAB_NOT_TESTED	(-2)

/* One call of can_migrate_task(). Times and vruntimes are ns, loads as PELT has them. */
struct cfslab_decision {
	u64 clock_task, exec_start, sum_exec, vruntime, min_vruntime, nr_migrations;
	s64 delta;
	long imbalance;
	unsigned long load, util, runnable, weight, h_load, util_est;
	unsigned long src_weight, src_load, src_util, src_runnable;
	unsigned long dst_weight, dst_load, dst_util, dst_runnable;
	unsigned int src_nr, src_h_nr, dst_nr, dst_h_nr;
	unsigned int tries, failed, flags, loop, migration_cost;
	int src, dst, idle, type, level, hot, buddy, reason, result;
};

/* One load_balance(). Stage: 0 another CPU balances, 1 no busiest group, 2 no busiest queue, 3 tried to pull. */
struct cfslab_balance {
	const char *domain;
	long imbalance;
	unsigned int failed, interval, flags, active;
	int dst, src, level, idle, stage, moved, type;
};

/* One side of find_busiest_group(). */
struct cfslab_group {
	unsigned long avg_load, load, util, runnable, capacity;
	unsigned int nr, h_nr, idle_cpus, weight;
	int type;
};

struct cfslab_busiest {
	struct cfslab_group local, busiest;
	long imbalance;
	int dst, level, idle, found, type;
};

/* select_task_rq_fair(). Path: 0 none, 1 find_idlest_cpu(), 2 select_idle_sibling(). */
struct cfslab_select {
	unsigned long idle_mask, allowed, util_est, util, load;
	int cpu, prev, flags, sync, want_affine, wide, affine, path, target, chosen;
	int recent, idle_cores, idle_cores_after, idle_scan;
};

/* Where check_preempt_wakeup() ended. */
enum cfslab_preempt_reason {
	CFSLAB_SAME_TASK,	/* the woken task is the one that runs */
	CFSLAB_GROUP_THROTTLED,
	CFSLAB_RESCHED_SET,	/* the CPU was to reschedule anyway */
	CFSLAB_CURR_IDLE_POLICY,	/* SCHED_IDLE runs, the woken one is not: preempts */
	CFSLAB_WOKEN_NOT_NORMAL,	/* batch or idle, or the feature is off */
	CFSLAB_CURR_IDLE_GROUP,	/* a group of cpu.idle runs: preempts */
	CFSLAB_WOKEN_IDLE_GROUP,
	CFSLAB_VRUNTIMES,	/* wakeup_preempt_entity() was asked */
};

struct cfslab_preempt {
	struct rq *rq;
	struct task_struct *woken;
	s64 vdiff, gran;
	u64 curr_vruntime, woken_vruntime;
	unsigned int nr;
	int reason, result, wpe, scale, next, last, flags;
};

/* Where check_preempt_tick() ended. */
enum cfslab_tick_reason {
	CFSLAB_TICK_MIN_GRANULARITY,	/* has not run long enough */
	CFSLAB_TICK_SLICE,	/* has used up its slice: reschedules */
	CFSLAB_TICK_LEFTMOST,	/* is still left of who waits */
	CFSLAB_TICK_WITHIN,	/* is ahead by less than the slice */
	CFSLAB_TICK_LAG,	/* by more: reschedules */
};

struct cfslab_tick {
	struct cfs_rq *cfs_rq;
	struct sched_entity *curr;
	unsigned long *ideal, *exec;
	int reason;
};

/* What the event of a tick is handed: the above, read out. */
struct cfslab_tick_record {
	unsigned long ideal, exec;
	s64 delta;
	u64 vruntime, first_vruntime, min_vruntime;
	unsigned int nr, rq_nr;
	int cpu, pid, group, depth, resched, reason, first;
};

struct cfslab_placement {
	u64 before, after, candidate, min_vruntime;
	unsigned int nr;
	int cpu, pid, group, initial;
};

/* Where sched_balance_newidle() was stopped. */
enum cfslab_gate {
	CFSLAB_GATE_RAN,
	CFSLAB_GATE_WAKEUP_PENDING,
	CFSLAB_GATE_INACTIVE,
	CFSLAB_GATE_NO_DOMAIN,
	CFSLAB_GATE_NOT_OVERLOADED,
	CFSLAB_GATE_SHORT_IDLE,	/* avg_idle is less than what a balance costs */
};

/* Levels of sched domains that are told apart; those above count as the last. */
#define CFSLAB_DOMAINS	4

struct cfslab_newidle {
	struct rq *rq;
	int *pulled;
	u64 *cost;
	u64 avg_idle, cost_first;
	u64 domain_cost[CFSLAB_DOMAINS];
	int dice[CFSLAB_DOMAINS], ratio[CFSLAB_DOMAINS];
	unsigned int tried, diced;
	int gate, overload, stop, domains, at;
};

#endif
