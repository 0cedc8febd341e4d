/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is measured in which order. A round measures everything once, in random order, so that a machine that gets slower
 * meanwhile blurs all of it alike; rounds are repeated. When the time is up the plan stops where it is.
 */
#define _GNU_SOURCE
#include "probe.h"

#define COMBINATIONS (PATTERNS * ACCESSES * TREATMENTS)

struct plan {
	struct results *r;
	const struct machine *m;
	const struct options *o;
	struct scrub scrub;
	char *base[RELATIONS]; /* working sets, on the node of the pair's first CPU */
	uint64_t rng;
	int64_t end_ns;
	bool failed[RELATIONS];
};

static void choose_sizes(struct results *r, const struct machine *m, const struct options *o)
{
	const size_t most = (size_t)256 << 20;
	size_t max = o->max_bytes;

	if (max == 0)
		max = o->quick && 4 * m->private_bytes < 2 * m->llc_bytes ? 4 * m->private_bytes : 2 * m->llc_bytes;
	if (o->max_bytes == 0 && max > most)
		max = most;
	if (max < o->min_bytes)
		max = o->min_bytes;
	/* Powers of two times the smallest; in full also the points half way, as long as they take little time. */
	for (size_t size = o->min_bytes; size <= max && r->sizes + 1 < MAX_SIZES; size *= 2) {
		r->size[r->sizes++] = size / m->line_bytes * m->line_bytes;
		if (!o->quick && size + size / 2 <= max && size <= 4 * m->private_bytes)
			r->size[r->sizes++] = (size + size / 2) / m->line_bytes * m->line_bytes;
	}
}

/*
 * Sets far beyond the private cache tell only of the last-level cache and take nearly all of the time, so they are
 * measured in one round of four, and not in the first: what matters most comes before the time is up.
 */
static bool is_turn(const struct plan *p, size_t bytes, int round)
{
	int rounds = p->o->reps;

	return bytes <= 4 * p->m->private_bytes || round % 4 == (rounds < 4 ? rounds - 1 : 3);
}

/* Whether this size tells something: a displaced private cache only where the last-level cache still holds the set. */
static bool of_use(const struct plan *p, int relation, size_t bytes)
{
	if (!p->m->pair[relation].measured || p->failed[relation])
		return false;
	return relation != REL_DISPLACED || bytes + p->scrub.private_bytes <= p->m->llc_bytes;
}

static void prepare_memory(struct plan *p)
{
	const struct machine *m = p->m;
	size_t max = p->r->size[p->r->sizes - 1];

	p->scrub.private_bytes = 2 * m->private_bytes;
	p->scrub.llc_bytes = 2 * m->llc_bytes;
	for (int relation = 0; relation < RELATIONS; relation++) {
		const struct pair *pair = &m->pair[relation];

		if (!pair->measured)
			continue;
		/* Pages come from the node of the CPU that touches them first. */
		if (!pin(pair->from))
			die(EXIT_MISSING, "CPU %d cannot be used", pair->from);
		for (int earlier = 0; earlier < relation; earlier++)
			if (p->base[earlier] != NULL && m->pair[earlier].from == pair->from)
				p->base[relation] = p->base[earlier];
		if (p->base[relation] == NULL)
			p->base[relation] = new_pages(max, p->o->huge_pages);
	}
	p->scrub.base = new_pages(can_flush ? p->scrub.private_bytes : p->scrub.llc_bytes, p->o->huge_pages);
}

static void measure_one(struct plan *p, struct set *set, int relation, int size, int combination)
{
	const struct pair *pair = &p->m->pair[relation];
	struct trial t = {
		.relation = (enum relation)relation, .from = pair->from, .to = pair->to,
		.pattern = (enum pattern)(combination / (ACCESSES * TREATMENTS)),
		.access = (enum access)(combination / TREATMENTS % ACCESSES),
		.treatment = (enum treatment)(combination % TREATMENTS),
	};
	struct cell *cell = &p->r->cell[relation][size][t.pattern][t.access][t.treatment];
	struct sample sample;

	if (relation >= MOVES && t.treatment == RETURNED)
		return;
	if (!run_trial(set, &t, &p->scrub, &sample, &p->r->disturbed))
		return;
	if (cell->n == 0) {
		cell->extra = must_alloc((size_t)p->o->reps * sizeof(*cell->extra));
		cell->first = must_alloc((size_t)p->o->reps * sizeof(*cell->first));
		cell->steady = must_alloc((size_t)p->o->reps * sizeof(*cell->steady));
	}
	cell->extra[cell->n] = sample.first - sample.steady;
	cell->first[cell->n] = sample.first;
	cell->steady[cell->n++] = sample.steady;
}

/* Everything of one relation and size, with one chain. */
static void measure_block(struct plan *p, int relation, int size)
{
	int order[COMBINATIONS];
	struct set set;

	if (!pin(p->m->pair[relation].from)) {
		p->failed[relation] = true;
		return;
	}
	build_chain(&set, p->base[relation], p->r->size[size], p->m->line_bytes, &p->rng);
	for (int i = 0; i < COMBINATIONS; i++)
		order[i] = i;
	shuffle(order, COMBINATIONS, &p->rng);
	for (int i = 0; i < COMBINATIONS && now_ns() < p->end_ns; i++)
		measure_one(p, &set, relation, size, order[i]);
}

void run_plan(struct results *r, const struct machine *m, const struct options *o)
{
	struct plan p = { .r = r, .m = m, .o = o, .rng = o->seed };
	int order[RELATIONS * MAX_SIZES], blocks = 0;
	int64_t start = now_ns();

	choose_sizes(r, m, o);
	prepare_memory(&p);
	for (int relation = 0; relation < RELATIONS; relation++)
		for (int size = 0; size < r->sizes; size++)
			if (of_use(&p, relation, r->size[size]))
				order[blocks++] = relation * MAX_SIZES + size;
	p.end_ns = start + (int64_t)(o->seconds * 1e9);
	for (int round = 0; round < o->reps && !r->cut; round++) {
		fprintf(stderr, "cfslab-probe: caches, round %d of %d, %.0f s of at most %.0f s\n", round + 1, o->reps,
			(double)(now_ns() - start) / 1e9, o->seconds);
		shuffle(order, blocks, &p.rng);
		for (int i = 0; i < blocks && !r->cut; i++) {
			if (is_turn(&p, r->size[order[i] % MAX_SIZES], round))
				measure_block(&p, order[i] / MAX_SIZES, order[i] % MAX_SIZES);
			r->cut = now_ns() >= p.end_ns;
		}
	}
	r->seconds = (double)(now_ns() - start) / 1e9;
}
