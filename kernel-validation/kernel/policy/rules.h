/* SPDX-License-Identifier: GPL-2.0 */
/* What a model's answer means in each role, and the policies that need no model. The simulator's policies decide alike. */
#ifndef CFSLAB_POLICY_RULES_H
#define CFSLAB_POLICY_RULES_H

#include "model.h"

/*
 * Whether the model's word cannot change the answer: where the stock kernel lets a task go early migration does too, and a
 * cold task goes as ever where the model only speaks of forced ones.
 */
static __always_inline bool cfslab_is_settled(u8 task, int hot, int stock)
{
	if (task == CFSLAB_EARLY)
		return stock;
	return task == CFSLAB_FORCED && hot <= 0;
}

/* The answer, from what the model says. */
static __always_inline int cfslab_combine(u8 task, int hot, int stock, bool says)
{
	if (task == CFSLAB_EARLY)
		return stock | says;
	if (task == CFSLAB_FORCED)
		return (hot <= 0) | says;
	return says;
}

/*
 * The policies without a model.
 *
 * @param failed sd->nr_balance_failed
 * @param ran ns since the task last ran, by the source's clock
 */
static inline int cfslab_rule(const struct cfslab_model *model, int stock, int hot, u32 failed, s64 ran)
{
	const s64 *parameters = model->parameters;

	switch (model->task) {
	case CFSLAB_RULE_EARLY_MIGRATION:
		return stock || (ran >= parameters[CFSLAB_MIN_DELTA_NS] && failed >= parameters[CFSLAB_ATTEMPTS]);
	case CFSLAB_RULE_ALWAYS:
		return 1;
	case CFSLAB_RULE_NEVER:
		return 0;
	case CFSLAB_RULE_COLD_ONLY:
		return hot <= 0;
	default:
		return stock;
	}
}

#endif
