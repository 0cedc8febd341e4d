// SPDX-License-Identifier: GPL-2.0
/*
 * cfslab: /sys/kernel/debug/cfslab/latency. Writing 1 begins to count from zero, 0 ends it; reading gives `calls` and
 * `cycles` of all CPUs.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "latency.h"

int cfslab_latency_on __read_mostly;
DEFINE_PER_CPU(struct cfslab_latency, cfslab_latency);

static int latency_show(struct seq_file *out, void *unused)
{
	u64 calls = 0, cycles = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		calls += READ_ONCE(per_cpu(cfslab_latency, cpu).calls);
		cycles += READ_ONCE(per_cpu(cfslab_latency, cpu).cycles);
	}
	seq_printf(out, "calls %llu\ncycles %llu\n", calls, cycles);
	return 0;
}

static int latency_open(struct inode *inode, struct file *file)
{
	return single_open(file, latency_show, NULL);
}

static ssize_t latency_write(struct file *file, const char __user *text, size_t length, loff_t *at)
{
	int cpu, error;
	bool on;

	error = kstrtobool_from_user(text, length, &on);
	if (error)
		return error;
	if (on)
		for_each_possible_cpu(cpu)
			per_cpu(cfslab_latency, cpu) = (struct cfslab_latency) {};
	WRITE_ONCE(cfslab_latency_on, on);
	return length;
}

static const struct file_operations latency_operations = {
	.owner = THIS_MODULE,
	.open = latency_open,
	.read = seq_read,
	.write = latency_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* The folder may be the policy's, which was made before: its code is linked first. */
static int __init latency_init(void)
{
	struct dentry *folder = debugfs_lookup("cfslab", NULL);

	if (!folder)
		folder = debugfs_create_dir("cfslab", NULL);
	debugfs_create_file("latency", 0600, folder, NULL, &latency_operations);
	return 0;
}
late_initcall(latency_init);
