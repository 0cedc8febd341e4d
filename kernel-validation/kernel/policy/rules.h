/* SPDX-License-Identifier: GPL-2.0 */
/* What a model's answer means in each role, and the policies that need no model. The simulator's policies decide alike. */
#ifndef CFSLAB_POLICY_RULES_H
#define CFSLAB_POLICY_RULES_H

#include "model.h"

/*
 * What stands at a call: whether the stock test calls the task hot, and what it says. As a number, for a table of answers.
 */
static __always_inline unsigned int cfslab_call(int hot, int stock)
{
	return (hot > 0) << 1 | stock;
}

/* The answer in a role, from what the model says. */
static inline bool cfslab_combine(u8 task, bool hot, bool stock, bool says)
{
	if (task == CFSLAB_EARLY)
		return stock || says;
	if (task == CFSLAB_FORCED)
		return !hot || says;
	return says;
}

/*
 * The answer of a policy without a model. Early migration asks as a model does: `says` is whether it would move a hot task.
 */
static inline bool cfslab_rule(u8 rule, bool hot, bool stock, bool says)
{
	switch (rule) {
	case CFSLAB_RULE_EARLY_MIGRATION:
		return stock || says;
	case CFSLAB_RULE_ALWAYS:
		return true;
	case CFSLAB_RULE_NEVER:
		return false;
	case CFSLAB_RULE_COLD_ONLY:
		return !hot;
	default:
		return stock;
	}
}

/*
 * The answers of a policy as two tables, bit by call: where it is told no, and where it is told yes. Where they are alike the
 * answer is settled, and nothing need be asked.
 */
static inline void cfslab_make_answers(struct cfslab_model *model)
{
	unsigned int call;
	int says;

	for (says = 0; says < 2; says++) {
		model->answers[says] = 0;
		for (call = 0; call < 4; call++) {
			const bool hot = call >> 1, stock = call & 1;
			const bool answer = model->kind == CFSLAB_RULE ? cfslab_rule(model->task, hot, stock, says) :
								   cfslab_combine(model->task, hot, stock, says);

			model->answers[says] |= answer << call;
		}
	}
	model->open = model->answers[0] ^ model->answers[1];
}

/*
 * What early migration says of a hot task by the balances that have failed.
 *
 * @param failed sd->nr_balance_failed
 * @param ran ns since the task last ran, by the source's clock
 */
static inline bool cfslab_is_early(const struct cfslab_model *model, u32 failed, s64 ran)
{
	return ran >= model->parameters[CFSLAB_MIN_DELTA_NS] && failed >= model->parameters[CFSLAB_ATTEMPTS];
}

/*
 * Whether it would say yes where no task of the source's queue is cold, by the failures with which it credits such a queue.
 *
 * @param tries sd->cache_nice_tries
 */
static inline bool cfslab_foresees(const struct cfslab_model *model, u32 failed, u32 tries, s64 ran)
{
	const s64 lookahead = model->parameters[CFSLAB_LOOKAHEAD];

	return ran >= model->parameters[CFSLAB_MIN_DELTA_NS] && lookahead && failed + lookahead > tries;
}

/* What the event of early migration has: failures, tries, ns since the task ran, and the cold ones in the queue (-1 nobody looked). */
#define CFSLAB_EARLY_COUNTERS 4

#endif
