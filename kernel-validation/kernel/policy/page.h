/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy as it is pushed: little endian, at most one page, fields at their natural alignment.
 *
 *	header | inputs[] | layer 1 | layer 2 | ... | guard		kind network, with a guard where the header says so
 *	header | parameters[]						kind rule
 *
 * A layer of `outputs` units with `n` inputs each, padded with zeros to a multiple of 8 bytes:
 *
 *	biases s64[outputs] | weights s32 or s8 [outputs][n] | shifts u8[outputs]
 *
 * Numbers that both sides of a push must know stand in layout.h, which is made from the same source as the writer.
 */
#ifndef CFSLAB_POLICY_PAGE_H
#define CFSLAB_POLICY_PAGE_H

#include "types.h"
#include "layout.h"

struct cfslab_header {
	u32 magic;
	u16 version;
	u16 kind;
	/* Of the whole page; what was written must be as long. */
	u32 bytes;
	/* CRC-32 (IEEE) of all bytes, with this field as 0. */
	u32 checksum;
	/* First bytes of the hash of the feature table. */
	u8 features[8];
	/* The answer is yes where the output is at least this. */
	s64 threshold;
	/* sha256 of the model, or of the rule's name and parameters. */
	u8 hash[32];
	/* Which role the answer has (1 imitate, 2 early, 3 forced), or which rule. */
	u8 task;
	u8 format;
	u8 accumulator_bits;
	u8 inputs;
	u8 layers;
	/* 0 or 1: whether a guard stands at the end. */
	u8 guarded;
	u8 reserved[2];
	/* Units of each layer; 0 after the last. */
	u16 units[CFSLAB_MAX_LAYERS];
};
static_assert(sizeof(struct cfslab_header) == CFSLAB_HEADER_BYTES, "the writer's header");

/*
 * From a raw counter to an input, all s64:
 *	v = min(max(raw, lo), hi); where kind is log2: v = log2 of v
 *	x = (((v - base) >> pre_shift) * multiplier + add) >> shift
 */
struct cfslab_input {
	s64 lo;
	s64 hi;
	s64 base;
	s64 add;
	s32 multiplier;
	u8 pre_shift;
	u8 shift;
	u8 kind;
	u8 feature;
};
static_assert(sizeof(struct cfslab_input) == CFSLAB_INPUT_BYTES, "the writer's input");

/* What a policy keeps to beside its network's word; see guard.h. */
struct cfslab_guard {
	s64 refractory_ns;
	s64 swap_at_ns;
	s32 drift_window;
	s16 drift_floor;
	/* Not active at once, but swap_at_ns after the beginning of the one that is. */
	u8 stands_by;
	u8 reserved;
};
static_assert(sizeof(struct cfslab_guard) == CFSLAB_GUARD_BYTES, "the writer's guard");

#endif
