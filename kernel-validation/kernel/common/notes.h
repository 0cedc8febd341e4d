/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfslab: the few forms in which our lines stand in the kernel's functions. Without CONFIG_CFSLAB_TRACE each is what stood
 * there before, or nothing: the compiler's output is the stock kernel's.
 *
 *   cfslab_note(assignment);             a statement of its own
 *   cfslab_seen(variable, value)         the value; it is also written down
 *   cfslab_when(condition, assignment)   the condition; where it holds, something is written down
 *   CFSLAB_STOCK(function)               the name of a function whose own name is given to our wrapper around it
 */
#ifndef _CFSLAB_NOTES_H
#define _CFSLAB_NOTES_H

#ifdef CONFIG_CFSLAB_TRACE

#define cfslab_note(assignment)			do { assignment; } while (0)
#define cfslab_seen(variable, value)		((variable) = (value))
#define cfslab_when(condition, assignment)	((condition) && ((void)(assignment), true))
#define CFSLAB_STOCK(function)			cfslab_stock_##function
/* Runs a function on a variable on every way out of the block that declares it. */
#define CFSLAB_AT_END(function)			__attribute__((__cleanup__(function)))

#else

#define cfslab_note(assignment)			do { } while (0)
#define cfslab_seen(variable, value)		(value)
#define cfslab_when(condition, assignment)	(condition)
#define CFSLAB_STOCK(function)			function

#endif
#endif
