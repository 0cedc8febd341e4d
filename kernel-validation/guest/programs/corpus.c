// SPDX-License-Identifier: GPL-2.0-only
/*
 * corpus BYTES: data to compress, on standard output, the same everywhere. Stretches of text made of words that follow each
 * other as in prose, of records of numbers, and of noise, some harder to compress than others.
 */
#include "work.h"

#define BLOCK 4096

static const char *const words[] = {
	"the", "task", "that", "runs", "on", "a", "queue", "waits", "for", "its", "turn", "and", "moves", "when", "another",
	"CPU", "is", "idle", "load", "balance", "of", "groups", "with", "weight", "decides", "who", "next", "will", "be", "picked",
};

static size_t text(struct stream *random, char *to)
{
	const char *word = words[between(random, 0, 4) ? (draw(random) & 7) : (uint64_t)between(random, 0, 29)];
	size_t length = strlen(word);

	memcpy(to, word, length);
	to[length] = between(random, 0, 11) ? ' ' : '\n';
	return length + 1;
}

static size_t record(struct stream *random, char *to)
{
	return sprintf(to, "%08llx,%lld,%lld;", (long long)(draw(random) & 0xfff), (long long)between(random, 0, 99),
		       (long long)between(random, 1000, 1015));
}

static size_t noise(struct stream *random, char *to)
{
	uint64_t value = draw(random);

	memcpy(to, &value, sizeof(value));
	return sizeof(value);
}

int main(int count, char **values)
{
	int64_t left = argument(count, values, 1, "corpus BYTES");
	char block[BLOCK + 64];
	struct stream random;

	seed = 7;
	random = stream_of(8, 0);
	while (left > 0) {
		int64_t kind = between(&random, 0, 9);
		size_t filled = 0, size = left < BLOCK ? left : BLOCK;

		while (filled < size)
			filled += kind < 6 ? text(&random, block + filled) :
				  kind < 9 ? record(&random, block + filled) : noise(&random, block + filled);
		if (fwrite(block, 1, size, stdout) != size)
			return 1;
		left -= size;
	}
	return fflush(stdout) != 0;
}
