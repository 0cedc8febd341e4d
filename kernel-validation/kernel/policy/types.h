/* SPDX-License-Identifier: GPL-2.0 */
/* The types that the arithmetic of a policy stands on, in a kernel and, for tests, in user space. */
#ifndef CFSLAB_POLICY_TYPES_H
#define CFSLAB_POLICY_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
typedef unsigned char u8;
typedef unsigned short u16;
typedef signed short s16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef signed int s32;
typedef signed long long s64;
#define S32_MAX ((s32)0x7fffffff)
#define S32_MIN (-S32_MAX - 1)
#define static_assert _Static_assert
#undef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#define noinline __attribute__((__noinline__))
#define __rcu
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

/*
 * For arrays of which only what was written is read: kernels that set every variable on the stack to zero need not do so with
 * these, which would take longer than what they are for.
 */
#if defined(__has_attribute)
#if __has_attribute(__uninitialized__)
#define CFSLAB_UNINITIALIZED __attribute__((__uninitialized__))
#endif
#endif
#ifndef CFSLAB_UNINITIALIZED
#define CFSLAB_UNINITIALIZED
#endif

/* Without CONFIG_FIXED_POINT_ML a kernel has no arithmetic for networks: it takes the policies that are rules. */
#if defined(__KERNEL__) && !defined(CONFIG_FIXED_POINT_ML)
#define CFSLAB_WITHOUT_NETWORKS
#endif
#ifdef CFSLAB_WITHOUT_NETWORKS
#define CFSLAB_HAS_NETWORKS false
#else
#define CFSLAB_HAS_NETWORKS true
#endif

#endif
