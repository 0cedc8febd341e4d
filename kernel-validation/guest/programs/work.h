/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the workload programs have in common: work that is counted and not timed, numbers drawn from a seed, and the line that
 * says what was done.
 *
 * Environment: SEED (1) of everything drawn; LOOPS_PER_US (500), how many rounds of the loop are a µs of CPU time. A round is two
 * instructions, so 500 are a µs where an instruction takes a ns, as in the laboratory; elsewhere `spinrate` measures it.
 */
#ifndef WORK_H
#define WORK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t number_of(const char *name, int64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoll(text, NULL, 10) : otherwise;
}

static inline int64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int64_t loops_per_us = 500;

/* Burns so many µs of CPU time, whoever else runs meanwhile. */
static inline void work_us(int64_t us)
{
	int64_t loops = us * loops_per_us;

	if (loops > 0)
		__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(loops) : : "cc");
}

static uint64_t seed = 1;

static inline void work_setup(void)
{
	loops_per_us = number_of("LOOPS_PER_US", 500);
	seed = number_of("SEED", 1);
}

/* A stream of random numbers of its own for each thread: splitmix64. */
struct stream {
	uint64_t state;
};

static inline uint64_t draw(struct stream *stream)
{
	uint64_t z = stream->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline struct stream stream_of(uint64_t kind, uint64_t index)
{
	struct stream stream = { seed * 0x100000001b3ULL + kind * 0x10001 + index };

	draw(&stream);
	return stream;
}

/* Uniform in low…high, both included. */
static inline int64_t between(struct stream *stream, int64_t low, int64_t high)
{
	return low + (int64_t)(draw(stream) % (uint64_t)(high - low + 1));
}

/* The line that the harness reads. */
static inline void report(const char *unit, int64_t work, int64_t ns)
{
	printf("cfslab: result work=%lld unit=%s ns=%lld\n", (long long)work, unit, (long long)ns);
	fflush(stdout);
}

/* An argument that must be there. */
static inline int64_t argument(int count, char **values, int which, const char *usage)
{
	if (which >= count) {
		fprintf(stderr, "usage: %s\n", usage);
		exit(2);
	}
	return strtoll(values[which], NULL, 10);
}

#endif
