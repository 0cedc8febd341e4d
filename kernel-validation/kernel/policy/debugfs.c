// SPDX-License-Identifier: GPL-2.0
/* /sys/kernel/debug/cfslab: what a user sees of policies. Root alone gets in. */
#include <linux/capability.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "features.h"
#include "free.h"
#include "slots.h"
#include "source.h"

static const char *const mode_names[] = { "off", "shadow", "decide" };
static const char *const format_names[] = { "none", "q16", "s11", "int8" };

static ssize_t model_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	u8 *page;
	int error;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	/* A page comes in one write; what is too long is the check's to refuse. */
	if (*at != 0)
		return -ESPIPE;
	page = kzalloc(CFSLAB_MAX_PAGE_BYTES, GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	if (copy_from_user(page, from, min_t(size_t, count, CFSLAB_MAX_PAGE_BYTES))) {
		kfree(page);
		return -EFAULT;
	}
	mutex_lock(&cfslab_mutex);
	error = cfslab_push(page, count);
	mutex_unlock(&cfslab_mutex);
	kfree(page);
	return error ? error : (ssize_t)count;
}

static const struct file_operations model_operations = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = model_write,
	.llseek = no_llseek,
};

static ssize_t mode_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	/* Blanks behind the word do no harm. */
	char text[16];
	int error, mode;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, count))
		return -EFAULT;
	text[count] = 0;
	mutex_lock(&cfslab_mutex);
	cfslab_free_begin();
	mode = match_string(mode_names, ARRAY_SIZE(mode_names), strim(text));
	error = mode < 0 ? mode : cfslab_set_mode(mode);
	cfslab_free_end();
	mutex_unlock(&cfslab_mutex);
	return error ? error : (ssize_t)count;
}

static int mode_show(struct seq_file *out, void *unused)
{
	seq_printf(out, "%s\n", mode_names[READ_ONCE(cfslab_mode)]);
	return 0;
}

static int mode_open(struct inode *inode, struct file *file)
{
	return single_open(file, mode_show, NULL);
}

static const struct file_operations mode_operations = {
	.owner = THIS_MODULE,
	.open = mode_open,
	.read = seq_read,
	.write = mode_write,
	.llseek = seq_lseek,
	.release = single_release,
};

#define FEATURE_NAME(id, name, min, max, value) [id] = #name,
static const char *const feature_names[] = { CFSLAB_FEATURES(FEATURE_NAME) };

static void show_network(struct seq_file *out, const struct cfslab_model *model)
{
	int i;

	seq_printf(out, "task %u\nformat %s\nsizes %u", model->task, format_names[model->format], model->inputs);
	for (i = 0; i < model->layers; i++)
		seq_printf(out, "-%u", model->layer[i].outputs);
	seq_printf(out, "\nthreshold %lld\ninputs ", model->threshold);
	for (i = 0; i < model->inputs; i++)
		seq_printf(out, "%s%s", i ? "," : "", feature_names[model->features[i]]);
	seq_putc(out, '\n');
	if (model->drift_floor)
		seq_printf(out, "drift_floor %d\ndrift_window %u\n", model->drift_floor, model->drift_window);
	if (model->refractory_ns)
		seq_printf(out, "refractory_ns %lld\n", model->refractory_ns);
}

static void show_rule(struct seq_file *out, const struct cfslab_model *model)
{
	int i;

	seq_printf(out, "rule %u\nparameters ", model->task);
	for (i = 0; i < CFSLAB_PARAMETERS; i++)
		seq_printf(out, "%s%lld", i ? "," : "", model->parameters[i]);
	seq_putc(out, '\n');
}

/* Who takes over, and what the policy remembers: whether it has fallen back, and outcomes of both classes, right and in all. */
static void show_past(struct seq_file *out, const struct cfslab_model *model)
{
	const struct cfslab_model *next = rcu_dereference_protected(model->next, lockdep_is_held(&cfslab_mutex));
	struct cfslab_past *past = &cfslab_pasts[model->past];
	struct cfslab_drift drift;
	unsigned long flags;

	if (next)
		seq_printf(out, "next %*phN\nnext_generation %llu\nswap_at_ns %lld\n", (int)sizeof(next->hash), next->hash,
			   next->generation, next->swap_at_ns);
	if (!model->drift_floor)
		return;
	raw_spin_lock_irqsave(&past->lock, flags);
	drift = past->drift;
	raw_spin_unlock_irqrestore(&past->lock, flags);
	seq_printf(out, "fallen %d\noutcomes %u/%u,%u/%u\n", drift.fallen, drift.right[0], drift.seen[0], drift.right[1], drift.seen[1]);
}

static int active_show(struct seq_file *out, void *unused)
{
	const struct cfslab_model *model;

	mutex_lock(&cfslab_mutex);
	model = rcu_dereference_protected(cfslab_active, lockdep_is_held(&cfslab_mutex));
	if (model) {
		seq_printf(out, "hash %*phN\nkind %s\n", (int)sizeof(model->hash), model->hash,
			   model->kind == CFSLAB_NETWORK ? "network" : "rule");
		if (model->kind == CFSLAB_NETWORK)
			show_network(out, model);
		else
			show_rule(out, model);
		show_past(out, model);
		seq_printf(out, "bytes %u\nmemory_bytes %u\nplan %s\n", model->bytes, model->page_bytes, model->plan ? "yes" : "no");
		seq_printf(out, "shape %d\n", model->shape);
		seq_printf(out, "generation %llu\nsource %s\n", model->generation, CFSLAB_SOURCE_HASH);
	} else {
		seq_puts(out, "none\n");
	}
	mutex_unlock(&cfslab_mutex);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(active);

/* Calls whose outcome has the bits `bits` of `mask`. */
static u64 calls_where(const struct cfslab_stats *s, int mask, int bits)
{
	u64 calls = 0;
	int i;

	for (i = 0; i < CFSLAB_OUTCOMES; i++) {
		if ((i & mask) == bits)
			calls += s->outcomes[i];
	}
	return calls;
}

/* One CPU's counts, or those of all together. */
static void show_counts(struct seq_file *out, const char *name, const struct cfslab_stats *s)
{
	const u64 early = calls_where(s, 3, 1), withheld = calls_where(s, 3, 2);
	int i;

	seq_printf(out, "%scalls %llu\n", name, calls_where(s, 0, 0));
	seq_printf(out, "%sasked %llu\n%sspared %llu\n", name, calls_where(s, 8, 8), name, calls_where(s, 8, 0));
	seq_printf(out, "%sdisagreements %llu\n%searly %llu\n%swithheld %llu\n", name, early + withheld, name, early, name, withheld);
	seq_printf(out, "%sforced %llu\n%sstock_forced %llu\n", name, calls_where(s, 5, 5), name, calls_where(s, 6, 6));
	seq_printf(out, "%scycles %llu\n%scycles_log2 ", name, s->cycles, name);
	for (i = 0; i < CFSLAB_CYCLE_BUCKETS; i++)
		seq_printf(out, "%s%llu", i ? "," : "", s->cycles_log2[i]);
	seq_putc(out, '\n');
}

static int stats_show(struct seq_file *out, void *unused)
{
	const struct cfslab_model *model;
	struct cfslab_stats all = {};
	char name[16];
	int cpu, i;

	mutex_lock(&cfslab_mutex);
	model = rcu_dereference_protected(cfslab_active, lockdep_is_held(&cfslab_mutex));
	seq_printf(out, "mode %s\ngeneration %llu\nmemory_bytes %zu\n", mode_names[cfslab_mode], model ? model->generation : 0,
		   cfslab_memory());
	mutex_unlock(&cfslab_mutex);
	for_each_online_cpu(cpu) {
		const u64 *one = (const u64 *)per_cpu_ptr(&cfslab_stats, cpu);

		for (i = 0; i < sizeof(all) / sizeof(u64); i++)
			((u64 *)&all)[i] += READ_ONCE(one[i]);
	}
	show_counts(out, "", &all);
	for_each_online_cpu(cpu) {
		snprintf(name, sizeof(name), "cpu%d.", cpu);
		show_counts(out, name, per_cpu_ptr(&cfslab_stats, cpu));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static ssize_t reset_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	cfslab_reset_stats();
	return count;
}

static const struct file_operations reset_operations = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = reset_write,
	.llseek = no_llseek,
};

static int source_show(struct seq_file *out, void *unused)
{
	seq_puts(out, CFSLAB_SOURCE_HASH "\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(source);

static int __init cfslab_debugfs_init(void)
{
	struct dentry *folder = debugfs_create_dir("cfslab", NULL);

	if (IS_ERR(folder))
		return 0;
	d_inode(folder)->i_mode = S_IFDIR | 0700;
	debugfs_create_file("mode", 0600, folder, NULL, &mode_operations);
	debugfs_create_file("model", 0200, folder, NULL, &model_operations);
	debugfs_create_file("active", 0400, folder, NULL, &active_fops);
	debugfs_create_file("stats", 0400, folder, NULL, &stats_fops);
	debugfs_create_file("reset", 0200, folder, NULL, &reset_operations);
	debugfs_create_file("source", 0400, folder, NULL, &source_fops);
	return 0;
}
late_initcall(cfslab_debugfs_init);
