import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/*
 * Integer programs as C, compiled by gcc and run on rows of raw values.
 */

export const GCC_IS_LACKING = spawnSync('gcc', ['--version']).status !== 0;

/** Reads rows of doubles, which hold whole numbers; for each prefix writes the output and the answer as doubles. */
function driver(width: number, prefixes: readonly string[]): string {
  return `#include <stdio.h>
${prefixes.map((prefix) => `#include "${prefix}.c"`).join('\n')}
int main(void)
{
	double in[${width}], out[${2 * prefixes.length}];
	s64 raw[${width}];

	while (fread(in, sizeof(in), 1, stdin) == 1) {
		for (int i = 0; i < ${width}; i++)
			raw[i] = (s64)in[i];
${prefixes.map((prefix, i) => `\t\tout[${2 * i}] = (double)${prefix}_logit(raw);\n\t\tout[${2 * i + 1}] = ${prefix}_infer(raw);`).join('\n')}
		fwrite(out, sizeof(out), 1, stdout);
	}
	return 0;
}
`;
}

/**
 * What the compiled programs give for rows of raw values: outputs and answers, row by row.
 * @param folder where the sources and the program go
 * @param sources by the prefix of their functions
 */
export function runC(folder: string, sources: ReadonlyMap<string, string>, width: number, raw: Float64Array, flags: readonly string[]): Float64Array {
  for (const [prefix, source] of sources) writeFileSync(join(folder, `${prefix}.c`), source.replace(/typedef.*;\n/g, ''));
  writeFileSync(join(folder, 'types.h'), [...sources.values()][0]!.match(/typedef.*;\n/g)!.join(''));
  writeFileSync(join(folder, 'main.c'), driver(width, [...sources.keys()]));
  const warnings = ['-Wall', '-Wextra', '-Werror', '-Wconversion'];
  const args = ['-std=gnu11', ...warnings, ...flags, '-include', 'types.h', '-o', 'program', 'main.c'];
  const built = spawnSync('gcc', args, { cwd: folder, encoding: 'utf8' });
  expect(built.stderr).toBe('');
  const input = new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
  const result = spawnSync(join(folder, 'program'), { input, maxBuffer: 2 ** 30 });
  expect(result.status).toBe(0);
  expect(result.signal).toBe(null);
  return new Float64Array(new Uint8Array(result.stdout).buffer);
}
