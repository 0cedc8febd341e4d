import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from '../input/error.js';
import { kindOf } from '../input/kind.js';

/** Whether a file can be written there is said before the work rather than after it. @throws InputError */
export function refuseWrongPlace(option: string, path: string): void {
  if (kindOf(dirname(resolve(path))) !== 'directory') {
    throw new InputError(option, '', 'a file in a directory that exists', path);
  }
  if (existsSync(path) && !statSync(path).isFile()) throw new InputError(option, '', 'a file', `${path}, which is none`);
}
