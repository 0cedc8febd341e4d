// SPDX-License-Identifier: GPL-2.0
#include "features.h"

#define CFSLAB_RANGE(number, name, min, max, value) [number] = { min, max },
const struct cfslab_feature_range cfslab_features[CFSLAB_FEATURE_COUNT] = { CFSLAB_FEATURES(CFSLAB_RANGE) };
