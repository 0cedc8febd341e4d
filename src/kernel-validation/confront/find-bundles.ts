import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import { BUNDLES, CAPTURES } from '../measure/folders.js';

/** As deep as `compare --out` and `kernel measure` lay their bundles: policy, workload, seed. */
const DEPTH = 4;
const MARKS = ['manifest.json', 'trace.txt.gz', 'trace.txt.zst', 'trace.txt'];

/**
 * The bundle or capture directory itself, or those in the directory, in order of their names. Of a directory of `kernel measure --out`,
 * which has both of each run, the bundles.
 * @throws InputError where there is none
 */
export function findBundles(path: string, option: string): string[] {
  const expected = 'a bundle, or a directory with bundles in it';
  if (kindOf(path) !== 'directory') throw new InputError(option, '', expected, path);
  const found = below(path, DEPTH);
  if (found.length === 0) throw new InputError(option, '', expected, `${path}, which has none`);
  return found;
}

function below(path: string, depth: number): string[] {
  if (MARKS.some((name) => existsSync(join(path, name)))) return [path];
  if (depth === 0) return [];
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const isMeasured = folders.includes(BUNDLES) && folders.includes(CAPTURES);
  const wanted = isMeasured ? [BUNDLES] : folders.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return wanted.flatMap((name) => below(join(path, name), depth - 1));
}
