// SPDX-License-Identifier: GPL-2.0-only
/* timed UNIT WORK COMMAND...: runs a program that counts nothing itself, and reports the work that it was given. */
#define _GNU_SOURCE
#include <sys/wait.h>
#include <unistd.h>
#include "work.h"

int main(int count, char **values)
{
	int64_t work = argument(count, values, 2, "timed UNIT WORK COMMAND..."), start;
	int status;
	pid_t child;

	if (count < 4)
		return 2;
	start = now_ns();
	child = fork();
	if (child < 0)
		return 1;
	if (child == 0) {
		execvp(values[3], values + 3);
		perror(values[3]);
		_exit(127);
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return 1;
	if (WEXITSTATUS(status) == 0)
		report(values[1], work, now_ns() - start);
	return WEXITSTATUS(status);
}
