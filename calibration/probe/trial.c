/* SPDX-License-Identifier: GPL-2.0-only */
/* One trial: warm the set on one CPU, do something to it, time the first pass after that, then passes once warm again. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/resource.h>
#include "probe.h"

#define STEADY_PASSES 3
#define ATTEMPTS 5
/* After so many attempts in which a yield let another task in, the thread stays without yielding. */
#define YIELDS 2

/* How often the thread was made to wait for another. */
static long preemptions(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nivcsw;
}

/* The set is in no cache but, where `can_flush` is false, perhaps in part in this CPU's. */
static void empty_caches(const struct set *s, const struct scrub *scrub)
{
	if (flush_lines(s->base, s->bytes, s->line))
		return;
	/* Writing takes the lines out of all other caches; sweeping takes them out of this CPU's. */
	for (size_t at = 0; at < s->bytes; at += s->line)
		((volatile char *)s->base)[at + s->line - 1]++;
	sweep(scrub->base, scrub->llc_bytes, s->line);
}

static bool is_move(const struct trial *t)
{
	return t->treatment == RETURNED || (t->treatment == TREATED && t->relation < MOVES);
}

static bool treat(const struct set *s, const struct trial *t, const struct scrub *scrub, int attempt)
{
	switch (t->treatment) {
	case STAYED:
		if (attempt < YIELDS)
			sched_yield();
		return true;
	case RETURNED:
		return pin(t->to) && pin(t->from);
	default:
		if (t->relation == REL_DISPLACED)
			sweep(scrub->base, scrub->private_bytes, s->line);
		else if (t->relation == REL_FLUSHED)
			empty_caches(s, scrub);
		else
			return pin(t->to);
		return true;
	}
}

bool run_trial(struct set *s, const struct trial *t, const struct scrub *scrub, struct sample *result, long *disturbed)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		int64_t steady[STEADY_PASSES];
		long before;

		if (!pin(t->from))
			return false;
		/* Or the other CPU would still have clean lines of an earlier trial. */
		empty_caches(s, scrub);
		warm(s, t->pattern, t->access);
		before = preemptions();
		if (!treat(s, t, scrub, attempt))
			return false;
		/* A move is a switch by itself; without one, whoever ran meanwhile has used the caches. */
		if (is_move(t))
			before = preemptions();
		result->first = timed_walk(s, t->pattern, t->access);
		if (preemptions() != before) {
			++*disturbed;
			continue;
		}
		warm(s, t->pattern, t->access);
		for (int i = 0; i < STEADY_PASSES; i++)
			steady[i] = timed_walk(s, t->pattern, t->access);
		result->steady = quantile(steady, STEADY_PASSES, 0.5);
		return true;
	}
	return false;
}
