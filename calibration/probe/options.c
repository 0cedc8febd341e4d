/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include "probe.h"

static const char usage[] =
	"usage: cfslab-probe [options] > probe.json\n"
	"  --quick          fewer sizes and repetitions: under 20 seconds\n"
	"  --seconds N      time for the cache measurements (default 240, quick 10)\n"
	"  --reps N         repetitions of each (default 15, quick 5)\n"
	"  --min SIZE       smallest working set (default 4K)\n"
	"  --max SIZE       largest working set (default twice the last-level cache, quick four private caches)\n"
	"  --seed N         seed of the random orders (default 1)\n"
	"  --cpus LIST      use only these of the allowed CPUs, as 0,2-5\n"
	"  --pages 4k|huge  pages of the working set (default 4k)\n"
	"  --out FILE       write there, whole or not at all, instead of to standard output\n"
	"  --help\n"
	"SIZE takes K, M or G. Exit code: 0, 2 for a wrong option, 3 where something is missing.\n";

static double number(const char *option, const char *text, double min, double max)
{
	char *end;
	double value;

	errno = 0;
	value = strtod(text, &end);
	if (errno != 0 || end == text || *end != '\0' || !(value >= min && value <= max))
		die(EXIT_OPTIONS, "%s: expected a number from %.0f to %.0f, found '%s'", option, min, max, text);
	return value;
}

static uint64_t integer(const char *option, const char *text, uint64_t min, uint64_t max)
{
	double value = number(option, text, (double)min, (double)max);

	if (value != (double)(uint64_t)value)
		die(EXIT_OPTIONS, "%s: expected an integer, found '%s'", option, text);
	return (uint64_t)value;
}

static size_t size(const char *option, const char *text)
{
	char *end;
	unsigned long long value;
	unsigned shift = 0;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (*end == 'K' || *end == 'k')
		shift = 10;
	else if (*end == 'M' || *end == 'm')
		shift = 20;
	else if (*end == 'G' || *end == 'g')
		shift = 30;
	if (shift != 0)
		end++;
	if (errno != 0 || text[0] < '0' || text[0] > '9' || *end != '\0' || value > (4ull << 30) >> shift ||
	    value << shift < 4096)
		die(EXIT_OPTIONS, "%s: expected a size from 4K to 4G, found '%s'", option, text);
	return (size_t)value << shift;
}

void parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "quick", no_argument, NULL, 'q' },     { "seconds", required_argument, NULL, 't' },
		{ "reps", required_argument, NULL, 'r' }, { "min", required_argument, NULL, 'm' },
		{ "max", required_argument, NULL, 'M' },  { "seed", required_argument, NULL, 's' },
		{ "cpus", required_argument, NULL, 'c' }, { "pages", required_argument, NULL, 'p' },
		{ "out", required_argument, NULL, 'o' },  { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*o = (struct options){ .seed = 1, .min_bytes = 4096 };
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:", names, NULL)) != -1) {
		switch (c) {
		case 'q': o->quick = true; break;
		case 't': o->seconds = number("--seconds", optarg, 0.1, 86400); break;
		case 'r': o->reps = (int)integer("--reps", optarg, 1, MAX_REPS); break;
		case 'm': o->min_bytes = size("--min", optarg); break;
		case 'M': o->max_bytes = size("--max", optarg); break;
		case 's': o->seed = integer("--seed", optarg, 0, UINT32_MAX); break;
		case 'c': o->cpus = optarg; break;
		case 'p':
			if (strcmp(optarg, "4k") != 0 && strcmp(optarg, "huge") != 0)
				die(EXIT_OPTIONS, "--pages: expected 4k or huge, found '%s'", optarg);
			o->huge_pages = optarg[0] == 'h';
			break;
		case 'o':
			if (optarg[0] == '\0')
				die(EXIT_OPTIONS, "--out: expected a file, found nothing");
			o->out = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		case ':':
			die(EXIT_OPTIONS, "%s: expected a value, found nothing", argv[optind - 1]);
		default:
			die(EXIT_OPTIONS, "expected an option (see --help), found '%s'", argv[optind - 1]);
		}
	}
	if (optind < argc)
		die(EXIT_OPTIONS, "expected options only, found '%s'", argv[optind]);
	if (o->seconds == 0)
		o->seconds = o->quick ? 10 : 240;
	if (o->reps == 0)
		o->reps = o->quick ? 5 : 15;
	if (o->max_bytes != 0 && o->max_bytes < o->min_bytes)
		die(EXIT_OPTIONS, "--max: expected at least --min, %zu, found %zu", o->min_bytes, o->max_bytes);
}
