/* SPDX-License-Identifier: GPL-2.0 */
/* Two slots for policies, of which one is active and the other stands by. */
#ifndef CFSLAB_POLICY_SLOTS_H
#define CFSLAB_POLICY_SLOTS_H

#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/timex.h>
#include <linux/spinlock.h>
#include "check.h"
#include "guard.h"

enum cfslab_mode {
	CFSLAB_OFF,
	/* The policy is asked and counted, the stock kernel decides. */
	CFSLAB_SHADOW,
	CFSLAB_DECIDE,
};

/* 1 bit to 32 bits; none has 0. */
#define CFSLAB_CYCLE_BUCKETS 33

/* What came of a call, as a number: bit 0 the policy's answer, 1 stock's, 2 hot, 3 the policy was asked. */
#define CFSLAB_OUTCOMES 16

/* One CPU's counts since the last reset. */
struct cfslab_stats {
	u64 outcomes[CFSLAB_OUTCOMES];
	/* Cycles of the policy, in all, and calls by the number of bits of their cycles. */
	u64 cycles;
	u64 cycles_log2[CFSLAB_CYCLE_BUCKETS];
};

DECLARE_PER_CPU(struct cfslab_stats, cfslab_stats);
extern struct cfslab_model __rcu *cfslab_active;
/* Where features stand in this kernel's structures, by their numbers (decide.h). */
extern const struct cfslab_place cfslab_places[];

/*
 * What guarded policies remember from call to call. Two are enough: a network and the one that takes over from it share one, and
 * whatever is pushed after them has the other.
 */
#define CFSLAB_PASTS 2
struct cfslab_past {
	/* Of what all CPUs count together; held for some ten instructions, and by policies with a floor only. */
	raw_spinlock_t lock;
	struct cfslab_drift drift;
};
extern struct cfslab_past cfslab_pasts[CFSLAB_PASTS];
/* By source CPU, whose run queue's lock guards it: when a task was last moved early from there, sched_clock() + 1; 0 never. */
struct cfslab_early_moves {
	u64 last[CFSLAB_PASTS];
};
DECLARE_PER_CPU(struct cfslab_early_moves, cfslab_early_moves);

/* A plain number, no patched branch: switching costs a store, and calls see it at once. */
extern int cfslab_mode;

/*
 * Checks a policy and makes it active, or has it stand by where its page says so. Calls that run meanwhile decide by the one before, and so do all where this one is
 * refused. `page` is CFSLAB_MAX_PAGE_BYTES long and aligned; one push at a time comes in here.
 *
 * Returns 0 or the errno of the refusal; -ENODATA for one that would stand by where no network of its task is active.
 */
int cfslab_push(u8 *page, size_t bytes);

/* ENODATA where a mode needs a policy and none is active. */
int cfslab_set_mode(enum cfslab_mode mode);

void cfslab_reset_stats(void);

/* Bytes that policies take in this kernel, statistics among them. */
size_t cfslab_memory(void);

/* Held by whoever pushes, switches modes or looks at the active policy from a process. */
extern struct mutex cfslab_mutex;

#endif
