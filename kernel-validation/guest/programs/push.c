// SPDX-License-Identifier: GPL-2.0-only
/*
 * push TIMES TARGET PAGE...: writes the pages in turn, each whole and at once, TIMES times in all; prints what became of them.
 * With TIMES 0 each once, with a line `accepted NAME` or `refused NAME ERRNO` for each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "work.h"

struct page {
	const char *name;
	char *bytes;
	size_t size;
};

static struct page load(const char *name)
{
	struct page page = { .name = name };
	int file = open(name, O_RDONLY);
	struct stat status;

	if (file < 0 || fstat(file, &status)) {
		perror(name);
		exit(3);
	}
	page.size = status.st_size;
	page.bytes = malloc(page.size + 1);
	if (read(file, page.bytes, page.size) != (ssize_t)page.size) {
		perror(name);
		exit(3);
	}
	close(file);
	return page;
}

/* 0, or why the kernel refused it. */
static int push(const char *target, const struct page *page)
{
	int file = open(target, O_WRONLY), refusal = 0;

	if (file < 0) {
		perror(target);
		exit(3);
	}
	if (write(file, page->bytes, page->size) != (ssize_t)page->size)
		refusal = errno ? errno : EIO;
	close(file);
	return refusal;
}

int main(int count, char **values)
{
	const char *usage = "push TIMES TARGET PAGE...";
	int64_t times = argument(count, values, 1, usage), accepted = 0, refused = 0, i, start;
	int pages = count - 3;
	struct page *page;

	if (pages < 1)
		argument(0, values, 0, usage);
	page = calloc(pages, sizeof(*page));
	for (i = 0; i < pages; i++)
		page[i] = load(values[3 + i]);
	start = now_ns();
	for (i = 0; i < (times ? times : pages); i++) {
		int refusal = push(values[2], &page[i % pages]);
		const char *name = strrchr(page[i % pages].name, '/');

		refusal ? refused++ : accepted++;
		name = name ? name + 1 : page[i % pages].name;
		if (!times && refusal)
			printf("refused %s %s\n", name, strerrorname_np(refusal));
		else if (!times)
			printf("accepted %s\n", name);
	}
	printf("cfslab: pushed %lld accepted %lld refused %lld ns %lld\n", (long long)(accepted + refused), (long long)accepted,
	       (long long)refused, (long long)(now_ns() - start));
	return 0;
}
