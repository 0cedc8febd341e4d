import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarize, type Summary } from './statistics.js';

const DECISIONS = 2_000_000;
const REPETITIONS = 5;

/** ns of CPU time that a decision takes in C, compiled with gcc -O2; null where there is no gcc. */
export function cInference(source: string, raws: readonly Float64Array[]): Summary | null {
  if (spawnSync('gcc', ['--version']).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'cfslab-bench-'));
  try {
    writeFileSync(join(folder, 'main.c'), `${source}\n${mainOf(raws)}`);
    const built = spawnSync('gcc', ['-std=gnu11', '-O2', '-o', 'program', 'main.c'], { cwd: folder, encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stderr);
    const times = Array.from({ length: REPETITIONS }, () =>
      Number(spawnSync(join(folder, 'program'), { encoding: 'utf8' }).stdout.split(' ')[0]),
    );
    return summarize(times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mainOf(raws: readonly Float64Array[]): string {
  return `#include <stdio.h>
#include <time.h>
static const s64 raws[${raws.length}][${raws[0]!.length}] = {
${raws.map((raw) => `{ ${[...raw].map((value) => `${value}LL`).join(', ')} },`).join('\n')}
};
static int (*volatile infer)(const s64 *) = cfslab_infer;
int main(void)
{
	struct timespec from, to;
	long yes = 0;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (long i = 0; i < ${DECISIONS}; i++)
		yes += infer(raws[i % ${raws.length}]);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	printf("%.3f %ld\\n", ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / ${DECISIONS}, yes);
	return 0;
}
`;
}
