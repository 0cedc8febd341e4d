/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of the scheduler that features and policies read, with names as in Linux 6.1. */
#ifndef STAND_IN_SCHED_H
#define STAND_IN_SCHED_H

#include "stand-in.h"

struct list_head { struct list_head *next, *prev; };
#define list_for_each_entry(at, head, member)								\
	for (at = container_of((head)->next, __typeof__(*at), member); &at->member != (head);		\
	     at = container_of(at->member.next, __typeof__(*at), member))

struct load_weight { unsigned long weight; };
struct sched_avg { unsigned long load_avg, util_avg, runnable_avg; };
struct cfs_rq;
struct sched_entity {
	struct load_weight load;
	struct list_head group_node;
	struct sched_avg avg;
	struct cfs_rq *cfs_rq;
	u64 exec_start, sum_exec_runtime, vruntime, nr_migrations;
};
struct task_struct {
	struct sched_entity se;
	int pid, prio, policy, on_cpu;
	const bool *cpus_ptr;
	/* What the stand-in of task_hot() says. */
	int is_hot;
};
struct cfs_rq {
	struct load_weight load;
	struct sched_avg avg;
	struct sched_entity *next, *last;
	u64 min_vruntime;
	unsigned int h_nr_running;
};
struct rq {
	struct cfs_rq cfs;
	struct list_head cfs_tasks;
	unsigned int nr_running;
	u64 clock_task;
};
struct sched_domain { unsigned int nr_balance_failed, cache_nice_tries; int level; };
enum cpu_idle_type { CPU_IDLE, CPU_NOT_IDLE, CPU_NEWLY_IDLE };
struct lb_env {
	struct sched_domain *sd;
	struct rq *src_rq, *dst_rq;
	int src_cpu, dst_cpu;
	enum cpu_idle_type idle;
	int migration_type;
	unsigned int flags, loop;
	long imbalance;
};
extern unsigned int sysctl_sched_nr_migrate, sysctl_sched_migration_cost;

#define cfs_rq_of(entity) ((entity)->cfs_rq)
#define scale_load_down(weight) ((weight) >> 10)
#define rq_clock_task(rq) ((rq)->clock_task)
#define cpumask_test_cpu(cpu, mask) ((mask)[cpu])
static inline int task_on_cpu(struct rq *rq, struct task_struct *p) { (void)rq; return p->on_cpu; }
static inline unsigned long task_util_est(struct task_struct *p) { return p->se.avg.util_avg; }
static inline int task_hot(struct task_struct *p, struct lb_env *env) { (void)env; return p->is_hot; }

#endif
