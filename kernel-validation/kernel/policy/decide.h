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
#include "infer.h"
#include "rules.h"
#include "shapes.h"
#include "slots.h"

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

/* The raw counters that the model asks for, in its order. */
static __always_inline void cfslab_read(const struct cfslab_model *model, struct task_struct *p, struct lb_env *env, int tsk_cache_hot, s64 *raw)
{
	const u8 *feature = model->features, *end = feature + model->inputs;

	do {
		switch (*feature) {
#define CFSLAB_READ(id, name, min, max, value)	\
		case id:			\
			*raw = (s64)(value);	\
			break;
		CFSLAB_FEATURES(CFSLAB_READ)
#undef CFSLAB_READ
		default:
			/* None: the check knows all of them. */
			*raw = 0;
		}
		raw++;
	} while (++feature < end);
}

/* The output of a network of any shape. `record`: where its counters are left, or NULL. */
static noinline s64 cfslab_by_loops(const struct cfslab_model *model, struct task_struct *p, struct lb_env *env, int tsk_cache_hot, s64 *record)
{
	s64 room[CFSLAB_MAX_INPUTS] CFSLAB_UNINITIALIZED;
	s64 *raw = record ? record : room;

	cfslab_read(model, p, env, tsk_cache_hot, raw);
	return model->plan ? cfslab_quick_logit(model->plan, raw) : cfslab_plain_logit(model, raw);
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

/* What the last call left on this CPU, for its event. */
struct cfslab_record {
	const struct cfslab_model *model;
	struct task_struct *p;
	s64 logit;
	u64 cycles;
	int mode;
	int hot;
	int stock;
	int policy;
	s64 raw[CFSLAB_MAX_INPUTS];
};
static DEFINE_PER_CPU(struct cfslab_record, cfslab_record);

/*
 * One call while a policy is on: returns the policy's answer. A policy is left alone where its word cannot change the answer,
 * unless somebody records every call; such calls are counted as spared.
 */
static __always_inline int cfslab_ask(struct task_struct *p, struct lb_env *env, int hot, int stock, struct cfslab_record *record)
{
	const struct cfslab_model *model = rcu_dereference_sched(cfslab_active);
	const unsigned int call = cfslab_call(hot, stock);
	struct cfslab_stats *stats;
	u32 cycles = (u32)get_cycles();
	unsigned int outcome = call << 1;
	unsigned int says = 0;
	s64 logit = 0;

	if (likely(model->open >> call & 1) || (record && model->kind == CFSLAB_NETWORK)) {
		outcome |= 8;
		if (CFSLAB_HAS_NETWORKS && likely(model->kind == CFSLAB_NETWORK)) {
			logit = cfslab_output(model, p, env, hot, record ? record->raw : NULL);
			says = logit >= model->threshold;
		} else {
			says = cfslab_is_early(model, env->sd->nr_balance_failed, (s64)(rq_clock_task(env->src_rq) - p->se.exec_start));
		}
	}
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
		record->cycles = cycles;
		record->hot = hot;
		record->stock = stock;
		record->policy = outcome & 1;
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
				    result, record->logit, record->cycles, record->raw);
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
