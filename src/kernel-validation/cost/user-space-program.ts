/** How long is timed: decisions between two readings of the clock, and readings of each, an odd number. */
export interface Effort {
  readonly decisions: number;
  readonly repetitions: number;
}

export const FULL_EFFORT: Effort = { decisions: 400_000, repetitions: 9 };
/** Rows that are decided on in turn. */
export const ROWS = 64;

/** A page, and the rows of raw counters that are put to it. */
export interface TimedModel {
  readonly page: Uint8Array;
  readonly rows: ReadonlyArray<readonly number[]>;
}

/**
 * A C program that times the kernel's own sources. For each repetition it prints a line of ns a decision: of the stock test
 * and of each model on top of it; then a line with how many of its rows each model says yes to.
 *
 * The stock test is what can_migrate_task() comes down to after the hard refusals: is the task a buddy, or did it run within
 * migration_cost; and if so, has balancing failed often enough. All are called through a pointer, so that none is folded away,
 * and in turn, so that a change of the machine's speed meets all.
 */
export function timingProgram(models: readonly TimedModel[], { decisions, repetitions }: Effort): string {
  const arrays = models.map(({ page, rows }, m) => `
static u8 page_${m}[${page.length}] __attribute__((aligned(8))) = { ${[...page].join(',')} };
static const s64 rows_${m}[ROWS][CFSLAB_MAX_INPUTS] = {
${rows.map((row) => `\t{ ${row.map((value) => `${value}LL`).join(', ')} },`).join('\n')}
};`);
  return `#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "check.h"
#include "infer.h"
#define MODELS ${models.length}
#define ROWS ${ROWS}
#define DECISIONS ${decisions}
${arrays.join('\n')}

struct call {
	u64 clock, exec_start;
	s64 migration_cost;
	u32 failed, tries;
	int buddy;
};
static struct call calls[ROWS];
static struct cfslab_model models[MODELS];
static const s64 (*const rows[MODELS])[CFSLAB_MAX_INPUTS] = { ${models.map((_, m) => `rows_${m}`).join(', ')} };
static u8 *const pages[MODELS] = { ${models.map((_, m) => `page_${m}`).join(', ')} };
static const size_t lengths[MODELS] = { ${models.map(({ page }) => page.length).join(', ')} };

static noinline int stock_decides(const struct call *c)
{
	int hot = c->buddy;

	if (!hot && c->migration_cost != 0)
		hot = c->migration_cost < 0 || (s64)(c->clock - c->exec_start) < c->migration_cost;
	return !hot || c->failed > c->tries;
}

static noinline int model_decides(const struct cfslab_model *model, const s64 *raw, const struct call *c)
{
	return stock_decides(c) | (cfslab_logit(model, raw) >= model->threshold);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int (*volatile stock)(const struct call *) = stock_decides;
static int (*volatile modelled)(const struct cfslab_model *, const s64 *, const struct call *) = model_decides;
static volatile long sink;

static double time_stock(void)
{
	double from = now();
	long yes = 0;

	for (long i = 0; i < DECISIONS; i++)
		yes += stock(&calls[i % ROWS]);
	sink = yes;
	return (now() - from) / DECISIONS;
}

static double time_model(int m)
{
	double from = now();
	long yes = 0;

	for (long i = 0; i < DECISIONS; i++)
		yes += modelled(&models[m], rows[m][i % ROWS], &calls[i % ROWS]);
	sink = yes;
	return (now() - from) / DECISIONS;
}

int main(void)
{
	for (int i = 0; i < ROWS; i++)
		calls[i] = (struct call){ 1000000000ull + 7919ull * i, 1000000000ull - 31337ull * i, 500000, i % 5, 1, i % 16 == 0 };
	for (int m = 0; m < MODELS; m++) {
		enum cfslab_refusal refusal = cfslab_check(pages[m], lengths[m]);

		if (refusal != CFSLAB_ACCEPTED) {
			fprintf(stderr, "model %d: %s\\n", m, cfslab_refusals[refusal].text);
			return 1;
		}
		models[m].page = aligned_alloc(CFSLAB_MAX_PAGE_BYTES, CFSLAB_MAX_PAGE_BYTES);
		cfslab_prepare(&models[m], pages[m], NULL);
	}
	for (int r = 0; r < ${repetitions}; r++) {
		printf("%.3f", time_stock());
		for (int m = 0; m < MODELS; m++)
			printf(" %.3f", time_model(m));
		printf("\\n");
	}
	for (int m = 0; m < MODELS; m++) {
		int yes = 0;

		for (int i = 0; i < ROWS; i++)
			yes += cfslab_logit(&models[m], rows[m][i]) >= models[m].threshold;
		printf("%d%s", yes, m + 1 < MODELS ? " " : "\\n");
	}
	return 0;
}
`;
}
