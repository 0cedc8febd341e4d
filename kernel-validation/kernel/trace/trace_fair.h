/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: traces can_migrate_task() and load_balance(). Part of kernel/sched/fair.c.
 */
#ifndef _CFSLAB_TRACE_FAIR_H
#define _CFSLAB_TRACE_FAIR_H

#ifdef CONFIG_CFSLAB_TRACE

#include "latency.h"

static int CFSLAB_STOCK(can_migrate_task)(struct task_struct *p, struct lb_env *env);

/* A task that was found hot and may move all the same was forced: balancing has failed too often. */
#define CFSLAB_YES_ALTHOUGH_HOT	2

static noinline void cfslab_trace_can_migrate(struct task_struct *p, struct lb_env *env, int answer)
{
	struct rq *src = env->src_rq, *dst = env->dst_rq;
	struct sched_entity *se = &p->se;
	struct cfs_rq *cfs_rq = cfs_rq_of(se);
	struct cfslab_decision k = {
		.clock_task = rq_clock_task(src), .exec_start = se->exec_start,
		.delta = rq_clock_task(src) - se->exec_start,
		.sum_exec = se->sum_exec_runtime, .nr_migrations = se->nr_migrations,
		.vruntime = se->vruntime, .min_vruntime = cfs_rq->min_vruntime,
		.load = se->avg.load_avg, .util = se->avg.util_avg, .runnable = se->avg.runnable_avg,
		.weight = scale_load_down(se->load.weight),
		.h_load = task_h_load(p), .util_est = task_util_est(p),
		.src = env->src_cpu, .src_nr = src->nr_running, .src_h_nr = src->cfs.h_nr_running,
		.src_weight = scale_load_down(src->cfs.load.weight), .src_load = src->cfs.avg.load_avg,
		.src_util = src->cfs.avg.util_avg, .src_runnable = src->cfs.avg.runnable_avg,
		.dst = env->dst_cpu, .dst_nr = dst->nr_running, .dst_h_nr = dst->cfs.h_nr_running,
		.dst_weight = scale_load_down(dst->cfs.load.weight), .dst_load = dst->cfs.avg.load_avg,
		.dst_util = dst->cfs.avg.util_avg, .dst_runnable = dst->cfs.avg.runnable_avg,
		.level = env->sd->level, .tries = env->sd->cache_nice_tries,
		.failed = env->sd->nr_balance_failed, .idle = env->idle, .type = env->migration_type,
		.imbalance = env->imbalance, .flags = env->flags, .loop = env->loop,
		.migration_cost = sysctl_sched_migration_cost,
		.buddy = (se == cfs_rq->next) | (se == cfs_rq->last) << 1,
		.reason = env->cfslab.reason, .hot = env->cfslab.hot, .result = answer,
	};

	if (answer && k.reason == CFSLAB_DECIDED && k.hot == 1)
		k.result = CFSLAB_YES_ALTHOUGH_HOT;
	trace_cfslab_can_migrate(p, &k);
}

static int can_migrate_task(struct task_struct *p, struct lb_env *env)
{
	int answer;

	env->cfslab.hot = CFSLAB_NOT_TESTED;
	if (unlikely(READ_ONCE(cfslab_latency_on))) {
		cycles_t begin = get_cycles();

		answer = CFSLAB_STOCK(can_migrate_task)(p, env);
		cfslab_count_latency(begin);
	} else {
		answer = CFSLAB_STOCK(can_migrate_task)(p, env);
	}
	if (trace_cfslab_can_migrate_enabled())
		cfslab_trace_can_migrate(p, env, answer);
	return answer;
}

static noinline void cfslab_trace_load_balance(int this_cpu, struct lb_env *env, int moved, int active)
{
	struct sched_domain *sd = env->sd;
	struct cfslab_balance k = {
		.imbalance = env->imbalance, .failed = sd->nr_balance_failed,
		.interval = sd->balance_interval, .flags = env->flags, .active = active,
		.dst = this_cpu, .src = env->src_cpu, .level = sd->level, .idle = env->idle,
		.stage = env->cfslab.stage, .moved = moved, .type = env->migration_type,
#ifdef CONFIG_SCHED_DEBUG
		.domain = sd->name,
#endif
	};

	trace_cfslab_load_balance(&k);
}

#define cfslab_load_balance(this_cpu, env, moved, active)			\
do {										\
	if (trace_cfslab_load_balance_enabled())				\
		cfslab_trace_load_balance(this_cpu, env, moved, active);	\
} while (0)

#else

#define cfslab_load_balance(this_cpu, env, moved, active)	do { } while (0)

#endif
#endif
