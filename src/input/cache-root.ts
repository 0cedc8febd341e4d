import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { InputError } from './error.js';

/**
 * The directory of the user in which things are kept that take long to make: `CFSLAB_CACHE`, else what the XDG specification
 * says.
 * @throws InputError where CFSLAB_CACHE is no absolute path
 */
export function cacheRoot(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = env['CFSLAB_CACHE'];
  if (given !== undefined && given !== '') {
    if (!isAbsolute(given)) throw new InputError('CFSLAB_CACHE', '', 'an absolute path', given);
    return given;
  }
  const users = env['XDG_CACHE_HOME'];
  // The XDG specification: a path that is not absolute is to be ignored.
  return join(users !== undefined && isAbsolute(users) ? users : join(homedir(), '.cache'), 'cfslab');
}
