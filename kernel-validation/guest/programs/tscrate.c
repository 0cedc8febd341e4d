// SPDX-License-Identifier: GPL-2.0-only
/* tscrate: prints `tsc TICKS ns NS`, both read at once; from two such lines, how fast the time stamp counter runs. */
#include <x86intrin.h>
#include "work.h"

int main(void)
{
	struct timespec time;
	uint64_t best = UINT64_MAX, tsc = 0;
	int64_t ns = 0;
	int i;

	for (i = 0; i < 50; i++) {
		uint64_t before = __rdtsc(), after;

		clock_gettime(CLOCK_MONOTONIC_RAW, &time);
		after = __rdtsc();
		if (after - before < best) {
			best = after - before;
			tsc = before + best / 2;
			ns = time.tv_sec * 1000000000LL + time.tv_nsec;
		}
	}
	printf("tsc %llu ns %lld\n", (unsigned long long)tsc, (long long)ns);
	return 0;
}
