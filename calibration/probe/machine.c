/* SPDX-License-Identifier: GPL-2.0-only */
/* What the machine looks like, from sysfs, and which pairs of CPUs to measure. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "probe.h"

const char *const relation_names[RELATIONS] = { "smt", "llc", "node", "remote", "displaced", "flushed" };

/* One line of a file below /sys/devices/system/cpu/cpuN/. */
static bool read_line(int cpu, const char *file, char *line, size_t length)
{
	char path[256];
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/%s", cpu, file);
	f = fopen(path, "r");
	if (f == NULL)
		return false;
	ok = fgets(line, (int)length, f) != NULL;
	fclose(f);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok;
}

/* Reads `0,2-5` into set[]; the number of CPUs, or −1 where it is no such list. */
static int parse_list(const char *text, bool *set)
{
	int count = 0;

	while (*text != '\0') {
		char *end;
		long low, high;

		if (!isdigit((unsigned char)*text))
			return -1;
		low = high = strtol(text, &end, 10);
		if (*end == '-') {
			if (!isdigit((unsigned char)end[1]))
				return -1;
			high = strtol(end + 1, &end, 10);
		}
		if (low > high || high >= MAX_CPUS)
			return -1;
		for (long cpu = low; cpu <= high; cpu++) {
			count += !set[cpu];
			set[cpu] = true;
		}
		if (*end == ',' && end[1] != '\0')
			end++;
		else if (*end != '\0')
			return -1;
		text = end;
	}
	return count == 0 ? -1 : count;
}

/* The first CPU of a list file, which names what the CPUs of the list share; and how many they are. */
static bool read_list(int cpu, const char *file, int *first, int *count)
{
	char line[4096];
	bool set[MAX_CPUS] = { false };

	if (!read_line(cpu, file, line, sizeof(line)))
		return false;
	*count = parse_list(line, set);
	if (*count < 0)
		return false;
	for (*first = 0; !set[*first]; ++*first)
		;
	return true;
}

static int read_int(int cpu, const char *file, int otherwise)
{
	char line[64];

	return read_line(cpu, file, line, sizeof(line)) ? atoi(line) : otherwise;
}

/* The NUMA node is a link `nodeN` in the CPU's directory; without NUMA there is none. */
static int node_of(int cpu)
{
	char path[64];
	int node = 0;
	DIR *directory;
	struct dirent *entry;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d", cpu);
	directory = opendir(path);
	if (directory == NULL)
		return 0;
	while ((entry = readdir(directory)) != NULL)
		if (strncmp(entry->d_name, "node", 4) == 0 && isdigit((unsigned char)entry->d_name[4]))
			node = atoi(entry->d_name + 4);
	closedir(directory);
	return node;
}

/* Data caches of a CPU; returns the CPU that names its last-level cache, −1 where sysfs does not say. */
static int read_caches(int cpu, struct cache *cache, int *caches, size_t *line_bytes)
{
	int llc = -1, top = 0;

	*caches = 0;
	for (int i = 0; *caches < MAX_CACHES; i++) {
		char file[64], text[64];
		int first, count;
		struct cache *c = &cache[*caches];
		char *end;

		snprintf(file, sizeof(file), "cache/index%d/type", i);
		if (!read_line(cpu, file, text, sizeof(text)))
			break;
		if (strcmp(text, "Instruction") == 0)
			continue;
		snprintf(file, sizeof(file), "cache/index%d/level", i);
		c->level = read_int(cpu, file, 0);
		snprintf(file, sizeof(file), "cache/index%d/size", i);
		if (!read_line(cpu, file, text, sizeof(text)))
			continue;
		c->bytes = strtoul(text, &end, 10);
		c->bytes <<= *end == 'K' ? 10 : *end == 'M' ? 20 : 0;
		snprintf(file, sizeof(file), "cache/index%d/shared_cpu_list", i);
		if (c->bytes == 0 || !read_list(cpu, file, &first, &count))
			continue;
		c->cpus = count;
		snprintf(file, sizeof(file), "cache/index%d/coherency_line_size", i);
		*line_bytes = (size_t)read_int(cpu, file, 64);
		if (c->level > top) {
			top = c->level;
			llc = first;
		}
		++*caches;
	}
	return llc;
}

/* The last-level cache, and below it the largest that only siblings share. */
static void choose_caches(struct machine *m, int siblings)
{
	int top = 0;

	for (int i = 1; i < m->caches; i++)
		if (m->cache[i].level > m->cache[top].level)
			top = i;
	m->llc_bytes = m->cache[top].bytes;
	for (int i = 0; i < m->caches; i++)
		if (i != top && m->cache[i].cpus <= siblings && m->cache[i].bytes > m->private_bytes)
			m->private_bytes = m->cache[i].bytes;
	m->caches_known = m->private_bytes != 0 && m->llc_bytes > m->private_bytes;
}

static enum relation relation_of(const struct machine *m, int a, int b)
{
	if (m->core[a] == m->core[b])
		return REL_SMT;
	if (m->llc[a] == m->llc[b])
		return REL_LLC;
	return m->node[a] == m->node[b] ? REL_NODE : REL_REMOTE;
}

static void choose_pairs(struct machine *m)
{
	static const char *const missing[MOVES] = {
		"no two allowed CPUs are siblings of one core",
		"no two allowed cores share a last-level cache",
		"no two last-level caches on one node",
		"no two nodes",
	};

	for (int r = 0; r < MOVES; r++)
		m->pair[r].why = m->cpus == 1 ? "only one CPU is allowed" : missing[r];
	for (int a = 0; a < m->cpus; a++)
		for (int b = a + 1; b < m->cpus; b++) {
			struct pair *p = &m->pair[relation_of(m, a, b)];

			if (!p->measured)
				*p = (struct pair){ .measured = true, .from = m->cpu[a], .to = m->cpu[b] };
		}
	for (int r = REL_DISPLACED; r <= REL_FLUSHED; r++)
		m->pair[r] = (struct pair){ .measured = true, .from = m->cpu[0], .to = m->cpu[0] };
	if (!m->caches_known) {
		m->pair[REL_DISPLACED].measured = false;
		m->pair[REL_DISPLACED].why = "the sizes of the caches are not known";
	}
}

static void find_cpus(struct machine *m, const char *list)
{
	bool wanted[MAX_CPUS] = { false };
	cpu_set_t *allowed = CPU_ALLOC(MAX_CPUS);
	size_t size = CPU_ALLOC_SIZE(MAX_CPUS);

	if (list != NULL && parse_list(list, wanted) < 0)
		die(EXIT_OPTIONS, "--cpus: expected a list of CPUs below %d, as 0,2-5, found '%s'", MAX_CPUS, list);
	if (allowed == NULL || sched_getaffinity(0, size, allowed) != 0)
		die(EXIT_MISSING, "the allowed CPUs cannot be read: %s", strerror(errno));
	for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
		bool ok = CPU_ISSET_S((size_t)cpu, size, allowed);

		if (list != NULL && wanted[cpu] && !ok)
			die(EXIT_OPTIONS, "--cpus: expected CPUs that this process may use, found %d", cpu);
		if (ok && (list == NULL || wanted[cpu]))
			m->cpu[m->cpus++] = cpu;
	}
	CPU_FREE(allowed);
}

static void find_names(struct machine *m)
{
	struct utsname name;
	char line[256];
	FILE *f = fopen("/proc/cpuinfo", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		char *value = strchr(line, ':');

		if (strncmp(line, "model name", 10) != 0 || value == NULL)
			continue;
		value += 1 + strspn(value + 1, " \t");
		value[strcspn(value, "\n")] = '\0';
		snprintf(m->model, sizeof(m->model), "%.*s", (int)sizeof(m->model) - 1, value);
		break;
	}
	if (f != NULL)
		fclose(f);
	if (uname(&name) == 0)
		snprintf(m->kernel, sizeof(m->kernel), "%s %s", name.release, name.machine);
}

void find_machine(struct machine *m, const struct options *o)
{
	int siblings = 1;

	*m = (struct machine){ .line_bytes = 64 };
	find_cpus(m, o->cpus);
	find_names(m);
	for (int i = 0; i < m->cpus; i++) {
		int cpu = m->cpu[i], count = 1;
		struct cache other[MAX_CACHES];
		int others;

		if (!read_list(cpu, "topology/core_cpus_list", &m->core[i], &count) &&
		    !read_list(cpu, "topology/thread_siblings_list", &m->core[i], &count))
			m->core[i] = cpu;
		m->node[i] = node_of(cpu);
		m->llc[i] = read_caches(cpu, i == 0 ? m->cache : other, i == 0 ? &m->caches : &others, &m->line_bytes);
		if (m->llc[i] < 0)
			m->llc[i] = -1 - read_int(cpu, "topology/physical_package_id", 0);
		if (i == 0)
			siblings = count;
	}
	if (m->line_bytes < 32 || m->line_bytes > 4096)
		m->line_bytes = 64;
	choose_caches(m, siblings);
	if (!m->caches_known) {
		/* Common sizes, so that the sets to measure can be chosen; they are not written down. */
		m->private_bytes = 1u << 20;
		m->llc_bytes = 16u << 20;
	}
	choose_pairs(m);
}

bool pin(int cpu)
{
	cpu_set_t *set = CPU_ALLOC(MAX_CPUS);
	size_t size = CPU_ALLOC_SIZE(MAX_CPUS);
	bool ok;

	if (set == NULL)
		return false;
	CPU_ZERO_S(size, set);
	CPU_SET_S((size_t)cpu, size, set);
	ok = sched_setaffinity(0, size, set) == 0;
	CPU_FREE(set);
	return ok && sched_getcpu() == cpu;
}
