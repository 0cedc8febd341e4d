/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: how long can_migrate_task() takes, by the time stamp counter: calls and cycles of each CPU, without what its own trace
 * event costs; what that of a policy costs (cfslab_policy) is in it. Counted while /sys/kernel/debug/cfslab/latency is on.
 */
#ifndef _CFSLAB_LATENCY_H
#define _CFSLAB_LATENCY_H

#include <linux/percpu.h>
#include <linux/timex.h>

struct cfslab_latency {
	u64 calls, cycles;
};

extern int cfslab_latency_on;
DECLARE_PER_CPU(struct cfslab_latency, cfslab_latency);

/* Interrupts are off: a run queue is locked. */
static __always_inline void cfslab_count_latency(cycles_t begin)
{
	struct cfslab_latency *sum = this_cpu_ptr(&cfslab_latency);

	sum->cycles += get_cycles() - begin;
	sum->calls++;
}

#endif
