/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "probe.h"

static struct machine machine;
static struct results results;
static struct direct direct;

int main(int argc, char **argv)
{
	struct options options;
	struct timer timer;

	parse_options(argc, argv, &options);
	find_machine(&machine, &options);
	check_timer(&timer);
	for (int r = 0; r < RELATIONS; r++)
		if (!machine.pair[r].measured)
			fprintf(stderr, "cfslab-probe: not measured: %s: %s\n", relation_names[r], machine.pair[r].why);
	run_direct(&direct, &machine, &options);
	run_plan(&results, &machine, &options);
	write_results(&options, &machine, &timer, &results, &direct);
	if (machine.cpus == 1)
		die(EXIT_MISSING, "only one CPU is allowed: no move was measured, only displaced caches");
	if (!machine.caches_known)
		die(EXIT_MISSING, "the sizes of the caches are not known: displaced caches were not measured");
	return 0;
}
