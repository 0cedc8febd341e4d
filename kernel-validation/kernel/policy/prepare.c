// SPDX-License-Identifier: GPL-2.0
/* An accepted page becomes a policy that can decide. */
#include "check.h"
#include "plan.h"
#include "rules.h"

/* Points the model at what is in a page. */
static void look_at(struct cfslab_model *model, const u8 *page)
{
	const struct cfslab_header *head = (const struct cfslab_header *)page;

	model->scalings = (const struct cfslab_input *)(page + sizeof(*head));
	model->parameters = (const s64 *)(page + sizeof(*head));
	cfslab_find_layers(page, model->layer);
}

void cfslab_prepare(struct cfslab_model *model, const u8 *page)
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
	cfslab_make_answers(model);
	memcpy(model->hash, head->hash, sizeof(model->hash));
	look_at(model, page);
	for (i = 0; i < head->inputs; i++)
		model->features[i] = model->scalings[i].feature;
	model->page_bytes = CFSLAB_HAS_NETWORKS && head->kind == CFSLAB_NETWORK ? cfslab_make_plan(model->page, model) : 0;
	if (model->page_bytes) {
		model->plan = (const struct cfslab_plan *)model->page;
		/* The page that was pushed is given back. */
		model->scalings = NULL;
		model->parameters = NULL;
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
