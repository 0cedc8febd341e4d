import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../input/error.js';

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

function machinesFolder(): string {
  return join(packageRoot(), 'calibration', 'machines');
}

/** Names of the machines that come with the package, in alphabetical order. */
export function machineNames(): string[] {
  return readdirSync(machinesFolder())
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * The file that `--machine NAME|FILE` means.
 * @throws InputError where it is neither a name nor a path that exists
 */
export function machineFile(nameOrPath: string): string {
  if (machineNames().includes(nameOrPath)) return join(machinesFolder(), `${nameOrPath}.json`);
  if (nameOrPath !== '' && !nameOrPath.includes('\0') && existsSync(nameOrPath)) return nameOrPath;
  const file = nameOrPath === '' ? 'machine' : nameOrPath;
  throw new InputError(file, '', `a machine profile's file or one of ${machineNames().join(', ')}`, 'nothing of that name');
}
