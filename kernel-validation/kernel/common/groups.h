/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: what sees struct sd_lb_stats. Included once by kernel/sched/fair.c, right before find_busiest_group().
 */
#ifndef _CFSLAB_GROUPS_H
#define _CFSLAB_GROUPS_H

#include "trace_groups.h"

#endif
