/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: the trace events of the fair scheduler's decisions. Fields are flat, so that trace-cmd and perf can print them
 * too; docs/TRACES.md says what each means. Run queues are named by their CPU, groups by the id of their cgroup (0 the
 * root's), entities of groups have pid -1.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM sched

#if !defined(_CFSLAB_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define _CFSLAB_EVENTS_H

#include <linux/sched.h>
#include <linux/tracepoint.h>

#include "trace_records.h"

/* Every answer of can_migrate_task(). */
TRACE_EVENT(cfslab_can_migrate,
	TP_PROTO(struct task_struct *p, const struct cfslab_decision *k),
	TP_ARGS(p, k),
	TP_STRUCT__entry(
		__array(char, comm, TASK_COMM_LEN) __field(pid_t, pid) __field(int, prio)
		__field(u64, clock_task) __field(u64, exec_start) __field(u64, sum_exec)
		__field(u64, vruntime) __field(u64, min_vruntime) __field(u64, nr_migrations)
		__field(s64, delta) __field(long, imbalance) __field(u32, load)
		__field(u32, util) __field(u32, runnable) __field(u32, weight)
		__field(u32, h_load) __field(u32, util_est) __field(u32, src_weight)
		__field(u32, src_load) __field(u32, src_util) __field(u32, src_runnable)
		__field(u32, dst_weight) __field(u32, dst_load) __field(u32, dst_util)
		__field(u32, dst_runnable) __field(u32, migration_cost) __field(u16, src_nr)
		__field(u16, src_h_nr) __field(u16, dst_nr) __field(u16, dst_h_nr)
		__field(u16, src) __field(u16, dst) __field(u16, tries) __field(u16, failed)
		__field(u16, flags) __field(u16, loop) __field(s8, idle) __field(s8, type)
		__field(s8, level) __field(s8, hot) __field(s8, buddy) __field(s8, reason)
		__field(s8, result) __field(u8, policy)
	),
	TP_fast_assign(
		memcpy(__entry->comm, p->comm, TASK_COMM_LEN); __entry->pid = p->pid;
		__entry->prio = p->prio; __entry->policy = p->policy;
		__entry->clock_task = k->clock_task; __entry->exec_start = k->exec_start;
		__entry->sum_exec = k->sum_exec; __entry->vruntime = k->vruntime;
		__entry->min_vruntime = k->min_vruntime;
		__entry->nr_migrations = k->nr_migrations; __entry->delta = k->delta;
		__entry->imbalance = k->imbalance; __entry->load = k->load;
		__entry->util = k->util; __entry->runnable = k->runnable;
		__entry->weight = k->weight; __entry->h_load = k->h_load;
		__entry->util_est = k->util_est; __entry->src_weight = k->src_weight;
		__entry->src_load = k->src_load; __entry->src_util = k->src_util;
		__entry->src_runnable = k->src_runnable; __entry->dst_weight = k->dst_weight;
		__entry->dst_load = k->dst_load; __entry->dst_util = k->dst_util;
		__entry->dst_runnable = k->dst_runnable;
		__entry->migration_cost = k->migration_cost; __entry->src_nr = k->src_nr;
		__entry->src_h_nr = k->src_h_nr; __entry->dst_nr = k->dst_nr;
		__entry->dst_h_nr = k->dst_h_nr; __entry->src = k->src; __entry->dst = k->dst;
		__entry->tries = k->tries; __entry->failed = k->failed;
		__entry->flags = k->flags; __entry->loop = k->loop; __entry->idle = k->idle;
		__entry->type = k->type; __entry->level = k->level; __entry->hot = k->hot;
		__entry->buddy = k->buddy; __entry->reason = k->reason;
		__entry->result = k->result;
	),
	TP_printk("comm=%s pid=%d prio=%d src=%u dst=%u lvl=%d idle=%d mtype=%d flags=0x%x loop=%u imb=%ld cnt=%u nbf=%u reason=%d hot=%d buddy=%d result=%d delta=%lld ct=%llu exec_start=%llu sum_exec=%llu vr=%llu minvr=%llu nmig=%llu tl=%u tu=%u tr=%u tw=%u hl=%u ue=%u slw=%u sla=%u sua=%u sra=%u snr=%u shnr=%u dlw=%u dla=%u dua=%u dra=%u dnr=%u dhnr=%u mc=%u policy=%u",
		__entry->comm, __entry->pid, __entry->prio, __entry->src, __entry->dst,
		__entry->level, __entry->idle, __entry->type, __entry->flags, __entry->loop,
		__entry->imbalance, __entry->tries, __entry->failed, __entry->reason, __entry->hot,
		__entry->buddy, __entry->result, __entry->delta, __entry->clock_task,
		__entry->exec_start, __entry->sum_exec, __entry->vruntime, __entry->min_vruntime,
		__entry->nr_migrations, __entry->load, __entry->util, __entry->runnable,
		__entry->weight, __entry->h_load, __entry->util_est, __entry->src_weight,
		__entry->src_load, __entry->src_util, __entry->src_runnable, __entry->src_nr,
		__entry->src_h_nr, __entry->dst_weight, __entry->dst_load, __entry->dst_util,
		__entry->dst_runnable, __entry->dst_nr, __entry->dst_h_nr, __entry->migration_cost,
		__entry->policy)
);

/* The end of every load_balance(). */
TRACE_EVENT(cfslab_load_balance,
	TP_PROTO(const struct cfslab_balance *k),
	TP_ARGS(k),
	TP_STRUCT__entry(
		__field(long, imbalance) __field(u32, failed) __field(u32, interval)
		__field(s32, dst) __field(s32, src) __field(s32, moved) __field(u8, flags)
		__field(u8, active) __field(s8, level) __field(s8, idle) __field(s8, stage)
		__field(s8, type) __array(char, domain, 8)
	),
	TP_fast_assign(
		__entry->imbalance = k->imbalance; __entry->failed = k->failed;
		__entry->interval = k->interval; __entry->flags = k->flags;
		__entry->active = k->active; __entry->dst = k->dst; __entry->src = k->src;
		__entry->level = k->level; __entry->idle = k->idle; __entry->stage = k->stage;
		__entry->moved = k->moved; __entry->type = k->type;
		strscpy(__entry->domain, k->domain ?: "?", sizeof(__entry->domain));
	),
	TP_printk("dst=%d src=%d lvl=%d sd=%s idle=%d stage=%d moved=%d active=%u mtype=%d imb=%ld flags=0x%x nbf=%u interval=%u",
		__entry->dst, __entry->src, __entry->level, __entry->domain, __entry->idle,
		__entry->stage, __entry->moved, __entry->active, __entry->type, __entry->imbalance,
		__entry->flags, __entry->failed, __entry->interval)
);

/* find_busiest_group(), where there is a candidate: both sides, and what came of it. */
TRACE_EVENT(cfslab_find_busiest,
	TP_PROTO(const struct cfslab_busiest *k),
	TP_ARGS(k),
	TP_STRUCT__entry(
		__field(int, dst) __field(int, level) __field(int, idle) __field(int, found)
		__field(int, type) __field(long, imbalance) __field(int, l_type)
		__field(u32, l_nr) __field(u32, l_h_nr) __field(u32, l_idle_cpus)
		__field(u32, l_weight) __field(unsigned long, l_avg_load)
		__field(unsigned long, l_load) __field(unsigned long, l_util)
		__field(unsigned long, l_runnable) __field(unsigned long, l_capacity)
		__field(int, b_type) __field(u32, b_nr) __field(u32, b_h_nr)
		__field(u32, b_idle_cpus) __field(u32, b_weight)
		__field(unsigned long, b_avg_load) __field(unsigned long, b_load)
		__field(unsigned long, b_util) __field(unsigned long, b_runnable)
		__field(unsigned long, b_capacity)
	),
	TP_fast_assign(
		__entry->dst = k->dst; __entry->level = k->level; __entry->idle = k->idle;
		__entry->found = k->found; __entry->type = k->type;
		__entry->imbalance = k->imbalance; __entry->l_type = k->local.type;
		__entry->l_nr = k->local.nr; __entry->l_h_nr = k->local.h_nr;
		__entry->l_idle_cpus = k->local.idle_cpus; __entry->l_weight = k->local.weight;
		__entry->l_avg_load = k->local.avg_load; __entry->l_load = k->local.load;
		__entry->l_util = k->local.util; __entry->l_runnable = k->local.runnable;
		__entry->l_capacity = k->local.capacity; __entry->b_type = k->busiest.type;
		__entry->b_nr = k->busiest.nr; __entry->b_h_nr = k->busiest.h_nr;
		__entry->b_idle_cpus = k->busiest.idle_cpus;
		__entry->b_weight = k->busiest.weight;
		__entry->b_avg_load = k->busiest.avg_load; __entry->b_load = k->busiest.load;
		__entry->b_util = k->busiest.util; __entry->b_runnable = k->busiest.runnable;
		__entry->b_capacity = k->busiest.capacity;
	),
	TP_printk("dst=%d lvl=%d idle=%d found=%d mtype=%d imb=%ld l=%d,%u,%u,%u,%u,%lu,%lu,%lu,%lu,%lu b=%d,%u,%u,%u,%u,%lu,%lu,%lu,%lu,%lu",
		__entry->dst, __entry->level, __entry->idle, __entry->found, __entry->type,
		__entry->imbalance, __entry->l_type, __entry->l_nr, __entry->l_h_nr,
		__entry->l_idle_cpus, __entry->l_weight, __entry->l_avg_load, __entry->l_load,
		__entry->l_util, __entry->l_runnable, __entry->l_capacity, __entry->b_type,
		__entry->b_nr, __entry->b_h_nr, __entry->b_idle_cpus, __entry->b_weight,
		__entry->b_avg_load, __entry->b_load, __entry->b_util, __entry->b_runnable,
		__entry->b_capacity)
);

/* The end of select_task_rq_fair(). */
TRACE_EVENT(cfslab_select_rq,
	TP_PROTO(struct task_struct *p, const struct cfslab_select *k),
	TP_ARGS(p, k),
	TP_STRUCT__entry(
		__array(char, comm, TASK_COMM_LEN) __field(pid_t, pid) __field(int, cpu)
		__field(int, prev) __field(int, flags) __field(int, sync)
		__field(int, want_affine) __field(int, wide) __field(int, affine)
		__field(int, path) __field(int, target) __field(int, chosen)
		__field(int, recent) __field(int, idle_cores) __field(int, idle_cores_after)
		__field(int, idle_scan) __field(unsigned long, idle_mask)
		__field(unsigned long, allowed) __field(unsigned long, util_est)
		__field(unsigned long, util) __field(unsigned long, load)
	),
	TP_fast_assign(
		memcpy(__entry->comm, p->comm, TASK_COMM_LEN); __entry->pid = p->pid;
		__entry->cpu = k->cpu; __entry->prev = k->prev; __entry->flags = k->flags;
		__entry->sync = k->sync; __entry->want_affine = k->want_affine;
		__entry->wide = k->wide; __entry->affine = k->affine; __entry->path = k->path;
		__entry->target = k->target; __entry->chosen = k->chosen;
		__entry->recent = k->recent; __entry->idle_cores = k->idle_cores;
		__entry->idle_cores_after = k->idle_cores_after;
		__entry->idle_scan = k->idle_scan; __entry->idle_mask = k->idle_mask;
		__entry->allowed = k->allowed; __entry->util_est = k->util_est;
		__entry->util = k->util; __entry->load = k->load;
	),
	TP_printk("comm=%s pid=%d cpu=%d prev=%d wf=0x%x sync=%d want_affine=%d wide=%d affine=%d path=%d target=%d new=%d recent=%d idle=0x%lx allowed=0x%lx hic=%d hic2=%d nscan=%d ue=%lu ua=%lu la=%lu",
		__entry->comm, __entry->pid, __entry->cpu, __entry->prev, __entry->flags,
		__entry->sync, __entry->want_affine, __entry->wide, __entry->affine, __entry->path,
		__entry->target, __entry->chosen, __entry->recent, __entry->idle_mask,
		__entry->allowed, __entry->idle_cores, __entry->idle_cores_after,
		__entry->idle_scan, __entry->util_est, __entry->util, __entry->load)
);

/* Every way out of check_preempt_wakeup(). */
TRACE_EVENT(cfslab_preempt,
	TP_PROTO(int cpu, struct task_struct *curr, const struct cfslab_preempt *k),
	TP_ARGS(cpu, curr, k),
	TP_STRUCT__entry(
		__field(int, cpu) __field(pid_t, curr) __field(pid_t, pid) __field(s64, vdiff)
		__field(s64, gran) __field(u64, curr_vruntime) __field(u64, woken_vruntime)
		__field(u32, nr) __field(int, result) __field(int, reason) __field(int, wpe)
		__field(int, scale) __field(int, next) __field(int, last) __field(int, flags)
	),
	TP_fast_assign(
		__entry->cpu = cpu; __entry->curr = curr->pid; __entry->pid = k->woken->pid;
		__entry->vdiff = k->vdiff; __entry->gran = k->gran;
		__entry->curr_vruntime = k->curr_vruntime;
		__entry->woken_vruntime = k->woken_vruntime; __entry->nr = k->nr;
		__entry->result = k->result; __entry->reason = k->reason; __entry->wpe = k->wpe;
		__entry->scale = k->scale; __entry->next = k->next; __entry->last = k->last;
		__entry->flags = k->flags;
	),
	TP_printk("cpu=%d curr=%d pid=%d result=%d reason=%d wpe=%d vdiff=%lld gran=%lld cvr=%llu pvr=%llu nr=%u scale=%d next=%d last=%d wf=0x%x",
		__entry->cpu, __entry->curr, __entry->pid, __entry->result, __entry->reason,
		__entry->wpe, __entry->vdiff, __entry->gran, __entry->curr_vruntime,
		__entry->woken_vruntime, __entry->nr, __entry->scale, __entry->next, __entry->last,
		__entry->flags)
);

/* Every way out of check_preempt_tick(). */
TRACE_EVENT(cfslab_tick,
	TP_PROTO(const struct cfslab_tick_record *k),
	TP_ARGS(k),
	TP_STRUCT__entry(
		__field(unsigned long, ideal) __field(unsigned long, exec) __field(s64, delta)
		__field(u64, vruntime) __field(u64, first_vruntime) __field(u64, min_vruntime)
		__field(u32, nr) __field(u32, rq_nr) __field(int, cpu) __field(int, pid)
		__field(int, group) __field(int, depth) __field(int, resched)
		__field(int, reason) __field(int, first)
	),
	TP_fast_assign(
		__entry->ideal = k->ideal; __entry->exec = k->exec; __entry->delta = k->delta;
		__entry->vruntime = k->vruntime; __entry->first_vruntime = k->first_vruntime;
		__entry->min_vruntime = k->min_vruntime; __entry->nr = k->nr;
		__entry->rq_nr = k->rq_nr; __entry->cpu = k->cpu; __entry->pid = k->pid;
		__entry->group = k->group; __entry->depth = k->depth;
		__entry->resched = k->resched; __entry->reason = k->reason;
		__entry->first = k->first;
	),
	TP_printk("cpu=%d pid=%d tg=%d depth=%d ideal=%lu exec=%lu nr=%u rqnr=%u resched=%d reason=%d delta=%lld vr=%llu first=%d fvr=%llu minvr=%llu",
		__entry->cpu, __entry->pid, __entry->group, __entry->depth, __entry->ideal,
		__entry->exec, __entry->nr, __entry->rq_nr, __entry->resched, __entry->reason,
		__entry->delta, __entry->vruntime, __entry->first, __entry->first_vruntime,
		__entry->min_vruntime)
);

/* The end of place_entity(). */
TRACE_EVENT(cfslab_place,
	TP_PROTO(const struct cfslab_placement *k),
	TP_ARGS(k),
	TP_STRUCT__entry(
		__field(u64, before) __field(u64, after) __field(u64, candidate)
		__field(u64, min_vruntime) __field(u32, nr) __field(int, cpu) __field(int, pid)
		__field(int, group) __field(int, initial)
	),
	TP_fast_assign(
		__entry->before = k->before; __entry->after = k->after;
		__entry->candidate = k->candidate; __entry->min_vruntime = k->min_vruntime;
		__entry->nr = k->nr; __entry->cpu = k->cpu; __entry->pid = k->pid;
		__entry->group = k->group; __entry->initial = k->initial;
	),
	TP_printk("cpu=%d pid=%d tg=%d initial=%d vr0=%llu vr1=%llu cand=%llu minvr=%llu nr=%u",
		__entry->cpu, __entry->pid, __entry->group, __entry->initial, __entry->before,
		__entry->after, __entry->candidate, __entry->min_vruntime, __entry->nr)
);

/* Every way out of sched_balance_newidle(). */
TRACE_EVENT(cfslab_newidle,
	TP_PROTO(int cpu, int nr, const struct cfslab_newidle *k),
	TP_ARGS(cpu, nr, k),
	TP_STRUCT__entry(
		__field(u64, avg_idle) __field(u64, cost_first) __field(u64, cost)
		__field(u64, cost0) __field(u64, cost1) __field(u64, cost2) __field(u64, cost3)
		__field(int, dice0) __field(int, dice1) __field(int, dice2) __field(int, dice3)
		__field(int, ratio0) __field(int, ratio1) __field(int, ratio2)
		__field(int, ratio3) __field(u32, tried) __field(u32, diced) __field(int, cpu)
		__field(int, gate) __field(int, pulled) __field(int, overload)
		__field(int, stop) __field(int, domains) __field(int, nr)
	),
	TP_fast_assign(
		__entry->cpu = cpu; __entry->nr = nr; __entry->cost = *k->cost;
		__entry->pulled = *k->pulled; __entry->avg_idle = k->avg_idle;
		__entry->cost_first = k->cost_first; __entry->tried = k->tried;
		__entry->diced = k->diced; __entry->gate = k->gate;
		__entry->overload = k->overload; __entry->stop = k->stop;
		__entry->domains = k->domains; __entry->cost0 = k->domain_cost[0];
		__entry->cost1 = k->domain_cost[1]; __entry->cost2 = k->domain_cost[2];
		__entry->cost3 = k->domain_cost[3]; __entry->dice0 = k->dice[0];
		__entry->dice1 = k->dice[1]; __entry->dice2 = k->dice[2];
		__entry->dice3 = k->dice[3]; __entry->ratio0 = k->ratio[0];
		__entry->ratio1 = k->ratio[1]; __entry->ratio2 = k->ratio[2];
		__entry->ratio3 = k->ratio[3];
	),
	TP_printk("cpu=%d gate=%d pulled=%d avg_idle=%llu overload=%d cost0=%llu tried=0x%x diced=0x%x stop=%d ndom=%d cost=%llu nr=%d sdcost=%llu,%llu,%llu,%llu d1k=%d,%d,%d,%d ratio=%d,%d,%d,%d",
		__entry->cpu, __entry->gate, __entry->pulled, __entry->avg_idle, __entry->overload,
		__entry->cost_first, __entry->tried, __entry->diced, __entry->stop,
		__entry->domains, __entry->cost, __entry->nr, __entry->cost0, __entry->cost1,
		__entry->cost2, __entry->cost3, __entry->dice0, __entry->dice1, __entry->dice2,
		__entry->dice3, __entry->ratio0, __entry->ratio1, __entry->ratio2, __entry->ratio3)
);

/* kick_ilb(), once it has found a CPU: the flags asked for, and whether an interrupt goes out. */
TRACE_EVENT(cfslab_nohz_kick,
	TP_PROTO(int cpu, unsigned int flags, int ilb, int sent),
	TP_ARGS(cpu, flags, ilb, sent),
	TP_STRUCT__entry(
		__field(int, cpu) __field(u32, flags) __field(int, ilb) __field(int, sent)
	),
	TP_fast_assign(
		__entry->cpu = cpu; __entry->flags = flags; __entry->ilb = ilb;
		__entry->sent = sent;
	),
	TP_printk("cpu=%d flags=0x%x ilb=%d sent=%d",
		__entry->cpu, __entry->flags, __entry->ilb, __entry->sent)
);

/* A queue of a group is throttled (1) or let go (0), with the run time left and the tasks inside. */
TRACE_EVENT(cfslab_throttle,
	TP_PROTO(int cpu, int group, int on, s64 left, unsigned int nr),
	TP_ARGS(cpu, group, on, left, nr),
	TP_STRUCT__entry(
		__field(s64, left) __field(int, cpu) __field(int, group) __field(int, on)
		__field(u32, nr)
	),
	TP_fast_assign(
		__entry->cpu = cpu; __entry->group = group; __entry->on = on;
		__entry->left = left; __entry->nr = nr;
	),
	TP_printk("cpu=%d tg=%d on=%d left=%lld hnr=%u",
		__entry->cpu, __entry->group, __entry->on, __entry->left, __entry->nr)
);

#endif /* _CFSLAB_EVENTS_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../../kernel/sched/cfslab
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE cfslab_events
#include <trace/define_trace.h>
