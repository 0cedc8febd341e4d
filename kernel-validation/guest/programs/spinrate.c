// SPDX-License-Identifier: GPL-2.0-only
/* spinrate: how many rounds of the work loop a µs has, the most of 20 trials: prints `LOOPS_PER_US=N`. */
#include "work.h"

int main(void)
{
	int64_t best = 0, trial, loops = 1000000;

	for (trial = 0; trial < 20; trial++) {
		int64_t start = now_ns(), ns;

		loops_per_us = loops;
		work_us(1);
		ns = now_ns() - start;
		if (ns > 0 && loops * 1000 / ns > best)
			best = loops * 1000 / ns;
	}
	printf("LOOPS_PER_US=%lld\n", (long long)(best > 0 ? best : 1));
	return 0;
}
