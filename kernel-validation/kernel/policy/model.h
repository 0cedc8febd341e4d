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
struct cfslab_model {
	/* What a decision reads first stands together. */
	s64 threshold;
	u8 kind;
	u8 task;
	u8 format;
	u8 layers;
	u8 inputs;
	u8 features[CFSLAB_MAX_INPUTS];
	const struct cfslab_input *scalings;
	struct cfslab_layer layer[CFSLAB_MAX_LAYERS];
	const s64 *parameters;
	/* Counted from 1, by one with each policy that was made active. */
	u64 generation;
	u32 bytes;
	u8 hash[32];
	/* CFSLAB_MAX_PAGE_BYTES of its own. */
	u8 *page;
};

#endif
