/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy with a network keeps to beside the network's word, as the simulator's policies do (src/policies/neural):
 *
 *  - a rest: no other hot task is moved early from a CPU for some ns after one was;
 *  - a floor: what the network says is compared with what calls show, and where it does worse than asked the policy is the stock
 *    kernel from then on;
 *  - a successor: from some ns on another network decides.
 *
 * Most networks have none of these, and pay one comparison a call.
 */
#ifndef CFSLAB_POLICY_GUARD_H
#define CFSLAB_POLICY_GUARD_H

#include "rules.h"

/*
 * Outcomes of late, of the classes 0 and 1, and how many of them the network had right. A class that has `window` of them is
 * halved, so that old ones fade.
 */
struct cfslab_drift {
	/* Whose words are counted. */
	const struct cfslab_model *of;
	u32 right[2];
	u32 seen[2];
	bool fallen;
};

/* What made a policy's answer. */
enum cfslab_by {
	CFSLAB_BY_POLICY,
	/* Stock: a task was moved early from this CPU so lately that no other is. */
	CFSLAB_BY_REST,
	/* Stock: the network has become too bad. */
	CFSLAB_BY_FALL,
};

/* What a call went by: the clock and who answered, of a guarded policy; and the cycles that it took. */
struct cfslab_watch {
	u64 clock;
	u64 cycles;
	enum cfslab_by by;
};

/* The classes that calls show, as tables by call (rules.h): which of them show one, and which show class 1. */
static inline void cfslab_make_outcomes(struct cfslab_model *model)
{
	const u8 cold = 1 << cfslab_call(0, 1), held = 1 << cfslab_call(1, 0), forced = 1 << cfslab_call(1, 1);

	/* A refused call of a series shows nothing yet. */
	model->shown = model->task == CFSLAB_EARLY ? cold | forced : cold | held | forced;
	model->positive = model->task == CFSLAB_IMITATE ? cold | forced : forced;
	if (!model->drift_floor)
		model->shown = 0;
}

/* Balanced accuracy, in thousandths, rounded down; -1 where neither class has enough outcomes. One that has too few counts as right. */
static inline int cfslab_accuracy(const struct cfslab_drift *drift)
{
	u64 right[2], seen[2];
	int i;

	if (drift->seen[0] < CFSLAB_DRIFT_MIN_SEEN && drift->seen[1] < CFSLAB_DRIFT_MIN_SEEN)
		return -1;
	for (i = 0; i < 2; i++) {
		const bool enough = drift->seen[i] >= CFSLAB_DRIFT_MIN_SEEN;

		right[i] = enough ? drift->right[i] : 1;
		seen[i] = enough ? drift->seen[i] : 1;
	}
	return (int)(500 * (right[0] * seen[1] + right[1] * seen[0]) / (seen[0] * seen[1]));
}

/* Counts an outcome; whether the policy falls back with it. */
static inline bool cfslab_judge(struct cfslab_drift *drift, bool said, bool was, u32 window, int floor)
{
	int accuracy;

	if (drift->seen[was] >= window) {
		drift->seen[was] /= 2;
		drift->right[was] /= 2;
	}
	drift->seen[was]++;
	drift->right[was] += said == was;
	accuracy = cfslab_accuracy(drift);
	if (accuracy < 0 || accuracy >= floor)
		return false;
	drift->fallen = true;
	return true;
}

#endif
