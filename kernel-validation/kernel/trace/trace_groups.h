/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: traces find_busiest_group(). Part of kernel/sched/fair.c.
 */
#ifndef _CFSLAB_TRACE_GROUPS_H
#define _CFSLAB_TRACE_GROUPS_H

#ifdef CONFIG_CFSLAB_TRACE

static void cfslab_read_group(struct cfslab_group *group, const struct sg_lb_stats *stats)
{
	*group = (struct cfslab_group) {
		.type = stats->group_type, .nr = stats->sum_nr_running, .h_nr = stats->sum_h_nr_running,
		.idle_cpus = stats->idle_cpus, .weight = stats->group_weight,
		.avg_load = stats->avg_load, .load = stats->group_load, .util = stats->group_util,
		.runnable = stats->group_runnable, .capacity = stats->group_capacity,
	};
}

static noinline void cfslab_trace_find_busiest(struct lb_env *env, struct sd_lb_stats *stats, int found)
{
	struct cfslab_busiest k = {
		.dst = env->dst_cpu, .level = env->sd->level, .idle = env->idle, .found = found,
		.type = env->migration_type, .imbalance = env->imbalance,
	};

	cfslab_read_group(&k.local, &stats->local_stat);
	cfslab_read_group(&k.busiest, &stats->busiest_stat);
	trace_cfslab_find_busiest(&k);
}

#define cfslab_find_busiest(env, stats, found)					\
do {										\
	if ((stats)->busiest && trace_cfslab_find_busiest_enabled())		\
		cfslab_trace_find_busiest(env, stats, found);			\
} while (0)

#else

#define cfslab_find_busiest(env, stats, found)	do { } while (0)

#endif
#endif
