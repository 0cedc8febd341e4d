/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: what sees struct lb_env. Included once by kernel/sched/fair.c, right before can_migrate_task().
 */
#ifndef _CFSLAB_FAIR_H
#define _CFSLAB_FAIR_H

#ifdef CONFIG_ML_FORCE_MIGRATIONS
#include "policy/decide.h"
#else
#define cfslab_policy_decide(p, env, hot, stock)	(stock)
#endif
#include "trace_fair.h"

#endif
