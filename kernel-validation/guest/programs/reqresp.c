// SPDX-License-Identifier: GPL-2.0-only
/*
 * reqresp CLIENTS WORKERS MS: a server under closed-loop clients. Requests go through one queue to the workers; every second one
 * is a write that also goes to a commit log, and two compaction threads burn CPU in bursts. The simulator's generator of the
 * same name.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "work.h"

struct request {
	struct request *next;
	pthread_cond_t answered;
	int is_write;
	int done;
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct request *first, **end;
};

static struct queue requests, commits;
static volatile int stop;
static int64_t ms, start, served;

static void make_queue(struct queue *queue)
{
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->filled, NULL);
	queue->first = NULL;
	queue->end = &queue->first;
}

static void put(struct queue *queue, struct request *request)
{
	request->next = NULL;
	pthread_mutex_lock(&queue->lock);
	*queue->end = request;
	queue->end = &request->next;
	pthread_cond_signal(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
}

static struct request *take(struct queue *queue)
{
	struct request *request;

	pthread_mutex_lock(&queue->lock);
	while (!queue->first)
		pthread_cond_wait(&queue->filled, &queue->lock);
	request = queue->first;
	queue->first = request->next;
	if (!queue->first)
		queue->end = &queue->first;
	pthread_mutex_unlock(&queue->lock);
	return request;
}

static void *client(void *arg)
{
	struct stream random = stream_of(4, (intptr_t)arg);
	struct request request = { 0 };

	pthread_cond_init(&request.answered, NULL);
	prctl(PR_SET_NAME, "client");
	for (;;) {
		usleep(between(&random, 400, 3599));
		work_us(between(&random, 5, 24));
		request.done = 0;
		request.is_write = between(&random, 0, 1);
		put(&requests, &request);
		pthread_mutex_lock(&requests.lock);
		while (!request.done)
			pthread_cond_wait(&request.answered, &requests.lock);
		pthread_mutex_unlock(&requests.lock);
	}
	return NULL;
}

static void *worker(void *arg)
{
	struct stream random = stream_of(5, (intptr_t)arg);

	prctl(PR_SET_NAME, "mutation");
	for (;;) {
		struct request *request = take(&requests);

		work_us(request->is_write ? between(&random, 30, 119) : between(&random, 60, 359));
		if (request->is_write)
			put(&commits, calloc(1, sizeof(*request)));
		pthread_mutex_lock(&requests.lock);
		request->done = 1;
		served++;
		pthread_cond_signal(&request->answered);
		pthread_mutex_unlock(&requests.lock);
	}
	return NULL;
}

static void *commit_log(void *arg)
{
	(void)arg;
	prctl(PR_SET_NAME, "commitlog");
	for (;;) {
		struct request *request = take(&commits);

		work_us(15);
		free(request);
	}
	return NULL;
}

static void *compaction(void *arg)
{
	struct stream random = stream_of(6, (intptr_t)arg);
	int i;

	prctl(PR_SET_NAME, "compaction");
	for (;;) {
		usleep(between(&random, 20000, 79999));
		for (i = 0; i < 40; i++)
			work_us(1000);
	}
	return NULL;
}

int main(int count, char **values)
{
	const char *usage = "reqresp CLIENTS WORKERS MS";
	int64_t clients, workers, i;
	pthread_t thread;

	work_setup();
	clients = argument(count, values, 1, usage);
	workers = argument(count, values, 2, usage);
	ms = argument(count, values, 3, usage);
	make_queue(&requests);
	make_queue(&commits);
	start = now_ns();
	for (i = 0; i < workers; i++)
		pthread_create(&thread, NULL, worker, (void *)(intptr_t)i);
	pthread_create(&thread, NULL, commit_log, NULL);
	for (i = 0; i < 2; i++)
		pthread_create(&thread, NULL, compaction, (void *)(intptr_t)i);
	for (i = 0; i < clients; i++)
		pthread_create(&thread, NULL, client, (void *)(intptr_t)i);
	while (now_ns() - start < ms * 1000000)
		usleep(10000);
	report("requests", served, now_ns() - start);
	_exit(0);
}
