import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../input/package-root.js';
import { InputError, OutsideError, StoppedError } from '../input/error.js';
import { INTERRUPTED } from './interrupt.js';
import { dispatch, UsageError } from './program.js';
import type { CliIo } from './verb.js';

/** What the system says where a disk, a permission or another limit outside stands in the way. */
const OUTSIDE_CODES = new Set(['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM']);

/**
 * Runs a command line to its end.
 *
 * @returns the exit code: 0 done, 1 done with a negative verdict, 2 bad input, 3 something outside failed, 70 a mistake
 * in cfslab itself, 130 interrupted
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    return await dispatch(argv, version(), io);
  } catch (error) {
    if (error instanceof InputError || error instanceof UsageError) return complain(io, error.message, 2);
    if (error instanceof OutsideError) return complain(io, error.message, 3);
    if (error instanceof StoppedError) return INTERRUPTED;
    const { code, message, stack } = error as NodeJS.ErrnoException;
    if (code !== undefined && OUTSIDE_CODES.has(code)) return complain(io, message, 3);
    io.err(`cfslab: a mistake in cfslab itself, please report it: ${stack ?? message}\n`);
    return 70;
  }
}

function complain(io: CliIo, message: string, code: number): number {
  io.err(`cfslab: ${message.replace(/\s*\n\s*/g, ' ')}\n`);
  return code;
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
