import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../../input/package-root.js';

/** The code that decides what a run is, relative to `src`. */
const CODE = ['sim', 'libml', 'policies', 'workloads', 'experiment/job', 'experiment/build-workload', 'experiment/membership'];
const SRC = fileURLToPath(new URL('../../..', import.meta.url));

let known: string | undefined;

/**
 * The version of the model's code: a hash over all of its files and the package that random streams come from. Any change of them
 * makes other runs, whether it would change a result or not.
 */
export function modelVersion(): string {
  known ??= compute();
  return known;
}

function compute(): string {
  const hash = createHash('sha256');
  const files = CODE.flatMap((part) => (part.includes('/') ? withExtension(part) : sourcesBelow(join(SRC, part))));
  for (const file of files) hash.update(`${relative(SRC, file)}\n`).update(readFileSync(file)).update('\n');
  const { dependencies } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return hash.update(dependencies['pure-rand']!).digest('hex');
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isCode(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function withExtension(part: string): string[] {
  const folder = join(SRC, part, '..');
  const name = part.split('/').at(-1)!;
  return readdirSync(folder).filter((file) => isCode(file) && file.replace(/\.[jt]s$/, '') === name).map((file) => join(folder, file));
}

/** Of a build the JavaScript, of the sources the TypeScript. */
function isCode(file: string): boolean {
  return /\.[jt]s$/.test(file) && !file.endsWith('.d.ts');
}
