/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: what sees struct lb_env. Included once by kernel/sched/fair.c, right before can_migrate_task().
 */
#ifndef _CFSLAB_FAIR_H
#define _CFSLAB_FAIR_H

#include "trace_fair.h"

#endif
