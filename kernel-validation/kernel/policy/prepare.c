// SPDX-License-Identifier: GPL-2.0
/* An accepted page becomes a policy that can decide. */
#include "check.h"
#include "guard.h"
#include "plan.h"
#include "rules.h"

/* Points the model at what is in a page. */
static void look_at(struct cfslab_model *model, const u8 *page)
{
	const struct cfslab_header *head = (const struct cfslab_header *)page;

	model->scalings = (const struct cfslab_input *)(page + sizeof(*head));
	cfslab_find_layers(page, model->layer);
}

/* What is beside the network: nothing, or what the page says. */
static void take_guard(struct cfslab_model *model, const u8 *page)
{
	const struct cfslab_guard none = {}, *guard = ((const struct cfslab_header *)page)->guarded ? cfslab_guard_of(page) : &none;

	model->refractory_ns = guard->refractory_ns;
	model->drift_floor = guard->drift_floor;
	model->drift_window = (u32)guard->drift_window;
	model->stands_by = guard->stands_by;
	model->swap_at_ns = guard->swap_at_ns;
	model->next = NULL;
	/* One that stands by is guarded by what it does when it is active. */
	model->guarded = guard->refractory_ns || guard->drift_floor;
	cfslab_make_outcomes(model);
}

static void take_parameters(struct cfslab_model *model, const u8 *page)
{
	memcpy(model->parameters, page + sizeof(struct cfslab_header), sizeof(model->parameters));
	if (model->task == CFSLAB_RULE_EARLY_MIGRATION)
		model->inputs = CFSLAB_EARLY_COUNTERS;
}

void cfslab_prepare(struct cfslab_model *model, const u8 *page, const struct cfslab_place *places)
{
	const struct cfslab_header *head = (const struct cfslab_header *)page;
	int i;

	model->threshold = head->threshold;
	model->kind = head->kind;
	model->task = head->task;
	model->format = head->format;
	model->layers = head->layers;
	model->inputs = head->inputs;
	model->bytes = head->bytes;
	model->plan = NULL;
	model->shape = -1;
	memset(model->parameters, 0, sizeof(model->parameters));
	if (model->kind == CFSLAB_RULE)
		take_parameters(model, page);
	take_guard(model, page);
	cfslab_make_answers(model);
	memcpy(model->hash, head->hash, sizeof(model->hash));
	look_at(model, page);
	for (i = 0; i < head->inputs; i++)
		model->features[i] = model->scalings[i].feature;
	model->page_bytes = CFSLAB_HAS_NETWORKS && head->kind == CFSLAB_NETWORK ? cfslab_make_plan(model->page, model, places) : 0;
	if (model->page_bytes) {
		model->plan = (const struct cfslab_plan *)model->page;
		/* The page that was pushed is given back. */
		model->scalings = NULL;
		for (i = 0; i < head->layers; i++) {
			model->layer[i].biases = NULL;
			model->layer[i].weights = NULL;
			model->layer[i].shifts = NULL;
		}
	} else {
		memcpy(model->page, page, head->bytes);
		model->page_bytes = head->bytes;
		look_at(model, model->page);
	}
}
