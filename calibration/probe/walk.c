/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The working set and the ways to walk it.
 *
 * Each line begins with a struct node. Every pass goes the other way round than the one before: under LRU the lines
 * touched last are then met first, so of a set larger than the cache a pass still finds a cache full of lines, as it
 * does in cfslab's model. Passes that always began at the same end would find none.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include "probe.h"

/* Beyond this a pass takes milliseconds, and one that gets no faster is enough. */
#define MANY_PASSES_BYTES ((size_t)4 << 20)

struct node {
	struct node *next, *prev;
	uint64_t value;
};

/* Keeps what was read, so that the compiler cannot leave the reading out. */
static volatile uint64_t sink;

char *new_pages(size_t bytes, bool huge)
{
	const size_t big = 2u << 20;
	size_t length = (bytes + big - 1) / big * big;
	char *base = mmap(NULL, length + big, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base == MAP_FAILED)
		die(EXIT_MISSING, "no memory for %zu bytes", length);
	base += (big - (uintptr_t)base % big) % big;
	/* Advice only: where it is not taken, pages are what the kernel gives. */
	(void)madvise(base, length, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	for (size_t at = 0; at < bytes; at += 4096)
		((volatile char *)base)[at] = 1;
	return base;
}

void build_chain(struct set *s, char *base, size_t bytes, size_t line, uint64_t *rng)
{
	size_t lines = bytes / line;
	uint32_t *order = must_alloc(lines * sizeof(*order));

	for (size_t i = 0; i < lines; i++)
		order[i] = (uint32_t)i;
	for (size_t i = lines - 1; i > 0; i--) {
		size_t j = random_below(rng, i + 1);
		uint32_t other = order[j];

		order[j] = order[i];
		order[i] = other;
	}
	for (size_t i = 0; i < lines; i++) {
		struct node *n = (struct node *)(base + order[i] * line);

		n->next = (struct node *)(base + order[(i + 1) % lines] * line);
		n->prev = (struct node *)(base + order[(i + lines - 1) % lines] * line);
		n->value = 0;
	}
	*s = (struct set){ .base = base, .bytes = bytes, .line = line, .lines = lines,
			   .first = base + order[0] * line, .last = base + order[lines - 1] * line };
	free(order);
}

static void chase(const struct set *s, bool write)
{
	struct node *p = (struct node *)(s->backward ? s->last : s->first);
	size_t n = s->lines;

	if (!write && !s->backward)
		while (n-- != 0)
			p = *(struct node *volatile *)&p->next;
	else if (!write)
		while (n-- != 0)
			p = *(struct node *volatile *)&p->prev;
	else if (!s->backward)
		for (; n != 0; n--, p = p->next)
			(*(volatile uint64_t *)&p->value)++;
	else
		for (; n != 0; n--, p = p->prev)
			(*(volatile uint64_t *)&p->value)++;
	sink = (uintptr_t)p;
}

static void stream(const struct set *s, bool write)
{
	ptrdiff_t step = s->backward ? -(ptrdiff_t)s->line : (ptrdiff_t)s->line;
	char *at = s->backward ? s->base + (s->lines - 1) * s->line : s->base;
	uint64_t sum = 0;

	if (write)
		for (size_t n = s->lines; n != 0; n--, at += step)
			(*(volatile uint64_t *)&((struct node *)at)->value)++;
	else
		for (size_t n = s->lines; n != 0; n--, at += step)
			sum += *(volatile uint64_t *)&((struct node *)at)->value;
	sink = sum;
}

void walk(struct set *s, enum pattern pattern, enum access access)
{
	if (pattern == CHASE)
		chase(s, access == WRITE);
	else
		stream(s, access == WRITE);
	s->backward = !s->backward;
}

int64_t timed_walk(struct set *s, enum pattern pattern, enum access access)
{
	int64_t start = now_ns();

	walk(s, pattern, access);
	return now_ns() - start;
}

void warm(struct set *s, enum pattern pattern, enum access access)
{
	int64_t best = timed_walk(s, pattern, access);
	int least = s->bytes > MANY_PASSES_BYTES ? 1 : 3, most = s->bytes > MANY_PASSES_BYTES ? 8 : 20;

	/* Replacement is not true LRU: a set near a cache's size settles over a few passes. */
	for (int pass = 1; pass < most; pass++) {
		int64_t ns = timed_walk(s, pattern, access);

		if (pass >= least && ns > best - best / 32)
			return;
		if (ns < best)
			best = ns;
	}
}

void sweep(const char *base, size_t bytes, size_t line)
{
	uint64_t sum = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t at = 0; at < bytes; at += line)
			sum += *(const volatile uint64_t *)(base + at);
	sink = sum;
}

#if defined(__x86_64__) || (defined(__i386__) && defined(__SSE2__))
const bool can_flush = true;

bool flush_lines(const char *base, size_t bytes, size_t line)
{
	__builtin_ia32_mfence();
	for (size_t at = 0; at < bytes; at += line)
		__builtin_ia32_clflush(base + at);
	__builtin_ia32_mfence();
	return true;
}
#else
const bool can_flush = false;

bool flush_lines(const char *base, size_t bytes, size_t line)
{
	(void)base;
	(void)bytes;
	(void)line;
	return false;
}
#endif
