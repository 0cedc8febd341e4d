import { InputError } from '../input/error.js';
import { text } from './options.js';
import type { CliIo, VerbInput } from './verb.js';

/**
 * The kernel that is to be booted, as a file.
 * @throws InputError where none is given
 */
export async function kernelOption(input: VerbInput, _io: CliIo, _signal: AbortSignal): Promise<string> {
  const kernel = text(input, 'kernel');
  if (kernel === undefined) throw new InputError('--kernel', '', 'a kernel', 'nothing');
  return Promise.resolve(kernel);
}
