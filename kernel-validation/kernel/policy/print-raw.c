// SPDX-License-Identifier: GPL-2.0
#include "event.h"

const char *cfslab_print_raw(struct trace_seq *text, const s64 *raw, unsigned int count)
{
	const char *start = trace_seq_buffer_ptr(text);
	unsigned int i;

	for (i = 0; i < count; i++)
		trace_seq_printf(text, i ? ",%lld" : "%lld", raw[i]);
	trace_seq_putc(text, 0);
	return start;
}
