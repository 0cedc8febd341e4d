/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the policy's sources take from a kernel, as one thread of user space has it: CPUs are a number that the driver sets, time
 * and cycles are what it says, debugfs is a table of files. Every header of linux/ that they include is this file.
 */
#ifndef STAND_IN_H
#define STAND_IN_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/types.h>
#include "policy/types.h"

#define CPUS 4
extern int this_cpu;
extern u64 clock_ns, cycles, cycles_per_reading;
extern bool is_root, event_is_on;
extern int graces, free_depth;

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))
#define smp_store_release(at, value) (*(at) = (value))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define min_t(type, a, b) ((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define container_of(at, type, member) ((type *)((char *)(at) - offsetof(type, member)))
#define BUILD_BUG_ON(x) _Static_assert(!(x), "")
#define __aligned(n) __attribute__((__aligned__(n)))
#define __read_mostly
#define __user
#define __init
#define __initdata
#define THIS_MODULE NULL
#define PAGE_SIZE 4096
#define GFP_KERNEL 0
#define CAP_SYS_ADMIN 21
#define late_initcall(function) static __attribute__((__constructor__)) void run_##function(void) { function(); }

#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name[CPUS]
#define DEFINE_PER_CPU(type, name) __typeof__(type) name[CPUS]
#define per_cpu_ptr(all, cpu) (&(*(all))[cpu])
#define this_cpu_ptr(all) per_cpu_ptr(all, this_cpu)
#define for_each_possible_cpu(cpu) for (cpu = 0; cpu < CPUS; cpu++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define num_possible_cpus() CPUS
#define smp_processor_id() this_cpu

#define rcu_dereference_sched(p) (p)
#define rcu_dereference_protected(p, held) ((void)(held), (p))
#define rcu_access_pointer(p) (p)
#define rcu_assign_pointer(p, value) ((p) = (value))
#define lockdep_is_held(lock) ((lock)->held)
static inline void synchronize_rcu_expedited(void) { graces++; }
static inline unsigned long get_state_synchronize_rcu(void) { return graces; }
static inline void cond_synchronize_rcu_expedited(unsigned long since) { graces += (unsigned long)graces == since; }

/* A lock that is taken twice would hang a kernel. */
struct mutex { int held; };
typedef struct mutex raw_spinlock_t;
#define DEFINE_MUTEX(name) struct mutex name
#define __RAW_SPIN_LOCK_UNLOCKED(name) { 0 }
static inline void mutex_lock(struct mutex *lock) { if (lock->held++) abort(); }
static inline void mutex_unlock(struct mutex *lock) { if (--lock->held) abort(); }
#define raw_spin_lock mutex_lock
#define raw_spin_unlock mutex_unlock
#define raw_spin_lock_irqsave(lock, flags) ((flags) = 0, mutex_lock(lock))
#define raw_spin_unlock_irqrestore(lock, flags) ((void)(flags), mutex_unlock(lock))

static inline u64 sched_clock(void) { return clock_ns; }
static inline u64 get_cycles(void) { return cycles += cycles_per_reading; }
static inline int fls(unsigned int x) { return x ? 32 - __builtin_clz(x) : 0; }
static inline bool capable(int what) { return what == CAP_SYS_ADMIN && is_root; }

static inline unsigned long get_zeroed_page(int how) { (void)how; return (unsigned long)calloc(1, PAGE_SIZE); }
static inline void *kzalloc(size_t bytes, int how) { (void)how; return calloc(1, bytes); }
#define kfree free
static inline int copy_from_user(void *to, const void *from, size_t bytes) { memcpy(to, from, bytes); return 0; }
#define pr_notice(...) ((void)snprintf(NULL, 0, __VA_ARGS__))
static inline char *strim(char *text)
{
	size_t end = strlen(text);

	while (end && strchr(" \n", text[end - 1]))
		text[--end] = 0;
	return text + strspn(text, " \n");
}
static inline int match_string(const char *const *names, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return (int)i;
	return -EINVAL;
}

struct seq_file { int unused; };
struct inode { unsigned int i_mode; };
struct dentry { struct inode inode; };
struct file { int (*show)(struct seq_file *, void *); };
struct file_operations {
	void *owner;
	int (*open)(struct inode *, struct file *);
	ssize_t (*write)(struct file *, const char *, size_t, loff_t *);
	int (*read)(void), (*llseek)(void), (*release)(void);
	int (*show)(struct seq_file *, void *);
};
static inline int simple_open(struct inode *inode, struct file *file) { (void)inode; (void)file; return 0; }
static inline int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *data)
{
	(void)data;
	file->show = show;
	return 0;
}
#define no_llseek NULL
#define seq_lseek NULL
#define seq_read NULL
#define single_release NULL
#define DEFINE_SHOW_ATTRIBUTE(name) static const struct file_operations name##_fops = { .show = name##_show }
static inline void seq_printf(struct seq_file *out, const char *form, ...)
{
	va_list values;

	(void)out;
	va_start(values, form);
	vprintf(form, values);
	va_end(values);
}
#define seq_puts(out, text) ((void)(out), (void)fputs(text, stdout))
#define seq_putc(out, c) ((void)(out), (void)putchar(c))
#define IS_ERR(p) (!(p))
#define d_inode(d) (&(d)->inode)
struct dentry *debugfs_create_dir(const char *name, void *parent);
void debugfs_create_file(const char *name, int mode, struct dentry *folder, void *data, const struct file_operations *operations);

/* An event is a call of the driver's. */
struct trace_seq;
struct task_struct;
#define TP_PROTO(...) __VA_ARGS__
#define TP_ARGS(...) __VA_ARGS__
#define TRACE_EVENT(name, proto, args, ...)				\
	void told_##name(proto);					\
	static inline void trace_##name(proto) { told_##name(args); }	\
	static inline bool trace_##name##_enabled(void) { return event_is_on; }

#endif
