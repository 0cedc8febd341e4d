import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../input/error.js';
import { packageRoot } from '../../input/package-root.js';

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
