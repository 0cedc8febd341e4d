/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: what kernel/sched/fair.c needs before its first place that we touch. Included once, before place_entity().
 */
#ifndef _CFSLAB_EARLY_H
#define _CFSLAB_EARLY_H

#include "notes.h"
#include "trace_entity.h"

#endif
