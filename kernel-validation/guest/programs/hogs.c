// SPDX-License-Identifier: GPL-2.0-only
/*
 * hogs N MS: processes that burn CPU until the time is over. The simulator's generators `hogs` and `spinners`. A loop is 200 µs
 * of work.
 */
#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "work.h"

int main(int count, char **values)
{
	const char *usage = "hogs N MS";
	int64_t n, ms, start, sum = 0, part, i;
	int pipes[2];

	work_setup();
	n = argument(count, values, 1, usage);
	ms = argument(count, values, 2, usage);
	if (n < 0 || n > 4096 || pipe(pipes))
		return 2;
	start = now_ns();
	for (i = 0; i < n; i++) {
		if (fork() == 0) {
			char name[16];
			int64_t loops = 0;

			snprintf(name, sizeof(name), "hog%lld", (long long)i);
			prctl(PR_SET_NAME, name);
			for (; now_ns() - start < ms * 1000000; loops++)
				work_us(200);
			_exit(write(pipes[1], &loops, sizeof(loops)) != sizeof(loops));
		}
	}
	close(pipes[1]);
	while (read(pipes[0], &part, sizeof(part)) == sizeof(part))
		sum += part;
	while (wait(NULL) > 0)
		;
	report("loops", sum, now_ns() - start);
	return 0;
}
