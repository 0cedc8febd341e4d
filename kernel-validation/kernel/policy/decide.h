/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a policy meets can_migrate_task(): after its hard refusals. Included by fair.c, whose struct lb_env and static functions
 * the features need.
 *
 * cfslab_policy_decide() takes what the stock test says (`stock`) and what it called the task (`hot`), and returns what is
 * answered. The run queue of the source is locked and interrupts are off, so the model that is found here stays until the
 * answer is given: a slot is written again only after a grace period of RCU.
 */
#ifndef CFSLAB_POLICY_DECIDE_H
#define CFSLAB_POLICY_DECIDE_H

#ifdef CONFIG_ML_FORCE_MIGRATIONS
#include "event.h"
#include "features.h"
#include "free.h"
#include "guard.h"
#include "infer.h"
#include "rules.h"
#include "shapes.h"
#include "slots.h"
#include <linux/sched/clock.h>

/*
 * What task_h_load() would answer, without what it leaves behind: it keeps each group's share for the rest of the jiffy, and
 * a policy that only watches must not move the moment at which that is computed.
 */
static unsigned long cfslab_h_load(struct task_struct *p)
{
#ifdef CONFIG_FAIR_GROUP_SCHED
	struct cfs_rq *own = cfs_rq_of(&p->se), *known = own;
	unsigned long load;
	int depth = 0, up;

	/* Up to the first whose share is known: the root's is its load. */
	for (; known->last_h_load_update != jiffies && known->tg->se[cpu_of(rq_of(known))]; depth++)
		known = cfs_rq_of(known->tg->se[cpu_of(rq_of(known))]);
	load = known->last_h_load_update == jiffies ? known->h_load : cfs_rq_load_avg(known);
	/* And down again; the path is found from below each time, since groups nest a few deep. */
	while (depth--) {
		struct cfs_rq *child = own, *parent;
		struct sched_entity *se;

		for (up = 0; up < depth; up++)
			child = cfs_rq_of(child->tg->se[cpu_of(rq_of(child))]);
		se = child->tg->se[cpu_of(rq_of(child))];
		parent = cfs_rq_of(se);
		load = div64_ul(load * se->avg.load_avg, cfs_rq_load_avg(parent) + 1);
	}
	return div64_ul(p->se.avg.load_avg * load, cfs_rq_load_avg(own) + 1);
#else
	return p->se.avg.load_avg;
#endif
}

#define CFSLAB_UNSIGNED(type) ((type)-1 > (type)0)
/* Fields of 8 bytes, whatever their sign, and those of 4 without one; others are left to cfslab_read(). */
#define CFSLAB_FIELD(id, base, type, member)								\
	[id] = { offsetof(type, member), CFSLAB_FROM_##base,							\
		 sizeof(((type *)0)->member) == 8 ? 8 :							\
		 sizeof(((type *)0)->member) == 4 && CFSLAB_UNSIGNED(__typeof__(((type *)0)->member)) ? 4 : 0 },
const struct cfslab_place cfslab_places[CFSLAB_FEATURE_COUNT] = {
	CFSLAB_FIELDS(CFSLAB_FIELD)
	/* Where the field is that they look at. */
	[CFSLAB_IF_IDLE] = { offsetof(struct lb_env, idle), CFSLAB_FROM_ENV, 0 },
};
#undef CFSLAB_FIELD
static_assert(CPU_IDLE == 0 && CPU_NOT_IDLE == 1 && CPU_NEWLY_IDLE == 2 && sizeof(enum cpu_idle_type) == 4, "as plan.c has it");

/* A feature's value. */
static __always_inline s64 cfslab_read(u8 feature, struct task_struct *p, struct lb_env *env, int tsk_cache_hot)
{
	switch (feature) {
#define CFSLAB_READ(id, name, min, max, value)	\
	case id:				\
		return (s64)(value);
	CFSLAB_FEATURES(CFSLAB_READ)
#undef CFSLAB_READ
	default:
		/* None: the check knows all of them. */
		return 0;
	}
}

/* The raw counters that the model asks for, in its order. */
static noinline void cfslab_read_all(const struct cfslab_model *model, struct task_struct *p, struct lb_env *env, int tsk_cache_hot, s64 *raw)
{
	int i;

	for (i = 0; i < model->inputs; i++)
		raw[i] = cfslab_read(model->features[i], p, env, tsk_cache_hot);
}

/* Those among them that are no fields. */
static noinline void cfslab_make_values(const struct cfslab_model *model, struct task_struct *p, struct lb_env *env, int tsk_cache_hot, s64 *own)
{
	int i;

	for (i = 0; i < model->made; i++)
		own[model->made_inputs[i]] = cfslab_read(model->features[model->made_inputs[i]], p, env, tsk_cache_hot);
}

/* The output of a network without a plan. */
static noinline s64 cfslab_as_it_stands(const struct cfslab_model *model, struct task_struct *p, struct lb_env *env, int tsk_cache_hot)
{
	s64 raw[CFSLAB_MAX_INPUTS] CFSLAB_UNINITIALIZED;

	cfslab_read_all(model, p, env, tsk_cache_hot, raw);
	return cfslab_plain_logit(model, raw);
}

/* The output of a network of any shape. `record`: where its counters are left, or NULL. */
static noinline s64 cfslab_by_loops(const struct cfslab_model *model, struct task_struct *p, struct lb_env *env, int tsk_cache_hot, s64 *record)
{
	s64 own[CFSLAB_OWN_VALUES] CFSLAB_UNINITIALIZED;
	const u8 *bases[CFSLAB_BASES] CFSLAB_UNINITIALIZED;

	if (unlikely(record))
		cfslab_read_all(model, p, env, tsk_cache_hot, record);
	if (unlikely(!model->plan))
		return cfslab_as_it_stands(model, p, env, tsk_cache_hot);
	own[CFSLAB_OWN_HOT] = tsk_cache_hot > 0;
	own[CFSLAB_OWN_NEWLY_IDLE] = env->idle >> 1;
	own[CFSLAB_OWN_DELTA] = (s64)(rq_clock_task(env->src_rq) - p->se.exec_start);
	bases[CFSLAB_FROM_OWN] = (const u8 *)own;
	bases[CFSLAB_FROM_TASK] = (const u8 *)p;
	bases[CFSLAB_FROM_ENV] = (const u8 *)env;
	bases[CFSLAB_FROM_DOMAIN] = (const u8 *)env->sd;
	bases[CFSLAB_FROM_SOURCE] = (const u8 *)env->src_rq;
	bases[CFSLAB_FROM_DESTINATION] = (const u8 *)env->dst_rq;
	if (unlikely(model->made))
		cfslab_make_values(model, p, env, tsk_cache_hot, own);
	return cfslab_quick_logit(model, bases);
}

/* The output of a network; for the shapes that were emitted all that is read and computed is known. */
static __always_inline s64 cfslab_output(const struct cfslab_model *model, struct task_struct *p, struct lb_env *env, int tsk_cache_hot, s64 *record)
{
	switch (model->shape) {
#define CFSLAB_SHAPE(number, sizes)						\
	case number: {								\
		s64 raw[CFSLAB_MAX_INPUTS] CFSLAB_UNINITIALIZED;		\
										\
		CFSLAB_SHAPE_##number##_READ(raw)				\
		if (record)							\
			memcpy(record, raw, sizeof(s64) * model->inputs);	\
		return cfslab_shaped_logit(model->plan, raw, &sizes);		\
	}
	CFSLAB_SHAPES(CFSLAB_SHAPE)
#undef CFSLAB_SHAPE
	default:
		return cfslab_by_loops(model, p, env, tsk_cache_hot, record);
	}
}

/*
 * Whether a task waits on the source that may run on the destination and that the stock test calls cold: 1, or 0. As many are
 * looked at as one pass of balancing may take; the queue is locked.
 */
static noinline int cfslab_cold_candidate(struct lb_env *env)
{
	unsigned int left = sysctl_sched_nr_migrate;
	struct task_struct *q;

	list_for_each_entry(q, &env->src_rq->cfs_tasks, se.group_node) {
		if (!left--)
			break;
		if (task_on_cpu(env->src_rq, q) || !cpumask_test_cpu(env->dst_cpu, q->cpus_ptr))
			continue;
		if (!task_hot(q, env))
			return 1;
	}
	return 0;
}

/* What early migration says of a hot task. `record`: where the counters are left, or NULL. */
static __always_inline bool cfslab_early(const struct cfslab_model *model, struct task_struct *p, struct lb_env *env, s64 *record)
{
	const u32 failed = env->sd->nr_balance_failed, tries = env->sd->cache_nice_tries;
	const s64 ran = (s64)(rq_clock_task(env->src_rq) - p->se.exec_start);
	bool says = cfslab_is_early(model, failed, ran);
	int cold = -1;

	if (unlikely(!says && cfslab_foresees(model, failed, tries, ran))) {
		cold = cfslab_cold_candidate(env);
		says = !cold;
	}
	if (record) {
		record[0] = failed;
		record[1] = tries;
		record[2] = ran;
		record[3] = cold;
	}
	return says;
}

/* The one that decides at this moment: a policy that has a successor is relieved by the first call after its time. */
static noinline const struct cfslab_model *cfslab_on_duty(const struct cfslab_model *model, u64 clock)
{
	const struct cfslab_model *next = rcu_dereference_sched(model->next);
	struct cfslab_past *past = &cfslab_pasts[model->past];

	if (!next || (s64)(clock - READ_ONCE(model->began)) < next->swap_at_ns)
		return model;
	raw_spin_lock(&past->lock);
	if (rcu_access_pointer(cfslab_active) == model) {
		/* The other's words are judged from now on. */
		past->drift = (struct cfslab_drift){ .of = next };
		rcu_assign_pointer(cfslab_active, (struct cfslab_model *)next);
	}
	raw_spin_unlock(&past->lock);
	return next;
}

static __always_inline bool cfslab_has_fallen(const struct cfslab_model *model)
{
	return model->drift_floor && READ_ONCE(cfslab_pasts[model->past].drift.fallen);
}

/* Counts what the call shows of the network's word; whether the policy falls back with it. */
static bool cfslab_falls(const struct cfslab_model *model, unsigned int call, bool says)
{
	struct cfslab_past *past = &cfslab_pasts[model->past];
	bool falls = false;

	if (!(model->shown >> call & 1))
		return false;
	raw_spin_lock(&past->lock);
	/* A call that began before its network was relieved counts nowhere. */
	if (past->drift.of == model)
		falls = past->drift.fallen || cfslab_judge(&past->drift, says, model->positive >> call & 1, model->drift_window, model->drift_floor);
	raw_spin_unlock(&past->lock);
	return falls;
}

/* The answer of a guarded policy, from what its network says. */
static noinline unsigned int cfslab_guarded_answer(const struct cfslab_model *model, int src, unsigned int call, unsigned int says,
						   struct cfslab_watch *watch)
{
	const unsigned int stock = call & 1, answer = model->answers[says] >> call & 1;
	u64 *last = &per_cpu_ptr(&cfslab_early_moves, src)->last[model->past];

	if (watch->by == CFSLAB_BY_FALL || cfslab_falls(model, call, says)) {
		watch->by = CFSLAB_BY_FALL;
		return stock;
	}
	if (!model->refractory_ns)
		return answer;
	if (*last && (s64)(watch->clock - (*last - 1)) < model->refractory_ns) {
		watch->by = CFSLAB_BY_REST;
		return stock;
	}
	if (answer && !stock)
		*last = watch->clock + 1;
	return answer;
}

/* What the last call left on this CPU, for its event. */
struct cfslab_record {
	const struct cfslab_model *model;
	struct task_struct *p;
	s64 logit;
	int mode;
	int hot;
	int stock;
	int policy;
	struct cfslab_watch watch;
	s64 raw[CFSLAB_MAX_INPUTS];
};
static DEFINE_PER_CPU(struct cfslab_record, cfslab_record);

/*
 * One call while a policy is on: returns the policy's answer. A policy is left alone where its word cannot change the answer,
 * unless somebody records every call, or what it says is compared with what the call shows; such calls are counted as spared.
 */
static __always_inline int cfslab_ask(struct task_struct *p, struct lb_env *env, int hot, int stock, struct cfslab_record *record)
{
	const struct cfslab_model *model = rcu_dereference_sched(cfslab_active);
	const unsigned int call = cfslab_call(hot, stock);
	struct cfslab_watch watch = { 0, 0, CFSLAB_BY_POLICY };
	struct cfslab_stats *stats;
	u32 cycles = (u32)get_cycles();
	unsigned int open = model->open;
	unsigned int outcome = call << 1;
	unsigned int says = 0;
	s64 logit = 0;

	if (CFSLAB_HAS_NETWORKS && unlikely(READ_ONCE(model->guarded))) {
		watch.clock = sched_clock();
		model = cfslab_on_duty(model, watch.clock);
		if (cfslab_has_fallen(model))
			watch.by = CFSLAB_BY_FALL;
		open = watch.by ? 0 : model->open | model->shown;
	}
	if (likely(open >> call & 1) || (record && model->inputs)) {
		outcome |= 8;
		if (CFSLAB_HAS_NETWORKS && likely(model->kind == CFSLAB_NETWORK)) {
			logit = cfslab_output(model, p, env, hot, record ? record->raw : NULL);
			says = logit >= model->threshold;
		} else {
			says = cfslab_early(model, p, env, record ? record->raw : NULL);
		}
	}
	if (CFSLAB_HAS_NETWORKS && unlikely(watch.clock))
		outcome |= cfslab_guarded_answer(model, env->src_cpu, call, says, &watch);
	else
		outcome |= model->answers[says] >> call & 1;
	cycles = (u32)get_cycles() - cycles;

	stats = this_cpu_ptr(&cfslab_stats);
	stats->outcomes[outcome]++;
	stats->cycles += cycles;
	stats->cycles_log2[fls(cycles | 1)]++;
	if (record) {
		record->model = model;
		record->p = p;
		record->logit = logit;
		record->hot = hot;
		record->stock = stock;
		record->policy = outcome & 1;
		record->watch = watch;
		record->watch.cycles = cycles;
	}
	return outcome & 1;
}

static noinline int cfslab_policy_ask(struct task_struct *p, struct lb_env *env, int hot, int stock)
{
	return cfslab_ask(p, env, hot, stock, NULL);
}

/* The same with all that it was made from written down. */
static noinline int cfslab_policy_ask_aloud(struct task_struct *p, struct lb_env *env, int hot, int stock, int mode)
{
	struct cfslab_record *record = this_cpu_ptr(&cfslab_record);

	record->mode = mode;
	return cfslab_ask(p, env, hot, stock, record);
}

/* The event of the call that has just been on this CPU. */
static noinline void cfslab_policy_tell(struct task_struct *p, struct lb_env *env, int result)
{
	struct cfslab_record *record = this_cpu_ptr(&cfslab_record);

	/* Where the event was switched on within the call there is no record of it. */
	if (record->p == p)
		trace_cfslab_policy(p, env->src_cpu, env->dst_cpu, record->model, record->mode, record->hot, record->stock, record->policy,
				    result, record->logit, &record->watch, record->raw);
	record->p = NULL;
}

static __always_inline int cfslab_policy_decide(struct task_struct *p, struct lb_env *env, int hot, int stock)
{
	const int mode = READ_ONCE(cfslab_mode);
	int result = stock;

	if (mode == CFSLAB_DECIDE) {
		if (!trace_cfslab_policy_enabled())
			return cfslab_policy_ask(p, env, hot, stock);
		result = cfslab_policy_ask_aloud(p, env, hot, stock, mode);
	} else {
		/* What a shadow does costs no time in the virtual-time laboratory, so that a watched run is the stock run. */
		cfslab_free_begin();
		if (mode == CFSLAB_SHADOW) {
			if (trace_cfslab_policy_enabled())
				cfslab_policy_ask_aloud(p, env, hot, stock, mode);
			else
				cfslab_policy_ask(p, env, hot, stock);
		}
		cfslab_free_end();
	}
	if (trace_cfslab_policy_enabled() && mode != CFSLAB_OFF)
		cfslab_policy_tell(p, env, result);
	return result;
}

#else

static __always_inline int cfslab_policy_decide(struct task_struct *p, struct lb_env *env, int hot, int stock)
{
	return stock;
}

#endif
#endif
