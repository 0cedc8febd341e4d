/* SPDX-License-Identifier: GPL-2.0 */
/* From raw counters to the answer of a network, in integers. Nothing here looks for overflow: the check has. */
#ifndef CFSLAB_POLICY_INFER_H
#define CFSLAB_POLICY_INFER_H

#include "model.h"

/*
 * log2(|v| + 1) with the sign of v, 16 fraction bits: the place of the leading bit and what follows it, that is, the logarithm
 * interpolated linearly between powers of two. v within +-(2^53 - 1).
 */
static inline s64 cfslab_log2(s64 v)
{
	const u64 u = (u64)(v < 0 ? -v : v) + 1;
	const int zeros = __builtin_clzll(u);
	const s64 log = (s64)(62 - zeros) * 65536 + (s64)(u << zeros >> 47);

	return v < 0 ? -log : log;
}

#include "quick.h"
#include "shapes.h"

static inline s32 cfslab_scaled(const struct cfslab_input *s, s64 raw)
{
	s64 v = raw < s->lo ? s->lo : raw > s->hi ? s->hi : raw;

	if (s->kind == CFSLAB_LOG2)
		v = cfslab_log2(v);
	return (s32)((((v - s->base) >> s->pre_shift) * s->multiplier + s->add) >> s->shift);
}

/* One unit of a layer: its bias and the weighted sum of x. */
static inline s64 cfslab_sum(const struct cfslab_layer *layer, bool narrow, int j, const s32 *x)
{
	const int n = layer->inputs;
	s64 sum = layer->biases[j];
	int i;

	if (narrow) {
		const s8 *weights = (const s8 *)layer->weights + j * n;

		for (i = 0; i < n; i++)
			sum += (s64)weights[i] * x[i];
	} else {
		const s32 *weights = (const s32 *)layer->weights + j * n;

		for (i = 0; i < n; i++)
			sum += (s64)weights[i] * x[i];
	}
	return sum;
}

/* The output of a network of any shape, as its page stands. */
static noinline s64 cfslab_plain_logit(const struct cfslab_model *model, const s64 *raw)
{
	s32 values[2][CFSLAB_MAX_WIDTH] CFSLAB_UNINITIALIZED;
	const bool narrow = model->format == CFSLAB_INT8;
	const struct cfslab_layer *layer = model->layer;
	const int last = model->layers - 1;
	s32 *x = values[0];
	int i, l;

	for (i = 0; i < model->inputs; i++)
		x[i] = cfslab_scaled(&model->scalings[i], raw[i]);
	for (l = 0; l < last; l++, layer++) {
		s32 *y = values[!(l & 1)];

		for (i = 0; i < layer->outputs; i++) {
			const s64 sum = cfslab_sum(layer, narrow, i, x) >> layer->shifts[i];

			y[i] = sum < 0 ? 0 : (s32)sum;
		}
		x = y;
	}
	return cfslab_sum(layer, narrow, 0, x);
}

/*
 * The output for raw counters in the order of the model's inputs: a logit in the model's own unit. For a model that was prepared
 * without places.
 */
static inline s64 cfslab_logit(const struct cfslab_model *model, const s64 *raw)
{
	switch (model->shape) {
#define CFSLAB_SHAPE(number, sizes)						\
	case number:								\
		return cfslab_shaped_logit(model->plan, raw, &sizes);
	CFSLAB_SHAPES(CFSLAB_SHAPE)
#undef CFSLAB_SHAPE
	default:
		if (model->plan) {
			const u8 *bases[CFSLAB_BASES] = { (const u8 *)raw };

			return cfslab_quick_logit(model, bases);
		}
		return cfslab_plain_logit(model, raw);
	}
}

#endif
