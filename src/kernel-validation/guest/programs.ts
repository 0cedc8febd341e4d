import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutsideError } from '../../input/error.js';
import { packageRoot } from '../../input/package-root.js';
import { cached, cacheKey, type CacheOptions } from '../cache.js';
import { runProcess } from '../run-process.js';
import { header, program, requireTools, type Tool } from '../tools.js';

/** What compiles the workload programs. */
export const PROGRAM_TOOLS: readonly Tool[] = [program('gcc'), header('libc6-dev', 'stdio.h')];

const FLAGS = ['-O2', '-Wall', '-static', '-pthread'] as const;

/** The folder of what goes into a guest. */
export function guestFolder(): string {
  return join(packageRoot(), 'kernel-validation', 'guest');
}

/** Our workload programs by name, in order: the C files of the guest's folder. */
export function programNames(folder = join(guestFolder(), 'programs')): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .map((name) => name.slice(0, -2))
    .sort((a, b) => (a < b ? -1 : 1));
}

/**
 * The directory of the workload programs, compiled: statically, so that they run in a guest without libraries too.
 * @throws OutsideError where the compiler is missing or fails
 */
export async function guestPrograms(options: CacheOptions = {}): Promise<string> {
  requireTools('compiling the workload programs', PROGRAM_TOOLS);
  const folder = join(guestFolder(), 'programs');
  const names = programNames(folder);
  const version = (await runProcess(['gcc', '-dumpfullversion'])).lastLines.join();
  const key = cacheKey({
    version, flags: FLAGS.join(' '), work: readFileSync(join(folder, 'work.h')),
    ...Object.fromEntries(names.map((name) => [`program ${name}`, readFileSync(join(folder, `${name}.c`))])),
  });
  return cached('programs', key, async (directory) => {
    for (const name of names) {
      const { signal } = options;
      const argv = ['gcc', ...FLAGS, '-o', join(directory, name), join(folder, `${name}.c`)];
      const { code, lastLines } = await runProcess(argv, signal === undefined ? {} : { signal });
      if (code !== 0) throw new OutsideError(`${name}.c does not compile: ${lastLines.join(' / ')}`);
    }
  }, options);
}
