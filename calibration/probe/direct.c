/* SPDX-License-Identifier: GPL-2.0-only */
/* What switches, wake-ups and moves cost by themselves, with pipes between two threads. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>
#include "probe.h"

/* Long enough that the other thread sleeps and its CPU is idle. */
#define SETTLE_NS 50000

struct partner {
	int cpu;
	int in, out;
	bool stamp; /* answer with the time of waking */
};

static void send(int fd, int64_t value)
{
	while (write(fd, &value, sizeof(value)) != sizeof(value))
		if (errno != EINTR)
			die(EXIT_MISSING, "a pipe cannot be written");
}

/* False at the end of the pipe. */
static bool receive(int fd, int64_t *value)
{
	ssize_t n;

	while ((n = read(fd, value, sizeof(*value))) < 0 && errno == EINTR)
		;
	return n == sizeof(*value);
}

static void *answer(void *argument)
{
	const struct partner *p = argument;
	int64_t value;

	if (!pin(p->cpu))
		die(EXIT_MISSING, "CPU %d cannot be used", p->cpu);
	while (receive(p->in, &value))
		send(p->out, p->stamp ? now_ns() : value);
	return NULL;
}

struct link {
	struct partner partner;
	int to[2], from[2];
	pthread_t thread;
};

static void open_link(struct link *l, int cpu, bool stamp)
{
	if (pipe2(l->to, O_CLOEXEC) != 0 || pipe2(l->from, O_CLOEXEC) != 0)
		die(EXIT_MISSING, "no pipe can be made");
	l->partner = (struct partner){ .cpu = cpu, .in = l->to[0], .out = l->from[1], .stamp = stamp };
	if (pthread_create(&l->thread, NULL, answer, &l->partner) != 0)
		die(EXIT_MISSING, "no thread can be made");
}

static void close_link(struct link *l)
{
	close(l->to[1]);
	pthread_join(l->thread, NULL);
	close(l->to[0]);
	close(l->from[0]);
	close(l->from[1]);
}

static void round_trip(struct link *l, int64_t *value)
{
	send(l->to[1], 0);
	if (!receive(l->from[0], value))
		die(EXIT_MISSING, "a pipe cannot be read");
}

static void settle(void)
{
	struct timespec t = { .tv_nsec = SETTLE_NS };

	nanosleep(&t, NULL);
}

static void add(struct batch *b, int64_t ns)
{
	b->ns[b->n++] = ns;
}

static void one_cpu(struct direct *d, int cpu, int batches, int rounds)
{
	struct link l;
	int own[2];
	int64_t value;

	if (!pin(cpu) || pipe2(own, O_CLOEXEC) != 0)
		die(EXIT_MISSING, "no pipe can be made on CPU %d", cpu);
	open_link(&l, cpu, false);
	for (int b = 0; b < batches; b++) {
		int64_t start = now_ns(), writing = 0, between;

		for (int i = 0; i < rounds; i++) {
			send(own[1], 0);
			receive(own[0], &value);
		}
		between = now_ns();
		add(&d->pipe_self, (between - start) / rounds);
		for (int i = 0; i < rounds; i++)
			round_trip(&l, &value);
		add(&d->ping_pong, (now_ns() - between) / (2 * rounds));
		for (int i = 0; i < rounds; i++) {
			start = now_ns();
			send(own[1], 0);
			writing += now_ns() - start;
			receive(own[0], &value);
		}
		add(&d->write_plain, writing / rounds);
	}
	close_link(&l);
	close(own[0]);
	close(own[1]);
}

static void two_cpus(struct direct *d, int relation, const struct pair *p, int batches, int rounds)
{
	int64_t call[1000], latency[1000];
	struct link l;

	if (!pin(p->from))
		return;
	open_link(&l, p->to, true);
	for (int b = 0; b < batches; b++) {
		for (int i = 0; i < rounds; i++) {
			int64_t start, end, woken;

			settle();
			start = now_ns();
			send(l.to[1], 0);
			end = now_ns();
			if (!receive(l.from[0], &woken))
				die(EXIT_MISSING, "a pipe cannot be read");
			call[i] = end - start;
			latency[i] = woken - start;
		}
		add(&d->write_waking[relation], quantile(call, rounds, 0.5));
		add(&d->wake_latency[relation], quantile(latency, rounds, 0.5));
	}
	close_link(&l);
	for (int b = 0; b < batches; b++) {
		for (int i = 0; i < rounds; i++) {
			int64_t start;

			if (!pin(p->from))
				return;
			start = now_ns();
			if (!pin(p->to))
				return;
			call[i] = now_ns() - start;
		}
		add(&d->move_call[relation], quantile(call, rounds, 0.5));
	}
}

void run_direct(struct direct *d, const struct machine *m, const struct options *o)
{
	int batches = o->quick ? 7 : BATCHES;

	fprintf(stderr, "cfslab-probe: switches and wake-ups\n");
	one_cpu(d, m->cpu[0], batches, o->quick ? 2000 : 20000);
	for (int relation = 0; relation < MOVES; relation++)
		if (m->pair[relation].measured)
			two_cpus(d, relation, &m->pair[relation], batches, o->quick ? 100 : 1000);
}
