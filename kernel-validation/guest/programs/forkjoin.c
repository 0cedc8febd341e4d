// SPDX-License-Identifier: GPL-2.0-only
/*
 * forkjoin THREADS MS WORK_US SERIAL_US SKEW_PCT: threads that work for uneven times, meet at a barrier, let the last of them do
 * a serial part, and meet again: the shape of a numeric library. The simulator's generator of the same name.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>
#include "work.h"

static int64_t threads, ms, round_us, serial_us, skew_pct, start, rounds;
static pthread_barrier_t meeting;
static volatile int stop;

static void *member(void *arg)
{
	struct stream random = stream_of(3, (intptr_t)arg);
	int64_t spread = round_us * skew_pct / 100;

	for (;;) {
		work_us(between(&random, round_us - spread, round_us + spread));
		if (pthread_barrier_wait(&meeting) == PTHREAD_BARRIER_SERIAL_THREAD) {
			work_us(serial_us);
			rounds++;
			stop = now_ns() - start >= ms * 1000000;
		}
		pthread_barrier_wait(&meeting);
		if (stop)
			return NULL;
	}
}

int main(int count, char **values)
{
	const char *usage = "forkjoin THREADS MS WORK_US SERIAL_US SKEW_PCT";
	pthread_t *all;
	int64_t i;

	work_setup();
	threads = argument(count, values, 1, usage);
	ms = argument(count, values, 2, usage);
	round_us = argument(count, values, 3, usage);
	serial_us = argument(count, values, 4, usage);
	skew_pct = argument(count, values, 5, usage);
	if (threads < 1 || threads > 1024 || skew_pct > 100)
		return 2;
	all = calloc(threads, sizeof(*all));
	pthread_barrier_init(&meeting, NULL, threads);
	start = now_ns();
	for (i = 0; i < threads; i++)
		pthread_create(&all[i], NULL, member, (void *)(intptr_t)i);
	for (i = 0; i < threads; i++)
		pthread_join(all[i], NULL);
	report("rounds", rounds, now_ns() - start);
	return 0;
}
