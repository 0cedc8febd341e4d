// SPDX-License-Identifier: GPL-2.0
/* The slots, the mode and the built-in policy. */
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include "builtin.h"
#include "free.h"
#include "slots.h"
#define CREATE_TRACE_POINTS
#include "event.h"

DEFINE_MUTEX(cfslab_mutex);
DEFINE_PER_CPU(struct cfslab_stats, cfslab_stats);
struct cfslab_model __rcu *cfslab_active;
int cfslab_mode __read_mostly;

static struct cfslab_model slots[2];
static u64 generations;
/* The grace period after which nobody decides by the slot that stands by. */
static unsigned long retired;

int cfslab_push(u8 *page, size_t bytes)
{
	const struct cfslab_model *active = rcu_dereference_protected(cfslab_active, lockdep_is_held(&cfslab_mutex));
	struct cfslab_model *standby = active == &slots[0] ? &slots[1] : &slots[0];
	enum cfslab_refusal refusal;

	if (!standby->page)
		return -ENOMEM;
	/* Who still decides by what stood there before the last push is waited for. */
	cond_synchronize_rcu_expedited(retired);
	cfslab_free_begin();
	refusal = cfslab_check(page, bytes);
	if (!refusal) {
		cfslab_prepare(standby, page);
		standby->generation = ++generations;
		rcu_assign_pointer(cfslab_active, standby);
	}
	cfslab_free_end();
	if (refusal) {
		pr_notice("cfslab: refused a policy of %zu bytes: %s\n", bytes, cfslab_refusals[refusal].text);
		return -cfslab_refusals[refusal].error;
	}
	retired = get_state_synchronize_rcu();
	return 0;
}

int cfslab_set_mode(enum cfslab_mode mode)
{
	if (mode != CFSLAB_OFF && !rcu_access_pointer(cfslab_active))
		return -ENODATA;
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

	return pages + sizeof(slots) + num_possible_cpus() * sizeof(struct cfslab_stats);
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
	return 0;
}
late_initcall(cfslab_init);
