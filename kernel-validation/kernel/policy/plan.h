/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A network with one hidden layer, laid out for a quick answer. It is made of a page once, when the page is accepted, and takes
 * its place; both give the same output, to the bit.
 *
 *  - An input with few values (a flag, a small count) is not multiplied at all: what it adds to every unit stands in a table,
 *    one row for each value. Several such inputs share a table with a row for each combination, as far as the page has room.
 *    The biases are in the first table.
 *  - An input with many values is scaled and multiplied as the page says.
 *  - With 32-bit accumulators two units lie in one 64-bit word, each with 2^31 added, so that nothing is carried from one into
 *    the other; ReLU, shift and the output's weights then take both at once. Units of a word have one shift: where they had not,
 *    the sums of one are doubled as often as it takes and fit.
 *
 *	cfslab_plan | groups[] | smalls[] | wides[] | closing weights | weights of wide inputs | tables
 *
 * A row of a table, and the weights of an input, are `width` words for each of `blocks` blocks: block by block in a table's row,
 * input by input within a block among the weights.
 */
#ifndef CFSLAB_POLICY_PLAN_H
#define CFSLAB_POLICY_PLAN_H

#include "model.h"

#define CFSLAB_MAX_GROUPS 4
/* The widest block: a register for each of its words. */
#define CFSLAB_MAX_BLOCK 10
/* Rows that a table may have for one input. */
#define CFSLAB_MAX_ROWS 32

/* A table: `members` of the smalls choose its row. */
struct cfslab_input_group {
	/* Bytes from the page to the row where every member is 0, which need not be one. */
	s64 offset;
	s64 members;
};

/* offset += clamped raw * stride */
struct cfslab_small {
	s64 lo;
	s64 hi;
	s64 stride;
	s64 raw;
};

/* x = (((v - base) >> pre_shift) * multiplier + add) >> shift, v as in a page. */
struct cfslab_wide {
	s64 lo;
	s64 hi;
	s64 base;
	s64 add;
	s64 multiplier;
	u32 raw;
	u8 pre_shift;
	u8 shift;
	u8 is_log;
	u8 unused;
};

/* How a word of the hidden layer enters the output. */
struct cfslab_closing {
	/* 64-bit: the weight. 32-bit: of the upper unit in the lower half, of the lower one in the upper half. */
	u64 weight;
	/* 32-bit: bits of either that the shift leaves. */
	u64 mask;
	u64 shift;
};

/* The arithmetic and the width of a block as one number, for which the code is chosen. */
#define CFSLAB_WIDE_FORM(width)		(2 * (width))
#define CFSLAB_NARROW_FORM(width)	(2 * (width) + 1)

struct cfslab_plan {
	u32 form;
	/* Words of a block, and blocks. */
	u32 width;
	u32 blocks;
	u32 groups;
	/* Wide inputs: all; linear and logarithmic ones without a pre-shift or a sign, whose base is in `add`; and others. */
	u32 wides;
	u32 linears;
	u32 logs;
	u32 others;
	/* 64-bit: of every unit. */
	u64 shift;
	/* What the output begins with. */
	u64 bias;
	/* Bytes of the weights of a block. */
	u64 weight_step;
	u32 wide_at;
	u32 closing_at;
	u32 weight_at;
	u32 table_at;
	/* In all. */
	u32 bytes;
	u32 unused;
};

/*
 * The sizes of a plan that is wanted: those for which code was emitted (shapes.h). A model of these features in this order gets
 * it, where its numbers of values and its shifts allow.
 */
struct cfslab_shape {
	u8 inputs;
	u8 narrow;
	u8 width;
	u8 blocks;
	u8 features[CFSLAB_MAX_INPUTS];
	/* For each input its table, or CFSLAB_WIDE + 0 linear, 1 logarithmic, 2 another. */
	u8 place[CFSLAB_MAX_INPUTS];
};
#define CFSLAB_WIDE 16

extern const struct cfslab_shape cfslab_shapes[];
extern const int cfslab_shape_count;

/*
 * @param places of all features; NULL: inputs come as an array, and that is what CFSLAB_FROM_OWN is
 *
 * Makes the plan of an accepted network into `to`, CFSLAB_MAX_PAGE_BYTES long, and puts the number of its shape, or -1, into
 * the model.
 *
 * Returns its bytes, or 0 where it has none: other than one hidden layer, too many inputs or units for a page, or numbers whose
 * halves could meet. The page is then evaluated as it stands.
 */
size_t cfslab_make_plan(u8 *to, struct cfslab_model *model, const struct cfslab_place *places);

#endif
