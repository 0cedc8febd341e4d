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

/* What fields are read from in a call. */
enum cfslab_base {
	/* Values that a call makes itself: one for each input that is not a field, and those below. */
	CFSLAB_FROM_OWN,
	CFSLAB_FROM_TASK,
	CFSLAB_FROM_ENV,
	CFSLAB_FROM_DOMAIN,
	CFSLAB_FROM_SOURCE,
	CFSLAB_FROM_DESTINATION,
	CFSLAB_BASES,
};
/* Values that every call makes, behind those of the inputs. */
#define CFSLAB_OWN_HOT		CFSLAB_MAX_INPUTS
#define CFSLAB_OWN_DELTA	(CFSLAB_MAX_INPUTS + 1)
/* 1 where the destination has just become idle. */
#define CFSLAB_OWN_NEWLY_IDLE	(CFSLAB_MAX_INPUTS + 2)
#define CFSLAB_OWN_VALUES	(CFSLAB_MAX_INPUTS + 3)

/* Where a feature stands: a field of 8 bytes, or one of 4 without a sign. */
struct cfslab_place {
	u16 offset;
	u8 base;
	/* 8 or 4; 0: it is no field, or a smaller one, or has a sign. */
	u8 bytes;
};

/* Where an input is read, and what it adds to the rows of the tables where it has few values (plan.h). */
struct cfslab_source {
	s64 lo;
	s64 hi;
	/* Of the table of its group, 16 bits for each group. */
	u64 stride;
	u32 base;
	u32 offset;
	/* 8 bytes; else 4. */
	u64 is_long;
};

/*
 * What a plan is evaluated by where its shape was not emitted: where its inputs are, and its parts as pointers. Inputs of few
 * values come first: those of 4 bytes that are not clamped from below, then the other ones; then inputs of many values.
 */
struct cfslab_loops {
	/* Rows of all groups where every clamped value is 0. */
	u64 rows;
	const struct cfslab_source *plain_end;
	const struct cfslab_source *small_end;
	const struct cfslab_wide *wide;
	const struct cfslab_wide *linear_end;
	const struct cfslab_wide *log_end;
	const struct cfslab_wide *wide_end;
	const struct cfslab_closing *closing;
	const struct cfslab_closing *closing_end;
	const u8 *weights;
	struct cfslab_source source[CFSLAB_MAX_INPUTS];
};

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
	/* Of a network; of early migration the counters that its event has. */
	u8 inputs;
	/* Whether there is anything of what guard.h is about. */
	u8 guarded;
	u8 features[CFSLAB_MAX_INPUTS];
	/* What the page holds: a plan (plan.h), or, where this is NULL, what was pushed, which scalings and layers are in. */
	const struct cfslab_plan *plan;
	struct cfslab_loops loops;
	/* Inputs that are no field, by their number. */
	u8 made;
	u8 made_inputs[CFSLAB_MAX_INPUTS];
	const struct cfslab_input *scalings;
	struct cfslab_layer layer[CFSLAB_MAX_LAYERS];
	s64 parameters[CFSLAB_PARAMETERS];
	/* Of a guarded one. By call: which show an outcome that is compared, and which of them show class 1. */
	u8 shown;
	u8 positive;
	/* Which of cfslab_pasts it remembers in. */
	u8 past;
	u8 stands_by;
	s16 drift_floor;
	u32 drift_window;
	s64 refractory_ns;
	/* ns after the beginning of the one that is active, from which this one is. */
	s64 swap_at_ns;
	/* When it began to be asked, by sched_clock(); who takes over from it, or NULL. */
	u64 began;
	struct cfslab_model __rcu *next;
	/* Counted from 1, by one with each policy that was made active. */
	u64 generation;
	u32 bytes;
	u32 page_bytes;
	u8 hash[32];
	/* CFSLAB_MAX_PAGE_BYTES of its own. */
	u8 *page;
};

#endif
