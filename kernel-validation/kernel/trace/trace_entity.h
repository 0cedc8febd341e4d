/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: traces what happens to one entity or one CPU: placement, tick, choice of a CPU, wake-up preemption, newly-idle
 * balance, NO_HZ kick, bandwidth. Part of kernel/sched/fair.c.
 */
#ifndef _CFSLAB_TRACE_ENTITY_H
#define _CFSLAB_TRACE_ENTITY_H

#ifdef CONFIG_CFSLAB_TRACE

#include "cfslab_events.h"

/* What can_migrate_task() and load_balance() write down on their way; a member of struct lb_env. */
struct cfslab_lb_notes {
	int reason, hot, stage;
};

#define CFSLAB_LB_ENV	struct cfslab_lb_notes cfslab;
/* So that a balance that finds no queue to pull from names none. */
#define CFSLAB_LB_INIT	.src_cpu = -1,

static unsigned long wakeup_gran(struct sched_entity *se);

/* The id of a queue's group; 0 for the root's, whatever id its cgroup has. */
static inline int cfslab_group_id(struct cfs_rq *cfs_rq)
{
#ifdef CONFIG_FAIR_GROUP_SCHED
	return cfs_rq->tg == &root_task_group ? 0 : cfs_rq->tg->css.id;
#else
	return 0;
#endif
}

static inline int cfslab_pid(struct sched_entity *se)
{
	return entity_is_task(se) ? task_of(se)->pid : -1;
}

/* place_entity() */

#define CFSLAB_PLACE(se)	u64 cfslab_vruntime = (se)->vruntime;
#define cfslab_place(cfs_rq, se, initial, candidate)				\
do {										\
	if (trace_cfslab_place_enabled())					\
		cfslab_trace_place(cfs_rq, se, initial, candidate, cfslab_vruntime); \
} while (0)

static noinline void cfslab_trace_place(struct cfs_rq *cfs_rq, struct sched_entity *se, int initial,
					u64 candidate, u64 before)
{
	struct cfslab_placement k = {
		.before = before, .after = se->vruntime, .candidate = candidate,
		.min_vruntime = cfs_rq->min_vruntime, .nr = cfs_rq->nr_running,
		.cpu = cpu_of(rq_of(cfs_rq)), .pid = cfslab_pid(se),
		.group = cfslab_group_id(cfs_rq), .initial = initial,
	};

	trace_cfslab_place(&k);
}

/* check_preempt_tick() */

#define CFSLAB_TICK(queue, entity, ideal_ns, exec_ns)				\
	struct cfslab_tick cfslab CFSLAB_AT_END(cfslab_tick_end) = {		\
		.cfs_rq = (queue), .curr = (entity), .ideal = &(ideal_ns), .exec = &(exec_ns), \
		.reason = CFSLAB_TICK_WITHIN,					\
	};

static noinline void cfslab_trace_tick(const struct cfslab_tick *tick)
{
	struct cfs_rq *cfs_rq = tick->cfs_rq;
	struct sched_entity *curr = tick->curr, *first = __pick_first_entity(cfs_rq);
	struct cfslab_tick_record k = {
		.ideal = *tick->ideal, .exec = *tick->exec, .reason = tick->reason,
		.resched = tick->reason == CFSLAB_TICK_SLICE || tick->reason == CFSLAB_TICK_LAG,
		.cpu = cpu_of(rq_of(cfs_rq)), .pid = cfslab_pid(curr),
		.group = cfslab_group_id(cfs_rq), .nr = cfs_rq->nr_running,
		.rq_nr = rq_of(cfs_rq)->nr_running, .vruntime = curr->vruntime,
		.min_vruntime = cfs_rq->min_vruntime, .first = -2,
	};

#ifdef CONFIG_FAIR_GROUP_SCHED
	k.depth = curr->depth;
#endif
	if (first) {
		k.first = cfslab_pid(first);
		k.first_vruntime = first->vruntime;
		k.delta = (s64)(curr->vruntime - first->vruntime);
	}
	trace_cfslab_tick(&k);
}

static __always_inline void cfslab_tick_end(struct cfslab_tick *tick)
{
	if (trace_cfslab_tick_enabled())
		cfslab_trace_tick(tick);
}

/* select_task_rq_fair() */

#define CFSLAB_SELECT	struct cfslab_select cfslab = { .affine = -1 };

static noinline void cfslab_look_before_select(struct task_struct *p, struct cfslab_select *k)
{
	struct sched_domain_shared *shared = rcu_dereference(per_cpu(sd_llc_shared, k->target));
	int cpu;

	for_each_online_cpu(cpu) {
		if (cpu < BITS_PER_LONG && available_idle_cpu(cpu))
			k->idle_mask |= BIT(cpu);
	}
	k->allowed = cpumask_bits(p->cpus_ptr)[0];
	k->recent = p->recent_used_cpu;
	k->util_est = task_util_est(p);
	k->util = p->se.avg.util_avg;
	k->load = p->se.avg.load_avg;
	k->idle_cores = shared ? READ_ONCE(shared->has_idle_cores) : -1;
	k->idle_scan = shared ? READ_ONCE(shared->nr_idle_scan) : -1;
}

static noinline void cfslab_trace_select(struct task_struct *p, struct cfslab_select *k)
{
	struct sched_domain_shared *shared = rcu_dereference(per_cpu(sd_llc_shared, k->target));

	k->idle_cores_after = shared ? READ_ONCE(shared->has_idle_cores) : -1;
	trace_cfslab_select_rq(p, k);
}

/* Both stand within the kernel's rcu_read_lock(). */
#define cfslab_select_from(p, start)						\
do {										\
	cfslab.target = (start);						\
	if (trace_cfslab_select_rq_enabled())					\
		cfslab_look_before_select(p, &cfslab);				\
} while (0)
#define cfslab_selected(p, new_cpu, this_cpu, prev_cpu, wake_flags, is_sync, affine_wanted) \
do {										\
	if (trace_cfslab_select_rq_enabled()) {					\
		cfslab.chosen = (new_cpu);					\
		cfslab.cpu = (this_cpu);					\
		cfslab.prev = (prev_cpu);					\
		cfslab.flags = (wake_flags);					\
		cfslab.sync = (is_sync);					\
		cfslab.want_affine = (affine_wanted);				\
		cfslab_trace_select(p, &cfslab);				\
	}									\
} while (0)

/* check_preempt_wakeup() */

#define CFSLAB_PREEMPT(queue, task, wake_flags, curr_se, task_se, many, nr_queued)	\
	struct cfslab_preempt cfslab CFSLAB_AT_END(cfslab_preempt_end) = {	\
		.rq = (queue), .woken = (task), .flags = (wake_flags), .wpe = -2, \
		.curr_vruntime = (curr_se)->vruntime, .woken_vruntime = (task_se)->vruntime, \
		.scale = (many), .nr = (nr_queued), .reason = CFSLAB_SAME_TASK,	\
	};

static __always_inline void cfslab_preempt_end(struct cfslab_preempt *k)
{
	if (trace_cfslab_preempt_enabled())
		trace_cfslab_preempt(cpu_of(k->rq), k->rq->curr, k);
}

/* Hands the answer of wakeup_preempt_entity() on. */
static __always_inline int cfslab_preempt_vruntimes(struct cfslab_preempt *k, struct sched_entity *curr,
						    struct sched_entity *woken, int wpe)
{
	k->reason = CFSLAB_VRUNTIMES;
	k->wpe = wpe;
	/* It marks the woken entity as the next one where it preempts. */
	if (wpe == 1)
		k->next = 1;
	if (trace_cfslab_preempt_enabled()) {
		k->curr_vruntime = curr->vruntime;
		k->woken_vruntime = woken->vruntime;
		k->vdiff = (s64)(curr->vruntime - woken->vruntime);
		k->gran = wakeup_gran(woken);
	}
	return wpe;
}

/* sched_balance_newidle() */

#define CFSLAB_NEWIDLE(queue, pulled_tasks, cost_ns)				\
	struct cfslab_newidle cfslab CFSLAB_AT_END(cfslab_newidle_end) = {	\
		.rq = (queue), .pulled = &(pulled_tasks), .cost = &(cost_ns),	\
		.avg_idle = (queue)->avg_idle, .stop = -1,			\
		.overload = READ_ONCE((queue)->rd->overload),			\
		.dice = { -1, -1, -1, -1 }, .ratio = { -1, -1, -1, -1 },	\
	};

static noinline void cfslab_trace_newidle(const struct cfslab_newidle *k)
{
	trace_cfslab_newidle(cpu_of(k->rq), k->rq->nr_running, k);
}

static __always_inline void cfslab_newidle_end(struct cfslab_newidle *k)
{
	if (trace_cfslab_newidle_enabled())
		cfslab_trace_newidle(k);
}

/* It was one of two tests; the first is made again, to tell which. */
static __always_inline void cfslab_newidle_refused(struct cfslab_newidle *k)
{
	k->overload = READ_ONCE(k->rq->rd->overload);
	k->gate = k->overload ? CFSLAB_GATE_SHORT_IDLE : CFSLAB_GATE_NOT_OVERLOADED;
}

static __always_inline void cfslab_newidle_domain(struct cfslab_newidle *k, struct sched_domain *sd)
{
	k->at = k->domains++ & (CFSLAB_DOMAINS - 1);
	k->domain_cost[k->at] = sd->max_newidle_lb_cost;
}

/* kick_ilb(); hands on the flags that were set before. */
#define cfslab_nohz_kick(wanted, ilb, former)					\
({										\
	unsigned int __wanted = (wanted), __former = (former);			\
										\
	trace_cfslab_nohz_kick(smp_processor_id(), __wanted, ilb, !(__former & NOHZ_KICK_MASK)); \
	__former;								\
})

/* throttle_cfs_rq() and unthrottle_cfs_rq() */
#define cfslab_throttle(cfs_rq, on)						\
	trace_cfslab_throttle(cpu_of(rq_of(cfs_rq)), (cfs_rq)->tg->css.id, on,	\
			      (cfs_rq)->runtime_remaining, (cfs_rq)->h_nr_running)

#else /* !CONFIG_CFSLAB_TRACE */

#define CFSLAB_LB_ENV
#define CFSLAB_LB_INIT
#define CFSLAB_PLACE(se)
#define cfslab_place(...)				do { } while (0)
#define CFSLAB_TICK(...)
#define CFSLAB_SELECT
#define cfslab_select_from(...)				do { } while (0)
#define cfslab_selected(...)				do { } while (0)
#define CFSLAB_PREEMPT(...)
#define cfslab_preempt_vruntimes(k, curr, woken, wpe)	(wpe)
#define CFSLAB_NEWIDLE(...)
#define cfslab_newidle_refused(k)			do { } while (0)
#define cfslab_newidle_domain(k, sd)			do { } while (0)
#define cfslab_nohz_kick(wanted, ilb, former)		(former)
#define cfslab_throttle(cfs_rq, on)			do { } while (0)

#endif
#endif
