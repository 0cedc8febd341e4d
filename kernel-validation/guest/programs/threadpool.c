// SPDX-License-Identifier: GPL-2.0-only
/*
 * threadpool WORKERS MS HOGS MIN_US MAX_US IDLE_US HOG_MS: a pool of threads wider than the machine. Workers run short bursts;
 * after a third of them a worker wakes a peer and waits for its own turn, though not for ever, and sleeps otherwise. Background
 * threads burn CPU in long bursts. The simulator's generator of the same name.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "work.h"

#define MOST 1024

static int64_t workers, hogs, min_us, max_us, idle_us, hog_ms;
static sem_t turn[MOST];
static volatile int stop;
static int64_t done[MOST][8];	/* a line of the cache for each worker */

static void wait_for_turn(int64_t me, int64_t us)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += us * 1000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	sem_timedwait(&turn[me], &until);
}

static void *worker(void *arg)
{
	int64_t me = (intptr_t)arg;
	struct stream random = stream_of(1, me);

	prctl(PR_SET_NAME, "worker");
	while (!stop) {
		work_us(between(&random, min_us, max_us));
		done[me][0]++;
		if (between(&random, 0, 2) == 0) {
			sem_post(&turn[between(&random, 0, workers - 1)]);
			wait_for_turn(me, between(&random, 200, 200 + 2 * idle_us));
		} else if (idle_us) {
			usleep(between(&random, 50, 50 + 2 * idle_us));
		}
	}
	return NULL;
}

static void *hog(void *arg)
{
	struct stream random = stream_of(2, (intptr_t)arg);

	prctl(PR_SET_NAME, "compaction");
	while (!stop) {
		int64_t quarters = 4 * between(&random, hog_ms / 2, hog_ms + hog_ms / 2);

		while (quarters-- > 0 && !stop)
			work_us(250);
		usleep(between(&random, 2000, 2000 + 500 * hog_ms));
	}
	return NULL;
}

int main(int count, char **values)
{
	const char *usage = "threadpool WORKERS MS HOGS MIN_US MAX_US IDLE_US HOG_MS";
	int64_t sum = 0, ms, start, i;
	pthread_t thread;

	work_setup();
	workers = argument(count, values, 1, usage);
	ms = argument(count, values, 2, usage);
	hogs = argument(count, values, 3, usage);
	min_us = argument(count, values, 4, usage);
	max_us = argument(count, values, 5, usage);
	idle_us = argument(count, values, 6, usage);
	hog_ms = argument(count, values, 7, usage);
	if (workers < 1 || workers > MOST || min_us < 1 || max_us < min_us)
		return 2;
	start = now_ns();
	for (i = 0; i < workers; i++)
		sem_init(&turn[i], 0, 0);
	for (i = 0; i < hogs; i++)
		pthread_create(&thread, NULL, hog, (void *)(intptr_t)i);
	for (i = 0; i < workers; i++)
		pthread_create(&thread, NULL, worker, (void *)(intptr_t)i);
	while (now_ns() - start < ms * 1000000)
		usleep(10000);
	stop = 1;
	for (i = 0; i < workers; i++)
		sum += done[i][0];
	report("bursts", sum, now_ns() - start);
	_exit(0);
}
