// SPDX-License-Identifier: GPL-2.0
/* The slots, the mode and the built-in policy. */
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include "builtin.h"
#include "free.h"
#include "slots.h"
#define CREATE_TRACE_POINTS
#include "event.h"

DEFINE_MUTEX(cfslab_mutex);
DEFINE_PER_CPU(struct cfslab_stats, cfslab_stats);
DEFINE_PER_CPU(struct cfslab_early_moves, cfslab_early_moves);
struct cfslab_model __rcu *cfslab_active;
struct cfslab_past cfslab_pasts[CFSLAB_PASTS] = {
	{ .lock = __RAW_SPIN_LOCK_UNLOCKED(cfslab_pasts[0].lock) },
	{ .lock = __RAW_SPIN_LOCK_UNLOCKED(cfslab_pasts[1].lock) },
};
int cfslab_mode __read_mostly;

static struct cfslab_model slots[2];
static u64 generations;
/* What was last made active here: where something else is, it has taken over by itself. */
static const struct cfslab_model *published;
/* The grace period after which nobody decides by the slot that stands by. */
static unsigned long retired;

static struct cfslab_model *active_model(void)
{
	return rcu_dereference_protected(cfslab_active, lockdep_is_held(&cfslab_mutex));
}

static struct cfslab_model *next_of(const struct cfslab_model *model)
{
	return rcu_dereference_protected(model->next, lockdep_is_held(&cfslab_mutex));
}

/* From now on it is asked, and remembers nothing of what was before. */
static void begin(struct cfslab_model *model)
{
	struct cfslab_past *past = &cfslab_pasts[model->past];
	struct cfslab_model *next = next_of(model);
	unsigned long flags;
	int cpu;

	WRITE_ONCE(model->began, sched_clock());
	if (next)
		WRITE_ONCE(next->began, model->began);
	raw_spin_lock_irqsave(&past->lock, flags);
	past->drift = (struct cfslab_drift){ .of = model };
	raw_spin_unlock_irqrestore(&past->lock, flags);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(&cfslab_early_moves, cpu)->last[model->past], 0);
}

/* Makes the one that is ready in the slot the active one. */
static void activate(struct cfslab_model *standby, const struct cfslab_model *active)
{
	standby->past = active ? !active->past : 0;
	begin(standby);
	rcu_assign_pointer(cfslab_active, standby);
}

/* Has the one that is ready in the slot take over from the active one, when its time has come. */
static void stand_by(struct cfslab_model *standby, struct cfslab_model *active)
{
	standby->past = active->past;
	standby->began = active->began;
	rcu_assign_pointer(active->next, standby);
	/* Who sees this looks for the next. */
	smp_store_release(&active->guarded, true);
}

/* Nobody takes over from the active policy any more; which one that is stands when this has returned. */
static void stand_down(void)
{
	struct cfslab_model *active = active_model();

	if (!active || !next_of(active))
		return;
	rcu_assign_pointer(active->next, NULL);
	/* Calls that have seen the next may still make it the active one. */
	synchronize_rcu_expedited();
}

static bool may_stand_by(const struct cfslab_header *head, const struct cfslab_model *active)
{
	return active && active->kind == CFSLAB_NETWORK && active->task == head->task;
}

int cfslab_push(u8 *page, size_t bytes)
{
	const struct cfslab_header *head = (const struct cfslab_header *)page;
	struct cfslab_model *active, *standby;
	enum cfslab_refusal refusal;
	bool stands_by;

	if (!slots[0].page || !slots[1].page)
		return -ENOMEM;
	cfslab_free_begin();
	refusal = cfslab_check(page, bytes);
	cfslab_free_end();
	if (refusal) {
		pr_notice("cfslab: refused a policy of %zu bytes: %s\n", bytes, cfslab_refusals[refusal].text);
		return -cfslab_refusals[refusal].error;
	}
	stands_by = head->guarded && cfslab_guard_of(page)->stands_by;
	/* Who takes over is of the same task: this stands whoever is active when all are told. */
	if (stands_by && !may_stand_by(head, active_model())) {
		pr_notice("cfslab: refused a policy that stands by: no network of its task is active\n");
		return -ENODATA;
	}
	stand_down();
	active = active_model();
	if (active != published)
		synchronize_rcu_expedited();
	standby = active == &slots[0] ? &slots[1] : &slots[0];
	/* Who still decides by what stood there before the last push is waited for. */
	cond_synchronize_rcu_expedited(retired);
	cfslab_free_begin();
	cfslab_prepare(standby, page, cfslab_places);
	standby->generation = ++generations;
	if (stands_by)
		stand_by(standby, active);
	else
		activate(standby, active);
	published = stands_by ? active : standby;
	cfslab_free_end();
	retired = get_state_synchronize_rcu();
	return 0;
}

int cfslab_set_mode(enum cfslab_mode mode)
{
	if (mode != CFSLAB_OFF && !rcu_access_pointer(cfslab_active))
		return -ENODATA;
	/* A policy that is switched on begins anew. */
	if (mode != CFSLAB_OFF && cfslab_mode == CFSLAB_OFF)
		begin(active_model());
	/* Whoever sees the mode sees the policy too: it was published before. */
	smp_store_release(&cfslab_mode, mode);
	return 0;
}

void cfslab_reset_stats(void)
{
	int cpu;

	cfslab_free_begin();
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&cfslab_stats, cpu), 0, sizeof(struct cfslab_stats));
	cfslab_free_end();
}

size_t cfslab_memory(void)
{
	const size_t pages = (slots[0].page ? CFSLAB_MAX_PAGE_BYTES : 0) + (slots[1].page ? CFSLAB_MAX_PAGE_BYTES : 0);

	return pages + sizeof(slots) + sizeof(cfslab_pasts) +
	       num_possible_cpus() * (sizeof(struct cfslab_stats) + sizeof(struct cfslab_early_moves));
}

static int __init cfslab_init(void)
{
	int i;

	BUILD_BUG_ON(CFSLAB_MAX_PAGE_BYTES != PAGE_SIZE);
	for (i = 0; i < 2; i++)
		slots[i].page = (u8 *)get_zeroed_page(GFP_KERNEL);
	retired = get_state_synchronize_rcu();
#ifdef CFSLAB_BUILTIN_BYTES
	{
		static u8 builtin[CFSLAB_MAX_PAGE_BYTES] __initdata __aligned(8) = { CFSLAB_BUILTIN_PAGE };

		mutex_lock(&cfslab_mutex);
		cfslab_push(builtin, CFSLAB_BUILTIN_BYTES);
		mutex_unlock(&cfslab_mutex);
	}
#endif
#ifdef CFSLAB_STANDBY_BYTES
	{
		static u8 next[CFSLAB_MAX_PAGE_BYTES] __initdata __aligned(8) = { CFSLAB_STANDBY_PAGE };

		mutex_lock(&cfslab_mutex);
		cfslab_push(next, CFSLAB_STANDBY_BYTES);
		mutex_unlock(&cfslab_mutex);
	}
#endif
	return 0;
}
late_initcall(cfslab_init);
