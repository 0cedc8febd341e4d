/* SPDX-License-Identifier: GPL-2.0 */
/* A policy that was checked and is ready to decide. */
#ifndef CFSLAB_POLICY_MODEL_H
#define CFSLAB_POLICY_MODEL_H

#include "page.h"

/* A layer of a page. */
struct cfslab_layer {
	const s64 *biases;
	/* s32 or s8, by the format. */
	const void *weights;
	const u8 *shifts;
	u16 inputs;
	u16 outputs;
};

/*
 * A slot. The page holds every number of the policy; the rest says where they are, so that the hot path computes no offsets.
 */
struct cfslab_plan;

struct cfslab_model {
	/* What a decision reads first stands together. */
	s64 threshold;
	/* By call (rules.h): the answer where the policy says no, where it says yes; and whether they differ. */
	u8 answers[2];
	u8 open;
	u8 kind;
	u8 task;
	u8 format;
	u8 layers;
	/* Which of the shapes that were emitted it has, or -1. */
	s8 shape;
	u8 inputs;
	u8 features[CFSLAB_MAX_INPUTS];
	/* What the page holds: a plan (plan.h), or, where this is NULL, what was pushed, which scalings and layers are in. */
	const struct cfslab_plan *plan;
	const struct cfslab_input *scalings;
	struct cfslab_layer layer[CFSLAB_MAX_LAYERS];
	const s64 *parameters;
	/* Counted from 1, by one with each policy that was made active. */
	u64 generation;
	u32 bytes;
	u32 page_bytes;
	u8 hash[32];
	/* CFSLAB_MAX_PAGE_BYTES of its own. */
	u8 *page;
};

#endif
