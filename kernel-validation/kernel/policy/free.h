/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Free stretches: what stands between the two marks costs no time in the virtual-time laboratory, whose emulator knows them.
 * Everywhere else they are two long NOPs. A stretch begins and ends in one function, does not sleep, and holds no other.
 */
#ifndef CFSLAB_POLICY_FREE_H
#define CFSLAB_POLICY_FREE_H

static __always_inline void cfslab_free_begin(void)
{
	/* nopl 0x0cf51ab1(%rax) */
	asm volatile(".byte 0x0f,0x1f,0x80,0xb1,0x1a,0xf5,0x0c" ::: "memory");
}

static __always_inline void cfslab_free_end(void)
{
	/* nopl 0x0cf51ab0(%rax) */
	asm volatile(".byte 0x0f,0x1f,0x80,0xb0,0x1a,0xf5,0x0c" ::: "memory");
}

#endif
