/* SPDX-License-Identifier: GPL-2.0-only */
/* cfslab-probe: what a task pays for its caches after a move. How it measures stands in README.md. */
#ifndef CFSLAB_PROBE_H
#define CFSLAB_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EXIT_OPTIONS 2
#define EXIT_MISSING 3

/* ---- options.c ---- */

struct options {
	uint64_t seed;
	int reps;
	size_t min_bytes;
	size_t max_bytes; /* 0: 2 × LLC */
	double seconds;   /* time for the cache part */
	bool quick;
	bool huge_pages;
	const char *cpus; /* NULL: all that are allowed */
	const char *out;  /* NULL: standard output */
};

void parse_options(int argc, char **argv, struct options *o);

/* ---- machine.c ---- */

#define MAX_CPUS 4096
#define MAX_CACHES 8

struct cache {
	int level;
	size_t bytes;
	int cpus; /* allowed CPUs that share it */
};

/* What two CPUs share, from most to least; then two ways to lose a cache without a move. */
enum relation { REL_SMT, REL_LLC, REL_NODE, REL_REMOTE, REL_DISPLACED, REL_FLUSHED, RELATIONS };
#define MOVES (REL_REMOTE + 1)

extern const char *const relation_names[RELATIONS];

struct pair {
	bool measured;
	int from, to;
	const char *why; /* why it was not measured */
};

struct machine {
	int cpus;
	int cpu[MAX_CPUS]; /* allowed CPUs, ascending */
	int core[MAX_CPUS], llc[MAX_CPUS], node[MAX_CPUS]; /* by position in cpu[]; equal numbers share */
	bool caches_known;
	size_t private_bytes, llc_bytes; /* of cpu[0]; guesses where caches_known is false */
	size_t line_bytes;
	struct cache cache[MAX_CACHES];
	int caches;
	char model[128], kernel[160];
	struct pair pair[RELATIONS];
};

void find_machine(struct machine *m, const struct options *o);
/* False where the kernel refuses; the thread is on `cpu` when it returns true. */
bool pin(int cpu);

/* ---- walk.c ---- */

enum pattern { CHASE, STREAM, PATTERNS };
enum access { READ, WRITE, ACCESSES };

struct set {
	char *base;
	size_t bytes, line, lines;
	char *first, *last; /* ends of the chain */
	bool backward;      /* direction of the next pass */
};

/* Pages of the node that the caller runs on; exits where there is no memory. */
char *new_pages(size_t bytes, bool huge);
/* Links the lines into a chain in random order. */
void build_chain(struct set *s, char *base, size_t bytes, size_t line, uint64_t *rng);
/* One pass over every line, each the other way round than the one before. */
void walk(struct set *s, enum pattern pattern, enum access access);
/* One timed pass, ns. */
int64_t timed_walk(struct set *s, enum pattern pattern, enum access access);
/* Walks until passes get no faster. */
void warm(struct set *s, enum pattern pattern, enum access access);
/* Reads every line of some other memory, so that it takes the place of what was in the caches. */
void sweep(const char *base, size_t bytes, size_t line);
/* Takes the lines out of all caches of the machine, clean. False where the processor has no instruction for it. */
bool flush_lines(const char *base, size_t bytes, size_t line);
extern const bool can_flush;

/* ---- trial.c ---- */

enum treatment { STAYED, RETURNED, TREATED, TREATMENTS };

struct trial {
	enum relation relation;
	int from, to;
	enum pattern pattern;
	enum access access;
	enum treatment treatment;
};

struct scrub {
	char *base;
	size_t private_bytes, llc_bytes; /* how much to sweep to displace a cache */
};

struct sample {
	int64_t first, steady; /* ns */
};

/* False where the pass was disturbed (another task ran meanwhile) time after time. `disturbed` is counted up. */
bool run_trial(struct set *s, const struct trial *t, const struct scrub *scrub, struct sample *result, long *disturbed);

/* ---- plan.c ---- */

#define MAX_SIZES 64
#define MAX_REPS 1000

struct cell {
	int n;
	int64_t *extra, *first, *steady; /* ns */
};

struct results {
	int sizes;
	size_t size[MAX_SIZES];
	/* [relation][size][pattern][access][treatment] */
	struct cell cell[RELATIONS][MAX_SIZES][PATTERNS][ACCESSES][TREATMENTS];
	long disturbed;
	bool cut; /* the time was up before all repetitions were done */
	double seconds;
};

void run_plan(struct results *r, const struct machine *m, const struct options *o);

/* ---- direct.c ---- */

#define BATCHES 15

struct batch {
	int n;
	int64_t ns[BATCHES];
};

struct direct {
	struct batch pipe_self; /* write and read of one byte by the same thread */
	struct batch ping_pong; /* one way, both threads on one CPU */
	struct batch write_plain; /* a write that wakes nobody */
	struct batch write_waking[MOVES]; /* a write that wakes a thread on the other CPU */
	struct batch wake_latency[MOVES]; /* from before that write until the woken thread has read */
	struct batch move_call[MOVES];    /* sched_setaffinity() to the other CPU */
};

void run_direct(struct direct *d, const struct machine *m, const struct options *o);

/* ---- output.c ---- */

struct timer {
	int64_t resolution, step, overhead; /* ns */
};

/* Writes all of it or nothing; exits where the disk refuses. */
void write_results(const struct options *o, const struct machine *m, const struct timer *t, struct results *r,
		   const struct direct *d);

/* ---- util.c ---- */

int64_t now_ns(void);
void check_timer(struct timer *t);
uint64_t next_random(uint64_t *state);
/* 0…n−1 */
size_t random_below(uint64_t *state, size_t n);
void shuffle(int *order, int n, uint64_t *state);
void *must_alloc(size_t bytes);
/* Sorts `v`; the quantile by linear interpolation, rounded down. */
int64_t quantile(int64_t *v, int n, double p);
/* Prints one line to standard error and exits. */
_Noreturn void die(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
