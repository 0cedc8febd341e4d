// SPDX-License-Identifier: GPL-2.0
/*
 * The check that every policy passes before it may decide. It is total: whatever the bytes are, it ends, reads only them, and
 * what it accepts cannot overflow, whatever the counters are.
 */
#include "check.h"
#include "features.h"
#include "infer.h"
#ifdef __KERNEL__
#include <linux/crc32.h>
#endif

#define CFSLAB_REFUSAL_TEXT(name, error, text) [CFSLAB_##name] = { error, text },
const struct cfslab_refusal_text cfslab_refusals[] = { CFSLAB_REFUSALS(CFSLAB_REFUSAL_TEXT) };

/* Integers beyond this are not exact in the double of the writer, and sums beyond it are not proven. */
#define EXACT ((1LL << 53) - 1)

static bool exact(s64 v)
{
	return v >= -EXACT && v <= EXACT;
}

static bool fits_s32(s64 v)
{
	return v >= S32_MIN && v <= S32_MAX;
}

static bool all_zero(const u8 *bytes, size_t count)
{
	while (count--) {
		if (bytes[count])
			return false;
	}
	return true;
}

static u32 checksum_of(const u8 *bytes, size_t count)
{
#ifdef __KERNEL__
	return ~crc32_le(~0u, bytes, count);
#else
	u32 crc = ~0u;
	int bit;

	while (count--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
#endif
}

static size_t layer_bytes(size_t outputs, size_t inputs, size_t weight)
{
	return (outputs * (inputs * weight + sizeof(s64) + 1) + 7) & ~(size_t)7;
}

static size_t weight_bytes(u8 format)
{
	return format == CFSLAB_INT8 ? sizeof(s8) : sizeof(s32);
}

/* Bytes that the sizes in the header ask for; the sizes were checked. */
static size_t network_bytes(const struct cfslab_header *head)
{
	size_t bytes = sizeof(*head) + head->inputs * sizeof(struct cfslab_input);
	size_t inputs = head->inputs;
	int l;

	for (l = 0; l < head->layers; l++) {
		bytes += layer_bytes(head->units[l], inputs, weight_bytes(head->format));
		inputs = head->units[l];
	}
	return bytes + (head->guarded ? sizeof(struct cfslab_guard) : 0);
}

static const u8 *layer_at(struct cfslab_layer *layer, const u8 *at, u16 outputs, u16 inputs, u8 format)
{
	const size_t weights = (size_t)outputs * inputs * weight_bytes(format);

	layer->inputs = inputs;
	layer->outputs = outputs;
	layer->biases = (const s64 *)at;
	layer->weights = at + outputs * sizeof(s64);
	layer->shifts = at + outputs * sizeof(s64) + weights;
	return at + layer_bytes(outputs, inputs, weight_bytes(format));
}

static enum cfslab_refusal check_sizes(const struct cfslab_header *head)
{
	int l;

	if (head->inputs < 1 || head->inputs > CFSLAB_MAX_INPUTS)
		return CFSLAB_SIZES;
	if (head->layers < 1 || head->layers > CFSLAB_MAX_LAYERS)
		return CFSLAB_SIZES;
	for (l = 0; l < CFSLAB_MAX_LAYERS; l++) {
		if (l < head->layers ? head->units[l] < 1 || head->units[l] > CFSLAB_MAX_WIDTH : head->units[l] != 0)
			return CFSLAB_SIZES;
	}
	return head->units[head->layers - 1] == 1 ? CFSLAB_ACCEPTED : CFSLAB_SIZES;
}

/* One input's numbers, and that its feature is known and was not named before. */
static enum cfslab_refusal check_input(const struct cfslab_input *input, u64 *seen)
{
	if (input->feature >= CFSLAB_FEATURE_COUNT)
		return CFSLAB_UNKNOWN_FEATURE;
	if (*seen >> input->feature & 1)
		return CFSLAB_REPEATED_FEATURE;
	*seen |= 1ULL << input->feature;
	if (input->kind != CFSLAB_LINEAR && input->kind != CFSLAB_LOG2)
		return CFSLAB_SCALING;
	if (input->lo >= input->hi || input->lo < cfslab_features[input->feature].min || input->hi > cfslab_features[input->feature].max)
		return CFSLAB_SCALING;
	if (input->multiplier < 1 || !exact(input->base) || !exact(input->add))
		return CFSLAB_SCALING;
	return input->pre_shift > 63 || input->shift > 63 ? CFSLAB_SHIFTS : CFSLAB_ACCEPTED;
}

static enum cfslab_refusal check_layer(const struct cfslab_layer *layer, bool is_last)
{
	int j;

	for (j = 0; j < layer->outputs; j++) {
		if (!exact(layer->biases[j]))
			return CFSLAB_NUMBERS;
		if (layer->shifts[j] > (is_last ? 0 : 31))
			return CFSLAB_SHIFTS;
	}
	return CFSLAB_ACCEPTED;
}

struct span {
	s64 lo;
	s64 hi;
};

/* Every step of a scaling is monotone, so that what it makes of both clamps bounds it. */
static bool prove_end(const struct cfslab_input *s, s64 end, s64 *x)
{
	const s64 difference = (s->kind == CFSLAB_LOG2 ? cfslab_log2(end) : end) - s->base;
	s64 product;

	if (!exact(difference))
		return false;
	if (__builtin_mul_overflow(difference >> s->pre_shift, (s64)s->multiplier, &product) || !exact(product))
		return false;
	if (!exact(product + s->add))
		return false;
	*x = (product + s->add) >> s->shift;
	return fits_s32(*x);
}

/*
 * One unit: all that is negative, and all that is positive, of its bias and products taken alone bounds the sum at every
 * moment, in whichever order it is added.
 */
static bool prove_unit(const struct cfslab_layer *layer, bool narrow, int j, const struct span *x, bool is_last, struct span *y)
{
	const s64 top = narrow ? S32_MAX : EXACT;
	const s64 bottom = narrow ? S32_MIN : -EXACT;
	s64 least = 0, most = 0, lo, hi;
	int i;

	lo = hi = layer->biases[j];
	if (lo < 0)
		least = lo;
	else
		most = lo;
	if (least < bottom || most > top)
		return false;
	for (i = 0; i < layer->inputs; i++) {
		const size_t at = (size_t)j * layer->inputs + i;
		const s64 w = narrow ? ((const s8 *)layer->weights)[at] : ((const s32 *)layer->weights)[at];
		/* Both factors fit s32: no overflow. */
		const s64 low = w * (w < 0 ? x[i].hi : x[i].lo);
		const s64 high = w * (w < 0 ? x[i].lo : x[i].hi);

		if (low < bottom || high > top)
			return false;
		if (low < 0)
			least += low;
		if (high > 0)
			most += high;
		if (least < bottom || most > top)
			return false;
		lo += low;
		hi += high;
	}
	if (is_last)
		return true;
	y->lo = (lo < 0 ? 0 : lo) >> layer->shifts[j];
	y->hi = (hi < 0 ? 0 : hi) >> layer->shifts[j];
	return fits_s32(y->hi);
}

/* Where every value lies, layer by layer, from the clamps on. One push at a time is checked, so that this needs no stack. */
static struct span spans[2][CFSLAB_MAX_WIDTH];

static bool prove(const struct cfslab_header *head, const struct cfslab_input *inputs, const struct cfslab_layer *layers)
{
	const bool narrow = head->format == CFSLAB_INT8;
	int i, j, l;

	for (i = 0; i < head->inputs; i++) {
		if (!prove_end(&inputs[i], inputs[i].lo, &spans[0][i].lo) || !prove_end(&inputs[i], inputs[i].hi, &spans[0][i].hi))
			return false;
	}
	for (l = 0; l < head->layers; l++) {
		for (j = 0; j < layers[l].outputs; j++) {
			if (!prove_unit(&layers[l], narrow, j, spans[l & 1], l == head->layers - 1, &spans[!(l & 1)][j]))
				return false;
		}
	}
	return true;
}

static const struct cfslab_input *inputs_of(const u8 *page)
{
	return (const struct cfslab_input *)(page + sizeof(struct cfslab_header));
}

bool cfslab_find_layers(const u8 *page, struct cfslab_layer *layers)
{
	const struct cfslab_header *head = (const struct cfslab_header *)page;
	const u8 *at = (const u8 *)(inputs_of(page) + head->inputs);
	u16 inputs = head->inputs;
	bool clean = true;
	int l;

	for (l = 0; l < head->layers; l++) {
		const u8 *end = layer_at(&layers[l], at, head->units[l], inputs, head->format);
		const u8 *used = layers[l].shifts + head->units[l];

		clean = clean && all_zero(used, end - used);
		inputs = head->units[l];
		at = end;
	}
	return clean;
}

static enum cfslab_refusal check_guard(const struct cfslab_guard *guard, u8 task)
{
	if (guard->reserved || guard->stands_by > 1)
		return CFSLAB_RESERVED;
	if (guard->refractory_ns < 0 || !exact(guard->refractory_ns) || (guard->refractory_ns && task != CFSLAB_EARLY))
		return CFSLAB_NUMBERS;
	if (guard->swap_at_ns < 0 || !exact(guard->swap_at_ns) || (guard->swap_at_ns && !guard->stands_by))
		return CFSLAB_NUMBERS;
	if (guard->drift_floor < 0 || guard->drift_floor > CFSLAB_DRIFT_MAX_FLOOR)
		return CFSLAB_NUMBERS;
	if (guard->drift_floor ? guard->drift_window < CFSLAB_DRIFT_MIN_WINDOW || guard->drift_window > CFSLAB_DRIFT_MAX_WINDOW :
				 guard->drift_window != 0)
		return CFSLAB_NUMBERS;
	/* A guard that does nothing is none. */
	return guard->refractory_ns || guard->drift_floor || guard->stands_by ? CFSLAB_ACCEPTED : CFSLAB_NUMBERS;
}

static enum cfslab_refusal check_network(const u8 *page)
{
	const struct cfslab_header *head = (const struct cfslab_header *)page;
	const struct cfslab_input *inputs = inputs_of(page);
	struct cfslab_layer layers[CFSLAB_MAX_LAYERS];
	enum cfslab_refusal refusal;
	u64 seen = 0;
	bool clean;
	int i;

	if (head->format != CFSLAB_Q16 && head->format != CFSLAB_S11 && head->format != CFSLAB_INT8)
		return CFSLAB_FORMAT;
	if (head->accumulator_bits != (head->format == CFSLAB_INT8 ? 32 : 64))
		return CFSLAB_FORMAT;
	if (head->task < 1 || head->task > 3)
		return CFSLAB_TASK;
	refusal = check_sizes(head);
	if (refusal)
		return refusal;
	if (head->bytes != network_bytes(head))
		return CFSLAB_LENGTH;
	if (!exact(head->threshold))
		return CFSLAB_NUMBERS;
	for (i = 0; i < head->inputs; i++) {
		refusal = check_input(&inputs[i], &seen);
		if (refusal)
			return refusal;
	}
	clean = cfslab_find_layers(page, layers);
	for (i = 0; i < head->layers; i++) {
		refusal = check_layer(&layers[i], i == head->layers - 1);
		if (refusal)
			return refusal;
	}
	if (!clean)
		return CFSLAB_RESERVED;
	if (head->guarded) {
		refusal = check_guard(cfslab_guard_of(page), head->task);
		if (refusal)
			return refusal;
	}
	return prove(head, inputs, layers) ? CFSLAB_ACCEPTED : CFSLAB_OVERFLOW;
}

static enum cfslab_refusal check_rule(const u8 *page)
{
	const struct cfslab_header *head = (const struct cfslab_header *)page;
	const s64 *parameters = (const s64 *)(page + sizeof(*head));
	int i;

	if (head->format || head->accumulator_bits)
		return CFSLAB_FORMAT;
	if (head->task < 1 || head->task > CFSLAB_RULE_COUNT)
		return CFSLAB_TASK;
	if (head->inputs || head->layers || !all_zero((const u8 *)head->units, sizeof(head->units)))
		return CFSLAB_SIZES;
	if (head->bytes != sizeof(*head) + CFSLAB_PARAMETERS * sizeof(s64))
		return CFSLAB_LENGTH;
	if (head->threshold)
		return CFSLAB_NUMBERS;
	for (i = 0; i < CFSLAB_PARAMETERS; i++) {
		if (parameters[i] < 0 || !exact(parameters[i]))
			return CFSLAB_NUMBERS;
	}
	return CFSLAB_ACCEPTED;
}

enum cfslab_refusal cfslab_check(u8 *page, size_t bytes)
{
	static const u8 features[] = { CFSLAB_FEATURES_HASH };
	struct cfslab_header *head = (struct cfslab_header *)page;
	u32 claimed, found;

	if (bytes < sizeof(*head) || bytes > CFSLAB_MAX_PAGE_BYTES)
		return CFSLAB_LENGTH;
	if (head->magic != CFSLAB_MAGIC)
		return CFSLAB_WRONG_MAGIC;
	if (head->version != CFSLAB_VERSION)
		return CFSLAB_WRONG_VERSION;
	if (head->bytes != bytes)
		return CFSLAB_LENGTH;
	claimed = head->checksum;
	head->checksum = 0;
	found = checksum_of(page, bytes);
	head->checksum = claimed;
	if (found != claimed)
		return CFSLAB_CHECKSUM;
	if (memcmp(head->features, features, sizeof(features)))
		return CFSLAB_OTHER_FEATURES;
	if (!all_zero(head->reserved, sizeof(head->reserved)))
		return CFSLAB_RESERVED;
	if (head->guarded > (head->kind == CFSLAB_NETWORK))
		return CFSLAB_RESERVED;
	if (head->kind == CFSLAB_RULE)
		return check_rule(page);
	if (CFSLAB_HAS_NETWORKS && head->kind == CFSLAB_NETWORK)
		return check_network(page);
	return CFSLAB_KIND;
}
