// SPDX-License-Identifier: GPL-2.0
/* cfslab: makes the trace events of cfslab_events.h. */
#include <linux/sched.h>
#include <linux/sched/topology.h>

#define CREATE_TRACE_POINTS
#include "cfslab_events.h"
