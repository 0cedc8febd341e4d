/* SPDX-License-Identifier: GPL-2.0 */
/* The output of a network by its plan. */
#ifndef CFSLAB_POLICY_QUICK_H
#define CFSLAB_POLICY_QUICK_H

#include "plan.h"

/* cfslab_log2() of a number of 0 or more, less 15 in fixed point: the leading bit is rotated to where a 1 is. */
static __always_inline s64 cfslab_quick_log2(s64 v)
{
	const u64 u = (u64)v + 1;
	const u64 place = 63 - (u64)__builtin_clzll(u) - 16;

	return (s64)((u >> (place & 63) | u << (-place & 63)) & 0x1ffff) + (s64)(place << 16);
}

/* Rows of the tables, and wide inputs, of one call. */
struct cfslab_inputs {
	const u64 *rows[CFSLAB_MAX_GROUPS];
	s64 x[CFSLAB_MAX_INPUTS];
};

static __always_inline s64 cfslab_clamped(s64 v, s64 lo, s64 hi)
{
	v = v < lo ? lo : v;
	return v > hi ? hi : v;
}

static __always_inline u64 cfslab_small_step(const struct cfslab_small *small, s64 raw)
{
	/* Without a sign: what is added and taken off again may pass the end. */
	return (u64)cfslab_clamped(raw, small->lo, small->hi) * (u64)small->stride;
}

/* Kinds of wide inputs, in the order in which they stand. */
static __always_inline s64 cfslab_wide_linear(const struct cfslab_wide *wide, s64 raw)
{
	const s64 v = cfslab_clamped(raw, wide->lo, wide->hi);

	return (s64)((u64)v * (u64)wide->multiplier + (u64)wide->add) >> wide->shift;
}

static __always_inline s64 cfslab_wide_log(const struct cfslab_wide *wide, s64 raw)
{
	const s64 v = cfslab_quick_log2(cfslab_clamped(raw, wide->lo, wide->hi));

	return (s64)((u64)v * (u64)wide->multiplier + (u64)wide->add) >> wide->shift;
}

static __always_inline s64 cfslab_wide_other(const struct cfslab_wide *wide, s64 raw)
{
	s64 v = cfslab_clamped(raw, wide->lo, wide->hi);

	if (wide->is_log)
		v = cfslab_log2(v);
	return (((v - wide->base) >> wide->pre_shift) * wide->multiplier + wide->add) >> wide->shift;
}

/* An input, from where it stands. */
static __always_inline s64 cfslab_value(const struct cfslab_source *source, const u8 *const *bases, const bool is_long)
{
	const u8 *at = bases[source->base] + source->offset;

	return is_long ? *(const s64 *)at : (s64)*(const u32 *)at;
}

/*
 * What two units of a word add to the output. The upper bit of a half is set where its sum is not negative: what is kept is the
 * sum, without the bits that the shift takes off, or nothing.
 */
static __always_inline u64 cfslab_closed_pair(u64 sum, const struct cfslab_closing *closing)
{
	const u64 keep = (sum >> 31 & 0x100000001ULL) * closing->mask;

	return ((sum & keep) >> closing->shift) * closing->weight;
}

/*
 * One block of the hidden layer and what it adds to the output. `width` is known when this is compiled, so that every sum has a
 * register of its own; where the numbers of tables and of wide inputs are known too, nothing is left of the loops.
 */
static __always_inline u64 cfslab_block(const struct cfslab_plan *plan, const struct cfslab_inputs *in, size_t at, const void *weights,
					const struct cfslab_closing *closing, u64 output, const int groups, const int wides, const int width,
					const bool narrow)
{
	const u64 *first = (const void *)((const u8 *)in->rows[0] + at);
	u64 sum[CFSLAB_MAX_BLOCK] CFSLAB_UNINITIALIZED;
	int i, j;

#pragma GCC unroll 10
	for (j = 0; j < width; j++)
		sum[j] = first[j];
#pragma GCC unroll 4
	for (i = 1; i < groups; i++) {
		const u64 *row = (const void *)((const u8 *)in->rows[i] + at);

#pragma GCC unroll 10
		for (j = 0; j < width; j++)
			sum[j] += row[j];
	}
#pragma GCC unroll 8
	for (i = 0; i < wides; i++) {
		const u64 x = (u64)in->x[i];

		if (narrow) {
			const u64 *weight = weights;

#pragma GCC unroll 10
			for (j = 0; j < width; j++)
				sum[j] += weight[j] * x;
			weights = weight + width;
		} else {
			const s32 *weight = weights;

#pragma GCC unroll 10
			for (j = 0; j < width; j++)
				sum[j] += (u64)weight[j] * x;
			weights = weight + width;
		}
	}
#pragma GCC unroll 10
	for (j = 0; j < width; j++) {
		if (narrow) {
			output += cfslab_closed_pair(sum[j], &closing[j]);
		} else {
			const s64 unit = (s64)sum[j] >> plan->shift;

			output += (u64)(unit < 0 ? 0 : unit) * closing[j].weight;
		}
	}
	return output;
}

/* Rows of the tables, 16 bits for each; what is added and taken off again on the way may pass the ends of these. */
static __always_inline u64 cfslab_take_smalls(const struct cfslab_loops *loops, const u8 *const *bases)
{
	const struct cfslab_source *source = loops->source;
	u64 rows = loops->rows;

	for (; source < loops->plain_end; source++) {
		const u64 value = (u64)cfslab_value(source, bases, false);

		rows += (value > (u64)source->hi ? (u64)source->hi : value) * source->stride;
	}
	for (; source < loops->small_end; source++) {
		const s64 value = source->is_long ? cfslab_value(source, bases, true) : cfslab_value(source, bases, false);

		rows += (u64)cfslab_clamped(value, source->lo, source->hi) * source->stride;
	}
	return rows;
}

/* Returns the end of what it has put into x. */
static __always_inline const s64 *cfslab_take_wides(const struct cfslab_loops *loops, const u8 *const *bases, s64 *x)
{
	const struct cfslab_source *source = loops->small_end;
	const struct cfslab_wide *wide = loops->wide;

	for (; wide < loops->wide_end; wide++, source++) {
		const s64 value = source->is_long ? cfslab_value(source, bases, true) : cfslab_value(source, bases, false);

		*x++ = wide < loops->linear_end ? cfslab_wide_linear(wide, value) :
		       wide < loops->log_end ? cfslab_wide_log(wide, value) : cfslab_wide_other(wide, value);
	}
	return x;
}

/* A table that adds nothing. */
static const u64 cfslab_no_rows[CFSLAB_MAX_WIDTH + CFSLAB_MAX_BLOCK];

/* The output from rows of tables and wide inputs: only the width of a block is known, so that each sum has a register. */
static __always_inline s64 cfslab_loop_blocks(const struct cfslab_model *model, const u64 rows, const s64 *xs, const s64 *xs_end,
					      const int width, const bool narrow)
{
	const struct cfslab_plan *plan = model->plan;
	const u8 *page = (const u8 *)plan;
	const u64 *first = (const void *)(page + (rows & 0xffff));
	const u64 *second = plan->groups > 1 ? (const void *)(page + (rows >> 16 & 0xffff)) : cfslab_no_rows;
	const struct cfslab_closing *closing = model->loops.closing;
	const u8 *weights = model->loops.weights;
	u64 output = plan->bias;
	u32 at = 0;
	int j;

	do {
		u64 sum[CFSLAB_MAX_BLOCK] CFSLAB_UNINITIALIZED;
		const s64 *x;

#pragma GCC unroll 10
		for (j = 0; j < width; j++)
			sum[j] = first[j] + second[j];
		if (unlikely(plan->groups > 2)) {
			const u64 *third = (const void *)(page + (rows >> 32 & 0xffff)) + at;
			const u64 *fourth = (const void *)(page + (rows >> 48)) + at;

#pragma GCC unroll 10
			for (j = 0; j < width; j++)
				sum[j] += third[j];
			if (plan->groups > 3) {
#pragma GCC unroll 10
				for (j = 0; j < width; j++)
					sum[j] += fourth[j];
			}
		}
		for (x = xs; x < xs_end; x++) {
#pragma GCC unroll 10
			for (j = 0; j < width; j++)
				sum[j] += (narrow ? ((const u64 *)weights)[j] : (u64)((const s32 *)weights)[j]) * (u64)*x;
			weights += width * (narrow ? sizeof(u64) : sizeof(s32));
		}
#pragma GCC unroll 10
		for (j = 0; j < width; j++) {
			const s64 unit = (s64)sum[j] >> plan->shift;

			output += narrow ? cfslab_closed_pair(sum[j], &closing[j]) : (u64)(unit < 0 ? 0 : unit) * closing[j].weight;
		}
		first += width;
		second += width;
		at += width * sizeof(u64);
		closing += width;
	} while (closing < model->loops.closing_end);
	return narrow ? (s64)output >> 32 : (s64)output;
}

/* The output of a network that has a plan, whatever its sizes, for inputs at their places. */
static __always_inline s64 cfslab_quick_logit(const struct cfslab_model *model, const u8 *const *bases)
{
	const struct cfslab_loops *loops = &model->loops;
	s64 x[CFSLAB_MAX_INPUTS] CFSLAB_UNINITIALIZED;
	const u64 rows = cfslab_take_smalls(loops, bases);

	const s64 *end = cfslab_take_wides(loops, bases, x);

	switch (model->plan->form) {
#define CFSLAB_FORM(name, width, narrow)	\
	case name(width):			\
		return cfslab_loop_blocks(model, rows, x, end, width, narrow);
	CFSLAB_FORM(CFSLAB_NARROW_FORM, 4, true)
	CFSLAB_FORM(CFSLAB_NARROW_FORM, 5, true)
	CFSLAB_FORM(CFSLAB_NARROW_FORM, 8, true)
	CFSLAB_FORM(CFSLAB_NARROW_FORM, 10, true)
	CFSLAB_FORM(CFSLAB_WIDE_FORM, 4, false)
	CFSLAB_FORM(CFSLAB_WIDE_FORM, 5, false)
	CFSLAB_FORM(CFSLAB_WIDE_FORM, 8, false)
	default:
	CFSLAB_FORM(CFSLAB_WIDE_FORM, 10, false)
#undef CFSLAB_FORM
	}
}

/*
 * The same where all sizes are known when this is compiled: shapes.h calls this with constants, once for each shape that was
 * emitted. What it reads of a plan has a place of its own then; the numbers are still the plan's.
 */
struct cfslab_sizes {
	int groups;
	int members[CFSLAB_MAX_GROUPS];
	int linears;
	int logs;
	int others;
	int blocks;
	int width;
	bool narrow;
	/* Inputs in the order of the smalls, group by group, and then of the wides. */
	u8 raw[CFSLAB_MAX_INPUTS];
};

static __always_inline s64 cfslab_shaped_logit(const struct cfslab_plan *plan, const s64 *raw, const struct cfslab_sizes *const sizes)
{
	const u8 *page = (const u8 *)plan;
	const struct cfslab_input_group *group = (const void *)(page + sizeof(*plan));
	const struct cfslab_small *small = (const void *)(group + sizes->groups);
	const int wides = sizes->linears + sizes->logs + sizes->others;
	const struct cfslab_wide *wide;
	int which = 0;
	const struct cfslab_closing *closing;
	struct cfslab_inputs in CFSLAB_UNINITIALIZED;
	u64 output = plan->bias;
	int i, j;

#pragma GCC unroll 4
	for (i = 0; i < sizes->groups; i++) {
		u64 at = (u64)group[i].offset;

#pragma GCC unroll 16
		for (j = 0; j < sizes->members[i]; j++)
			at += cfslab_small_step(small++, raw[sizes->raw[which++]]);
		in.rows[i] = (const u64 *)(page + at);
	}
	wide = (const void *)small;
#pragma GCC unroll 16
	for (i = 0; i < wides; i++, wide++) {
		const s64 value = raw[sizes->raw[which++]];

		in.x[i] = i < sizes->linears ? cfslab_wide_linear(wide, value) :
			  i < sizes->linears + sizes->logs ? cfslab_wide_log(wide, value) : cfslab_wide_other(wide, value);
	}
	closing = (const void *)wide;
#pragma GCC unroll 4
	for (i = 0; i < sizes->blocks; i++) {
		const u8 *weights = (const u8 *)(closing + (sizes->blocks - i) * sizes->width);

		weights += i * wides * sizes->width * (sizes->narrow ? sizeof(u64) : sizeof(s32));
		output = cfslab_block(plan, &in, i * sizes->width * sizeof(u64), weights, closing, output, sizes->groups, wides, sizes->width,
				      sizes->narrow);
		closing += sizes->width;
	}
	return sizes->narrow ? (s64)output >> 32 : (s64)output;
}

#endif
