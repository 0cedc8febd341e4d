// SPDX-License-Identifier: GPL-2.0
/* From an accepted network to its plan. One policy at a time is made ready, so that this works in tables of its own. */
#include "features.h"
#include "infer.h"
#include "plan.h"

/* The units of a word, or -1; how often the sums of each are doubled; the shift that both have then. */
struct word {
	int unit[2];
	int doublings[2];
	int shift;
};

static struct word words[CFSLAB_MAX_WIDTH];
static u8 order[CFSLAB_MAX_WIDTH];
/* Where the final sum of each hidden unit lies. */
static s64 sum_lo[CFSLAB_MAX_WIDTH], sum_hi[CFSLAB_MAX_WIDTH];
/* Which inputs have tables: the group of each, or -1; and their number of values. */
static int group_of[CFSLAB_MAX_INPUTS];
static u64 values_of[CFSLAB_MAX_INPUTS];

static bool is_narrow(const struct cfslab_model *model)
{
	return model->format == CFSLAB_INT8;
}

static s64 weight_of(const struct cfslab_model *model, int layer, int unit, int input)
{
	const size_t at = (size_t)unit * model->layer[layer].inputs + input;

	return is_narrow(model) ? ((const s8 *)model->layer[layer].weights)[at] : ((const s32 *)model->layer[layer].weights)[at];
}

static void bound_sums(const struct cfslab_model *model)
{
	int i, j;

	for (j = 0; j < model->layer[0].outputs; j++) {
		sum_lo[j] = sum_hi[j] = model->layer[0].biases[j];
		for (i = 0; i < model->inputs; i++) {
			const struct cfslab_input *s = &model->scalings[i];
			const s64 w = weight_of(model, 0, j, i);
			const s64 a = w * cfslab_scaled(s, s->lo), b = w * cfslab_scaled(s, s->hi);

			sum_lo[j] += a < b ? a : b;
			sum_hi[j] += a < b ? b : a;
		}
	}
}

static bool may_double(int unit, int times)
{
	return times < 31 && sum_hi[unit] <= (s64)S32_MAX >> times && sum_lo[unit] >= (s64)S32_MIN >> times;
}

/* Each unit its word, or two and two; returns how many words, or 0. */
static int make_words(const struct cfslab_model *model)
{
	const u8 *shifts = model->layer[0].shifts;
	const int units = model->layer[0].outputs;
	int i, j, count = 0;

	for (i = 0; i < units; i++) {
		for (j = i; j > 0 && shifts[order[j - 1]] > shifts[i]; j--)
			order[j] = order[j - 1];
		order[j] = (u8)i;
	}
	for (i = 0; i < units; i++) {
		struct word *word = &words[count++];
		const int more = i + 1 < units ? shifts[order[i + 1]] - shifts[order[i]] : 0;

		*word = (struct word){ { order[i], -1 }, { 0, 0 }, shifts[order[i]] };
		if (is_narrow(model) && i + 1 < units && (more == 0 || may_double(order[i], more))) {
			word->doublings[0] = more;
			word->shift += more;
			word->unit[1] = order[++i];
		}
		if (!is_narrow(model) && shifts[i] != shifts[0])
			return 0;
	}
	return count;
}

/* What a value of an input, or a bias, adds to a word: the sums of both units, whatever is carried between them. */
static u64 in_word(const struct word *word, s64 first, s64 second)
{
	return ((u64)first << word->doublings[0]) + ((u64)second << word->doublings[1] << 32);
}

static u64 product(const struct cfslab_model *model, const struct word *word, int input, s64 x)
{
	const s64 first = weight_of(model, 0, word->unit[0], input) * x;

	return in_word(word, first, word->unit[1] < 0 ? 0 : weight_of(model, 0, word->unit[1], input) * x);
}

static u64 first_row(const struct cfslab_model *model, const struct word *word)
{
	const s64 *biases = model->layer[0].biases;

	if (!is_narrow(model))
		return (u64)biases[word->unit[0]];
	return in_word(word, biases[word->unit[0]], word->unit[1] < 0 ? 0 : biases[word->unit[1]]) + 0x8000000080000000ULL;
}

/* Puts the inputs of few values into `groups` tables, the largest first and each into the smallest table; rows of all. */
static u64 share_tables(const struct cfslab_model *model, u64 most, int groups)
{
	u64 rows[CFSLAB_MAX_GROUPS], all = 0, values;
	int g, i, least;

	for (g = 0; g < groups; g++)
		rows[g] = 1;
	for (values = most; values > 1; values--) {
		for (i = 0; i < model->inputs; i++) {
			if (values_of[i] != values)
				continue;
			for (g = 1, least = 0; g < groups; g++) {
				if (rows[g] < rows[least])
					least = g;
			}
			group_of[i] = least;
			rows[least] *= values;
			if (rows[least] > CFSLAB_MAX_PAGE_BYTES)
				return CFSLAB_MAX_PAGE_BYTES;
		}
	}
	for (g = 0; g < groups; g++)
		all += rows[g];
	return all;
}

/* 0: linear, 1: logarithmic, both without pre-shift and of numbers of 0 or more where it matters; 2: another. */
static int kind_of(const struct cfslab_input *s)
{
	if (s->pre_shift || (s->kind == CFSLAB_LOG2 && s->lo < 0))
		return 2;
	return s->kind == CFSLAB_LOG2;
}

/* Where the parts of a plan stand whose groups and sizes are chosen; false where it is longer than a page. */
static bool lay_out(const struct cfslab_model *model, struct cfslab_plan *plan, u32 smalls, u64 rows)
{
	const size_t padded = (size_t)plan->width * plan->blocks;
	const size_t word = is_narrow(model) ? sizeof(u64) : sizeof(s32);

	if (rows * padded * sizeof(u64) > CFSLAB_MAX_PAGE_BYTES)
		return false;
	plan->wides = model->inputs - smalls;
	plan->wide_at = sizeof(*plan) + plan->groups * sizeof(struct cfslab_input_group) + smalls * sizeof(struct cfslab_small);
	plan->closing_at = plan->wide_at + plan->wides * sizeof(struct cfslab_wide);
	plan->weight_at = plan->closing_at + padded * sizeof(struct cfslab_closing);
	plan->weight_step = plan->wides * plan->width * word;
	plan->table_at = plan->weight_at + ((plan->wides * padded * word + 7) & ~(size_t)7);
	plan->bytes = plan->table_at + rows * padded * sizeof(u64);
	plan->form = is_narrow(model) ? CFSLAB_NARROW_FORM(plan->width) : CFSLAB_WIDE_FORM(plan->width);
	return plan->bytes <= CFSLAB_MAX_PAGE_BYTES;
}

/* Sizes of a plan whose tables are for inputs of up to `most` values; false where it is longer than a page. */
static bool fits(const struct cfslab_model *model, struct cfslab_plan *plan, u64 most)
{
	u32 smalls = 0;
	int i;

	for (i = 0; i < model->inputs; i++) {
		group_of[i] = -1;
		smalls += values_of[i] <= most;
	}
	for (plan->groups = 1; plan->groups <= CFSLAB_MAX_GROUPS; plan->groups++) {
		if (lay_out(model, plan, smalls, share_tables(model, most, plan->groups)))
			return true;
	}
	return false;
}

/* Whether the model can have the sizes of a shape; chooses them then. */
static bool suits(const struct cfslab_model *model, struct cfslab_plan *plan, const struct cfslab_shape *shape, u32 count)
{
	u64 rows[CFSLAB_MAX_GROUPS] = { 1, 1, 1, 1 }, all = 0;
	u32 smalls = 0, g;
	int i;

	if (shape->inputs != model->inputs || shape->narrow != is_narrow(model) || memcmp(shape->features, model->features, model->inputs))
		return false;
	if (count > (u32)shape->width * shape->blocks)
		return false;
	plan->width = shape->width;
	plan->blocks = shape->blocks;
	plan->groups = 1;
	for (i = 0; i < model->inputs; i++) {
		const int place = shape->place[i];

		group_of[i] = place < CFSLAB_WIDE ? place : -1;
		if (place >= CFSLAB_WIDE && kind_of(&model->scalings[i]) != place - CFSLAB_WIDE)
			return false;
		if (place >= CFSLAB_WIDE)
			continue;
		if (values_of[i] > CFSLAB_MAX_PAGE_BYTES || rows[place] > CFSLAB_MAX_PAGE_BYTES)
			return false;
		rows[place] *= values_of[i];
		if ((u32)place >= plan->groups)
			plan->groups = place + 1;
		smalls++;
	}
	for (g = 0; g < plan->groups; g++)
		all += rows[g];
	return lay_out(model, plan, smalls, all);
}

/* Fills the tables, and what chooses their rows. */
static void fill_tables(const struct cfslab_model *model, struct cfslab_plan *plan, int count)
{
	const u32 padded = plan->width * plan->blocks;
	u8 *page = (u8 *)plan;
	struct cfslab_input_group *group = (void *)(page + sizeof(*plan));
	struct cfslab_small *small = (void *)(group + plan->groups);
	u64 *table = (void *)(page + plan->table_at);
	u32 g, j;
	int i;

	for (g = 0; g < plan->groups; g++, group++) {
		u64 rows = 1, row;
		u64 offset = (u64)((u8 *)table - page);

		group->members = 0;
		for (j = 0; j < (u32)count; j++)
			table[j] = g ? 0 : first_row(model, &words[j]);
		for (i = 0; i < model->inputs; i++) {
			const struct cfslab_input *s = &model->scalings[i];
			u64 value;

			if (group_of[i] != (int)g)
				continue;
			*small = (struct cfslab_small){ s->lo, s->hi, (s64)(rows * padded * sizeof(u64)), i };
			offset -= (u64)s->lo * (u64)small->stride;
			/* The rows so far are repeated for each value, from the last on, since the first is made of itself. */
			for (value = values_of[i]; value-- > 0;) {
				const s64 x = cfslab_scaled(s, s->lo + (s64)value);

				for (row = 0; row < rows; row++) {
					for (j = 0; j < (u32)count; j++)
						table[(value * rows + row) * padded + j] = table[row * padded + j] + product(model, &words[j], i, x);
				}
			}
			rows *= values_of[i];
			group->members++;
			small++;
		}
		group->offset = (s64)offset;
		table += rows * padded;
	}
}

static void fill_wide(const struct cfslab_model *model, struct cfslab_plan *plan, u32 k, u32 input, u32 count)
{
	const struct cfslab_input *s = &model->scalings[input];
	const int kind = kind_of(s);
	u8 *page = (u8 *)plan;
	struct cfslab_wide *wide = (struct cfslab_wide *)(page + plan->wide_at) + k;
	u32 j;

	*wide = (struct cfslab_wide){ s->lo, s->hi, s->base, s->add, s->multiplier, input, s->pre_shift, s->shift, s->kind == CFSLAB_LOG2, 0 };
	/* (v - base) * m + add is v * m + (add - base * m), whatever is carried off the top; the quick logarithm lacks 15. */
	if (kind < 2)
		wide->add = (s64)((u64)s->add - ((u64)s->base - (kind ? 15 * 65536 : 0)) * (u64)s->multiplier);
	for (j = 0; j < count; j++) {
		const u32 at = (j / plan->width * plan->wides + k) * plan->width + j % plan->width;

		if (is_narrow(model))
			((u64 *)(page + plan->weight_at))[at] = product(model, &words[j], input, 1);
		else
			((s32 *)(page + plan->weight_at))[at] = (s32)weight_of(model, 0, words[j].unit[0], input);
	}
}

static void fill_wides(const struct cfslab_model *model, struct cfslab_plan *plan, u32 count)
{
	u32 *const counts[] = { &plan->linears, &plan->logs, &plan->others };
	u32 i, k = 0;
	int kind;

	for (kind = 0; kind < 3; kind++) {
		*counts[kind] = 0;
		for (i = 0; i < model->inputs; i++) {
			if (group_of[i] >= 0 || kind_of(&model->scalings[i]) != kind)
				continue;
			fill_wide(model, plan, k++, i, count);
			(*counts[kind])++;
		}
	}
}

/*
 * How the hidden units enter the output. With two in a word, the product's upper half is what is wanted and its lower half is
 * something else, which must not carry; false where it could.
 */
static bool fill_closing(const struct cfslab_model *model, struct cfslab_plan *plan, int count)
{
	struct cfslab_closing *closing = (void *)((u8 *)plan + plan->closing_at);
	s64 least = 0, most = 0;
	int j;

	if (!is_narrow(model)) {
		plan->bias = (u64)model->layer[1].biases[0];
		plan->shift = words[0].shift;
		for (j = 0; j < count; j++)
			closing[j].weight = (u64)weight_of(model, 1, 0, words[j].unit[0]);
		return true;
	}
	plan->bias = ((u64)model->layer[1].biases[0] << 32) + 0x80000000ULL;
	for (j = 0; j < count; j++) {
		const struct word *word = &words[j];
		const int first = word->unit[0], second = word->unit[1];
		const s64 w = second < 0 ? 0 : weight_of(model, 1, 0, second);
		const s64 top = w * (sum_hi[first] < 0 ? 0 : sum_hi[first] >> model->layer[0].shifts[first]);

		least += top < 0 ? top : 0;
		most += top > 0 ? top : 0;
		closing[j].weight = (u64)w + ((u64)weight_of(model, 1, 0, first) << 32);
		closing[j].mask = 0x7fffffffULL >> word->shift << word->shift;
		closing[j].shift = word->shift;
	}
	return least >= S32_MIN && most <= S32_MAX;
}

/* Where an input is read: a field, or what the call makes of it. */
static void place_input(struct cfslab_model *model, struct cfslab_source *source, u32 input, const struct cfslab_place *places)
{
	const u8 feature = model->features[input];
	const struct cfslab_place *place = places ? &places[feature] : NULL;

	*source = (struct cfslab_source){ model->scalings[input].lo, model->scalings[input].hi, 0, CFSLAB_FROM_OWN, input * sizeof(s64), 1 };
	if (!place)
		return;
	if (place->bytes) {
		source->base = place->base;
		source->offset = place->offset;
		source->is_long = place->bytes == sizeof(s64);
	} else if (feature == CFSLAB_IF_HOT) {
		source->offset = CFSLAB_OWN_HOT * sizeof(s64);
	} else if (feature == CFSLAB_IF_DELTA) {
		source->offset = CFSLAB_OWN_DELTA * sizeof(s64);
	} else if (feature == CFSLAB_IF_NEWLY_IDLE) {
		source->offset = CFSLAB_OWN_NEWLY_IDLE * sizeof(s64);
	} else {
		model->made_inputs[model->made++] = input;
	}
}

/* An input of few values of the plan. */
static void place_small(struct cfslab_model *model, struct cfslab_source *source, const struct cfslab_small *small, u32 group,
			const struct cfslab_place *places)
{
	const u8 feature = model->features[small->raw];
	const u64 stride = (u64)small->stride << 16 * group;

	if (places && feature == CFSLAB_IF_IDLE) {
		/* 1 - min(idle, 1) */
		*source = (struct cfslab_source){ 0, 1, 0 - stride, places[feature].base, places[feature].offset, 0 };
		model->loops.rows += stride;
		return;
	}
	place_input(model, source, small->raw, places);
	source->stride = stride;
	/* 0 or 1, both. */
	if (places && (feature == CFSLAB_IF_HOT || feature == CFSLAB_IF_NEWLY_IDLE))
		source->is_long = 0;
}

/* Where the loops read what the plan takes, in the order in which they do. */
static void fill_sources(struct cfslab_model *model, struct cfslab_plan *plan, const struct cfslab_place *places)
{
	const u8 *page = (const u8 *)plan;
	const struct cfslab_input_group *group = (const void *)(page + sizeof(*plan));
	const struct cfslab_small *small = (const void *)(group + plan->groups);
	const struct cfslab_wide *wide = (const void *)(page + plan->wide_at);
	const struct cfslab_closing *closing = (const void *)(page + plan->closing_at);
	struct cfslab_loops *loops = &model->loops;
	struct cfslab_source *at = loops->source, *plain = at;
	u32 g, i;

	loops->rows = 0;
	model->made = 0;
	for (g = 0; g < plan->groups; g++) {
		loops->rows += (u64)group[g].offset << 16 * g;
		for (i = 0; i < group[g].members; i++, small++, at++) {
			struct cfslab_source source;

			place_small(model, &source, small, g, places);
			*at = source;
			if (source.is_long || source.lo)
				continue;
			*at = *plain;
			*plain++ = source;
		}
	}
	loops->plain_end = plain;
	loops->small_end = at;
	loops->wide = wide;
	loops->linear_end = wide + plan->linears;
	loops->log_end = loops->linear_end + plan->logs;
	loops->wide_end = wide + plan->wides;
	loops->closing = closing;
	loops->closing_end = closing + (size_t)plan->width * plan->blocks;
	loops->weights = page + plan->weight_at;
	for (i = 0; i < plan->wides; i++, wide++, at++)
		place_input(model, at, wide->raw, places);
}

/* The least padding, and then the fewest blocks. */
static void choose_width(struct cfslab_plan *plan, u32 count)
{
	static const u8 widths[] = { 4, 5, 8, 10 };
	u32 w, best = ~0u;

	for (w = 0; w < sizeof(widths); w++) {
		const u32 blocks = (count + widths[w] - 1) / widths[w];

		if (4 * blocks * widths[w] + blocks < best) {
			best = 4 * blocks * widths[w] + blocks;
			plan->width = widths[w];
			plan->blocks = blocks;
		}
	}
}

size_t cfslab_make_plan(u8 *to, struct cfslab_model *model, const struct cfslab_place *places)
{
	struct cfslab_plan *plan = (struct cfslab_plan *)to;
	u32 count;
	u64 most;
	int i;

	model->shape = -1;
	if (model->layers != 2)
		return 0;
	bound_sums(model);
	count = make_words(model);
	if (!count)
		return 0;
	memset(to, 0, CFSLAB_MAX_PAGE_BYTES);
	for (i = 0; i < model->inputs; i++)
		values_of[i] = (u64)(model->scalings[i].hi - model->scalings[i].lo) + 1;
	for (i = 0; i < cfslab_shape_count && model->shape < 0; i++) {
		if (suits(model, plan, &cfslab_shapes[i], count))
			model->shape = i;
	}
	if (model->shape < 0) {
		choose_width(plan, count);
		for (most = CFSLAB_MAX_ROWS; !fits(model, plan, most); most--) {
			if (most == 1)
				return 0;
		}
	}
	fill_tables(model, plan, count);
	fill_wides(model, plan, count);
	fill_sources(model, plan, places);
	return fill_closing(model, plan, count) ? plan->bytes : 0;
}
