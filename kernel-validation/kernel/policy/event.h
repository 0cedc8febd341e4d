/* SPDX-License-Identifier: GPL-2.0 */
/* The event sched:cfslab_policy: one call that a policy was asked about, with all that it takes to compute its answer again. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM sched

#if !defined(CFSLAB_POLICY_EVENT_H) || defined(TRACE_HEADER_MULTI_READ)
#define CFSLAB_POLICY_EVENT_H

#include <linux/trace_seq.h>
#include <linux/tracepoint.h>
#include "guard.h"

/* The counters as text, divided by commas. */
const char *cfslab_print_raw(struct trace_seq *text, const s64 *raw, unsigned int count);

TRACE_EVENT(cfslab_policy,

	TP_PROTO(struct task_struct *p, int src, int dst, const struct cfslab_model *model, int mode, int hot, int stock, int policy, int result,
		 s64 logit, const struct cfslab_watch *watch, const s64 *raw),

	TP_ARGS(p, src, dst, model, mode, hot, stock, policy, result, logit, watch, raw),

	TP_STRUCT__entry(
		__field(u64, gen)
		__field(s64, logit)
		__field(u64, cycles)
		__field(u64, clock)
		__field(pid_t, pid)
		__field(int, src)
		__field(int, dst)
		__field(u8, task)
		__field(u8, mode)
		__field(s8, hot)
		__field(u8, stock)
		__field(u8, policy)
		__field(u8, result)
		__field(u8, by)
		__field(u8, n)
		__dynamic_array(s64, raw, model->inputs)
	),

	TP_fast_assign(
		__entry->gen = model->generation;
		__entry->logit = logit;
		__entry->cycles = watch->cycles;
		__entry->clock = watch->clock;
		__entry->pid = p->pid;
		__entry->src = src;
		__entry->dst = dst;
		__entry->task = model->kind == CFSLAB_NETWORK ? model->task : 0;
		__entry->mode = mode;
		__entry->hot = hot;
		__entry->stock = stock;
		__entry->policy = policy;
		__entry->result = result;
		__entry->by = watch->by;
		__entry->n = model->inputs;
		memcpy(__get_dynamic_array(raw), raw, model->inputs * sizeof(s64));
	),

	TP_printk("pid=%d src=%d dst=%d gen=%llu task=%u mode=%u hot=%d stock=%u policy=%u result=%u logit=%lld cycles=%llu clock=%llu by=%u n=%u raw=%s",
		  __entry->pid, __entry->src, __entry->dst, __entry->gen, __entry->task, __entry->mode, __entry->hot,
		  __entry->stock, __entry->policy, __entry->result, __entry->logit, __entry->cycles, __entry->clock, __entry->by, __entry->n,
		  cfslab_print_raw(p, __get_dynamic_array(raw), __entry->n))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../../kernel/sched/cfslab/policy
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE event
#include <trace/define_trace.h>
