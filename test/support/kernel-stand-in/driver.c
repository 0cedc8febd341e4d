// SPDX-License-Identifier: GPL-2.0
/* Reads commands, one a line, and answers each; all that a kernel would do to the policy's sources comes from here. */
#include "sched.h"
#include "policy/decide.h"

int this_cpu, graces, free_depth;
u64 clock_ns = 1, cycles, cycles_per_reading;
bool is_root = true, event_is_on;
unsigned int sysctl_sched_nr_migrate = 32, sysctl_sched_migration_cost = 500000;

static struct dentry folder;
static struct { const char *name; const struct file_operations *operations; } files[16];
static int file_count;

struct dentry *debugfs_create_dir(const char *name, void *parent)
{
	(void)name;
	(void)parent;
	return &folder;
}

void debugfs_create_file(const char *name, int mode, struct dentry *parent, void *data, const struct file_operations *operations)
{
	(void)mode;
	(void)parent;
	(void)data;
	files[file_count].name = name;
	files[file_count++].operations = operations;
}

static const struct file_operations *file_of(const char *name)
{
	int i;

	for (i = 0; i < file_count; i++)
		if (!strcmp(files[i].name, name))
			return files[i].operations;
	abort();
}

void told_cfslab_policy(struct task_struct *p, int src, int dst, const struct cfslab_model *model, int mode, int hot, int stock, int policy,
			int result, s64 logit, const struct cfslab_watch *watch, const s64 *raw)
{
	int i;

	printf("event pid=%d src=%d dst=%d gen=%llu task=%u mode=%d hot=%d stock=%d policy=%d result=%d logit=%lld cycles=%llu clock=%llu by=%d "
	       "n=%u raw=", p->pid, src, dst, model->generation, model->kind == CFSLAB_NETWORK ? model->task : 0, mode, hot, stock, policy,
	       result, logit, watch->cycles, watch->clock, watch->by, model->inputs);
	for (i = 0; i < model->inputs; i++)
		printf(i ? ",%lld" : "%lld", raw[i]);
	printf("\n");
}

static void read_file(const char *name)
{
	const struct file_operations *operations = file_of(name);
	struct file file = { operations->show };
	struct inode inode;

	if (!file.show)
		operations->open(&inode, &file);
	file.show(NULL, NULL);
	printf("end\n");
}

static void write_file(const char *name, const char *bytes, size_t count)
{
	struct file file;
	loff_t at = 0;

	printf("wrote %zd\n", file_of(name)->write(&file, bytes, count, &at));
}

static void write_hex(const char *hex)
{
	static char bytes[2 * CFSLAB_MAX_PAGE_BYTES];
	size_t count = strlen(hex) / 2, i;
	unsigned int byte;

	for (i = 0; i < count && sscanf(hex + 2 * i, "%2x", &byte) == 1; i++)
		bytes[i] = (char)byte;
	write_file("model", bytes, count);
}

#define MOST 64
static struct task_struct tasks[MOST];
static struct rq queues[CPUS];
static bool here_only[CPUS], everywhere[CPUS] = { true, true, true, true };

/* Puts n tasks into the source's queue: for each whether it runs, may go to the destination, and is hot. */
static void take_queue(struct rq *src, int n)
{
	struct list_head *last = &src->cfs_tasks;
	int i, runs, may, hot;

	for (i = 0; i < n; i++) {
		if (scanf("%d %d %d", &runs, &may, &hot) != 3)
			abort();
		tasks[i].on_cpu = runs;
		tasks[i].cpus_ptr = may ? everywhere : here_only;
		tasks[i].is_hot = hot;
		last->next = &tasks[i].se.group_node;
		last = last->next;
	}
	last->next = &src->cfs_tasks;
}

static void call(void)
{
	struct sched_domain domain = { 0 };
	struct task_struct p = { 0 };
	struct lb_env env = { .sd = &domain };
	int hot, stock, idle, n;
	long long ran;

	if (scanf("%d %d %d %u %u %d %u %d %d %lld %u %u %lu %d", &p.pid, &env.src_cpu, &env.dst_cpu, &domain.nr_balance_failed,
		  &domain.cache_nice_tries, &idle, &env.loop, &hot, &stock, &ran, &queues[0].nr_running, &queues[1].nr_running,
		  &p.se.avg.util_avg, &n) != 14)
		abort();
	env.idle = idle;
	env.src_rq = &queues[0];
	env.dst_rq = &queues[1];
	p.se.cfs_rq = &queues[0].cfs;
	queues[0].clock_task = 1ULL << 60;
	p.se.exec_start = queues[0].clock_task - (u64)ran;
	take_queue(&queues[0], n);
	printf("answer %d\n", cfslab_policy_decide(&p, &env, hot, stock));
}

int main(void)
{
	static char word[16], argument[4 * CFSLAB_MAX_PAGE_BYTES];

	while (scanf("%15s", word) == 1) {
		if (!strcmp(word, "call"))
			call();
		else if (scanf("%16383s", argument) != 1)
			abort();
		else if (!strcmp(word, "push"))
			write_hex(argument);
		else if (!strcmp(word, "read"))
			read_file(argument);
		else if (!strcmp(word, "mode") || !strcmp(word, "reset"))
			write_file(word, argument, strlen(argument));
		else if (!strcmp(word, "clock"))
			clock_ns = strtoull(argument, NULL, 10);
		else if (!strcmp(word, "cycles"))
			cycles_per_reading = strtoull(argument, NULL, 10);
		else if (!strcmp(word, "cpu"))
			this_cpu = atoi(argument);
		else if (!strcmp(word, "event"))
			event_is_on = atoi(argument);
		else if (!strcmp(word, "root"))
			is_root = atoi(argument);
		else if (!strcmp(word, "most"))
			sysctl_sched_nr_migrate = atoi(argument);
		else
			abort();
	}
	return 0;
}
