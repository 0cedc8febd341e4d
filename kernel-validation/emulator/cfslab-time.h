/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parallel virtual time for many vCPUs on one host thread: what the rest of the emulator sees of it.
 * See cfslab-rounds.c.inc.
 */
#ifndef CFSLAB_TIME_H
#define CFSLAB_TIME_H

#include "hw/core/cpu.h"

/* The two markers, displacements of a long NOP: nopl DISP(%rax). Harmless on any x86. */
#define CFSLAB_STRETCH_BEGIN 0x0cf51ab1
#define CFSLAB_STRETCH_END   0x0cf51ab0

/* ns of virtual time that each vCPU has in a round; 0: rounds are off. */
int64_t cfslab_quantum(void);

/* The running vCPU waits for another: nobody else moves before its turn is over. */
void cfslab_paused(void);

/* A marker was executed by this vCPU. */
void cfslab_stretch(CPUState *cpu, bool begin);

#endif
