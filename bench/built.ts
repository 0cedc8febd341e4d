import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OutsideError } from '../src/input/error.js';

/** The package's folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The command line as users run it. */
export const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));

/**
 * Loads a module of the build, since that is what users run: `built<typeof import('../src/sim/machine.js')>('sim/machine')`.
 * @throws OutsideError where there is no build
 */
export async function built<T>(path: string): Promise<T> {
  const url = new URL(`../dist/src/${path}.js`, import.meta.url);
  if (!existsSync(fileURLToPath(url))) throw new OutsideError(`the build lacks ${path}: run "npm run build"`);
  return (await import(url.href)) as T;
}
