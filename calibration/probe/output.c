/* SPDX-License-Identifier: GPL-2.0-only */
/* The results as JSON, whole or not at all. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "probe.h"

static const char *const pattern_names[PATTERNS] = { "chase", "stream" };
static const char *const access_names[ACCESSES] = { "read", "write" };
static const char *const treatment_names[TREATMENTS] = { "stayed", "returned", "treated" };

static void text(FILE *f, const char *s)
{
	fputc('"', f);
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		/* Names that the machine gives are ASCII; what is not is of no use to anybody. */
		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else
			fputc(c < 0x20 || c > 0x7e ? '?' : c, f);
	}
	fputc('"', f);
}

static void distribution(FILE *f, const int64_t *samples, int n)
{
	int64_t *sorted = must_alloc((size_t)n * sizeof(*sorted));

	memcpy(sorted, samples, (size_t)n * sizeof(*sorted));
	fprintf(f, "\"n\": %d, \"q1\": %lld, \"median\": %lld, \"q3\": %lld", n, (long long)quantile(sorted, n, 0.25),
		(long long)quantile(sorted, n, 0.5), (long long)quantile(sorted, n, 0.75));
	free(sorted);
}

static void cell_out(FILE *f, const char *name, const struct cell *c)
{
	int64_t *sorted = must_alloc((size_t)c->n * sizeof(*sorted));

	fprintf(f, ", \"%s\": {", name);
	distribution(f, c->extra, c->n);
	memcpy(sorted, c->first, (size_t)c->n * sizeof(*sorted));
	fprintf(f, ", \"firstNs\": %lld", (long long)quantile(sorted, c->n, 0.5));
	memcpy(sorted, c->steady, (size_t)c->n * sizeof(*sorted));
	fprintf(f, ", \"steadyNs\": %lld, \"samples\": [", (long long)quantile(sorted, c->n, 0.5));
	for (int i = 0; i < c->n; i++)
		fprintf(f, "%s%lld", i == 0 ? "" : ", ", (long long)c->extra[i]);
	fputs("]}", f);
	free(sorted);
}

/* A point needs what was done and one control at least. */
static bool complete(struct cell *const cells)
{
	return cells[TREATED].n > 0 && cells[STAYED].n > 0;
}

static void curves_out(FILE *f, struct results *r)
{
	const char *between = "\n";

	for (int i = 0; i < RELATIONS * PATTERNS * ACCESSES; i++) {
		int relation = i / (PATTERNS * ACCESSES), pattern = i / ACCESSES % PATTERNS, access = i % ACCESSES;
		bool open = false;

		for (int size = 0; size < r->sizes; size++) {
			struct cell *cells = r->cell[relation][size][pattern][access];

			if (!complete(cells))
				continue;
			if (!open)
				fprintf(f, "%s    {\"relation\": \"%s\", \"pattern\": \"%s\", \"access\": \"%s\", \"points\": [", between,
					relation_names[relation], pattern_names[pattern], access_names[access]);
			fprintf(f, "%s\n      {\"bytes\": %zu", open ? "," : "", r->size[size]);
			for (int t = 0; t < TREATMENTS; t++)
				if (cells[t].n > 0)
					cell_out(f, treatment_names[t], &cells[t]);
			fputc('}', f);
			open = true;
			between = ",\n";
		}
		if (open)
			fputs("\n    ]}", f);
	}
}

static void batch_out(FILE *f, const char *before, const char *name, const struct batch *b)
{
	if (b->n == 0)
		return;
	fprintf(f, "%s\"%s\": {", before, name);
	distribution(f, b->ns, b->n);
	fputs("}", f);
}

static void direct_out(FILE *f, const struct machine *m, const struct direct *d)
{
	const char *between = "";

	fputs("  \"direct\": {\n", f);
	batch_out(f, "    ", "pipeSelfNs", &d->pipe_self);
	batch_out(f, ",\n    ", "pingPongNs", &d->ping_pong);
	batch_out(f, ",\n    ", "writePlainNs", &d->write_plain);
	fputs(",\n    \"across\": [", f);
	for (int r = 0; r < MOVES; r++) {
		if (!m->pair[r].measured || d->move_call[r].n == 0)
			continue;
		fprintf(f, "%s\n      {\"relation\": \"%s\"", between, relation_names[r]);
		batch_out(f, ", ", "writeWakingNs", &d->write_waking[r]);
		batch_out(f, ", ", "wakeLatencyNs", &d->wake_latency[r]);
		batch_out(f, ", ", "moveCallNs", &d->move_call[r]);
		fputc('}', f);
		between = ",";
	}
	fputs("]\n  },\n", f);
}

static void machine_out(FILE *f, const struct machine *m)
{
	fputs("  \"machine\": {\n    \"model\": ", f);
	text(f, m->model);
	fputs(",\n    \"kernel\": ", f);
	text(f, m->kernel);
	fputs(",\n    \"cpus\": [", f);
	for (int i = 0; i < m->cpus; i++)
		fprintf(f, "%s%d", i == 0 ? "" : ", ", m->cpu[i]);
	fprintf(f, "],\n    \"lineBytes\": %zu,\n", m->line_bytes);
	if (m->caches_known)
		fprintf(f, "    \"privateBytes\": %zu,\n    \"llcBytes\": %zu,\n", m->private_bytes, m->llc_bytes);
	else
		fputs("    \"privateBytes\": null,\n    \"llcBytes\": null,\n", f);
	fputs("    \"caches\": [", f);
	for (int i = 0; i < m->caches; i++)
		fprintf(f, "%s{\"level\": %d, \"bytes\": %zu, \"cpus\": %d}", i == 0 ? "" : ", ", m->cache[i].level,
			m->cache[i].bytes, m->cache[i].cpus);
	fputs("],\n    \"relations\": [", f);
	for (int r = 0; r < RELATIONS; r++) {
		const struct pair *p = &m->pair[r];

		fprintf(f, "%s\n      {\"name\": \"%s\", \"measured\": %s", r == 0 ? "" : ",", relation_names[r],
			p->measured ? "true" : "false");
		if (p->measured)
			fprintf(f, ", \"from\": %d, \"to\": %d}", p->from, p->to);
		else
			fprintf(f, ", \"why\": \"%s\"}", p->why);
	}
	fputs("\n    ]\n  },\n", f);
}

static void everything_out(FILE *f, const struct options *o, const struct machine *m, const struct timer *t,
			   struct results *r, const struct direct *d)
{
	fputs("{\n  \"format\": \"cfslab-probe\",\n  \"version\": 1,\n", f);
	fprintf(f, "  \"settings\": {\"seed\": %llu, \"reps\": %d, \"seconds\": %g, \"quick\": %s, \"pages\": \"%s\", "
		   "\"cleaning\": \"%s\"},\n",
		(unsigned long long)o->seed, o->reps, o->seconds, o->quick ? "true" : "false", o->huge_pages ? "huge" : "4k",
		can_flush ? "clflush" : "sweep");
	machine_out(f, m);
	fprintf(f, "  \"timer\": {\"resolutionNs\": %lld, \"stepNs\": %lld, \"overheadNs\": %lld},\n",
		(long long)t->resolution, (long long)t->step, (long long)t->overhead);
	direct_out(f, m, d);
	fprintf(f, "  \"disturbed\": %ld,\n  \"cut\": %s,\n  \"tookSeconds\": %.1f,\n  \"curves\": [", r->disturbed,
		r->cut ? "true" : "false", r->seconds);
	curves_out(f, r);
	fputs("\n  ]\n}\n", f);
}

/* Writes beside the file and renames, so that nobody ever sees half of it. */
static void write_file(const char *path, const char *bytes, size_t length)
{
	size_t size = strlen(path) + 32;
	char *beside = must_alloc(size);
	FILE *f;
	bool ok;
	int error;

	snprintf(beside, size, "%s.tmp-%ld", path, (long)getpid());
	f = fopen(beside, "wx");
	if (f == NULL)
		die(EXIT_MISSING, "%s cannot be written: %s", path, strerror(errno));
	ok = fwrite(bytes, 1, length, f) == length && fflush(f) == 0 && fsync(fileno(f)) == 0;
	ok = fclose(f) == 0 && ok;
	ok = ok && rename(beside, path) == 0;
	error = errno;
	if (!ok) {
		unlink(beside);
		die(EXIT_MISSING, "%s cannot be written: %s", path, strerror(error));
	}
	free(beside);
}

void write_results(const struct options *o, const struct machine *m, const struct timer *t, struct results *r,
		   const struct direct *d)
{
	char *bytes;
	size_t length;
	FILE *f = open_memstream(&bytes, &length);

	if (f == NULL)
		die(EXIT_MISSING, "no memory for the results");
	everything_out(f, o, m, t, r, d);
	if (fclose(f) != 0)
		die(EXIT_MISSING, "no memory for the results");
	if (o->out != NULL)
		write_file(o->out, bytes, length);
	else if (fwrite(bytes, 1, length, stdout) != length || fflush(stdout) != 0)
		die(EXIT_MISSING, "standard output cannot be written: %s", strerror(errno));
	free(bytes);
}
