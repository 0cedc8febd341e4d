/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include "probe.h"

int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The clock as it says it is, and as it is: the smallest step seen, and what a reading takes. */
void check_timer(struct timer *t)
{
	struct timespec resolution;
	int64_t start, last;
	const int readings = 20000;

	if (clock_getres(CLOCK_MONOTONIC_RAW, &resolution) != 0)
		die(EXIT_MISSING, "this kernel has no CLOCK_MONOTONIC_RAW");
	t->resolution = (int64_t)resolution.tv_sec * 1000000000 + resolution.tv_nsec;
	t->step = INT64_MAX;
	start = last = now_ns();
	for (int i = 0; i < readings; i++) {
		int64_t now = now_ns();

		if (now > last && now - last < t->step)
			t->step = now - last;
		last = now;
	}
	t->overhead = (last - start) / readings;
	if (t->step > 1000)
		die(EXIT_MISSING, "the clock moves in steps of %lld ns; 1000 ns at most are of use",
		    (long long)t->step);
}

/* splitmix64 */
uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

size_t random_below(uint64_t *state, size_t n)
{
	return (size_t)(next_random(state) % n);
}

void shuffle(int *order, int n, uint64_t *state)
{
	for (int i = n - 1; i > 0; i--) {
		int j = (int)random_below(state, (size_t)i + 1);
		int other = order[j];

		order[j] = order[i];
		order[i] = other;
	}
}

void *must_alloc(size_t bytes)
{
	void *p = calloc(1, bytes);

	if (p == NULL)
		die(EXIT_MISSING, "no memory for %zu bytes", bytes);
	return p;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t quantile(int64_t *v, int n, double p)
{
	double at = p * (n - 1);
	int low = (int)at;

	qsort(v, (size_t)n, sizeof(*v), compare);
	if (low >= n - 1)
		return v[n - 1];
	return v[low] + (int64_t)((double)(v[low + 1] - v[low]) * (at - low));
}

void die(int code, const char *format, ...)
{
	va_list arguments;

	fputs("cfslab-probe: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(code);
}
