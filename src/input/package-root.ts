import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE_NAME = 'cfslab';

/**
 * The folder of the package, from wherever its code runs: the sources, or dist after a build.
 * @throws Error where the code was taken out of its package
 */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
      if (name === PACKAGE_NAME) return folder;
    }
    if (folder === parse(folder).root) throw new Error(`no package.json of ${PACKAGE_NAME} above ${import.meta.url}`);
    folder = dirname(folder);
  }
}
