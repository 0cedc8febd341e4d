/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CFSLAB_POLICY_CHECK_H
#define CFSLAB_POLICY_CHECK_H

#include "model.h"

/*
 * Whether `bytes` bytes at `page` (aligned to 8) are a policy that this kernel can decide by without ever overflowing.
 * Reads nothing beyond them, changes nothing but the checksum's field, which it restores.
 *
 * Returns CFSLAB_ACCEPTED or why not; cfslab_refusals[] has the errno and a sentence for each.
 */
enum cfslab_refusal cfslab_check(u8 *page, size_t bytes);

/* Finds the layers of a page whose sizes are accepted; false where there is anything but zeros between them. */
bool cfslab_find_layers(const u8 *page, struct cfslab_layer *layers);

/* The guard of a page that has one and whose length is accepted: its last bytes. */
static inline const struct cfslab_guard *cfslab_guard_of(const u8 *page)
{
	return (const struct cfslab_guard *)(page + ((const struct cfslab_header *)page)->bytes - sizeof(struct cfslab_guard));
}

/* `places`: see cfslab_make_plan(). Makes `model` ready of a page that was accepted, and needs that no longer: what it takes is in model->page then. */
void cfslab_prepare(struct cfslab_model *model, const u8 *page, const struct cfslab_place *places);

struct cfslab_refusal_text {
	int error;
	const char *text;
};
extern const struct cfslab_refusal_text cfslab_refusals[];

#endif
