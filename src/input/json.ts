import { readFileSync, statSync } from 'node:fs';
import { InputError } from './error.js';
import { locateJsonError } from './json-locate.js';

/** The largest JSON file that is read unless the caller says otherwise, bytes. A scenario has a few thousand. */
export const MAX_JSON_BYTES = 16 * 2 ** 20;

/** What the disk says where the user named something that cannot be read, and how we say it. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'nothing of that name',
  ENOTDIR: 'nothing of that name',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ELOOP: 'a loop of links',
  ENAMETOOLONG: 'a name that is too long',
  ERR_INVALID_ARG_VALUE: 'a name with a zero byte',
};

/**
 * Reads a JSON file that the user named. A byte order mark at its start is passed over.
 *
 * @param limit the largest size in bytes, as a number or as `{maxBytes}`
 * @throws InputError where it is missing, cannot be read, is not a file, too large, not UTF-8 or not JSON; the last with
 * line and column
 */
export function readJsonFile(file: string, limit: number | { readonly maxBytes: number } = MAX_JSON_BYTES): unknown {
  return parseJson(readTextFile(file, typeof limit === 'number' ? limit : limit.maxBytes), file);
}

/** Reads a UTF-8 text file that the user named. @throws InputError as `readJsonFile` does */
export function readTextFile(file: string, maxBytes: number): string {
  const bytes = readBytes(file, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new InputError(file, '', 'UTF-8 text', 'bytes that are not');
    throw error;
  }
}

function readBytes(file: string, maxBytes: number): Buffer {
  try {
    const status = statSync(file);
    if (!status.isFile()) throw new InputError(file, '', 'a file', status.isDirectory() ? 'a directory' : 'a special file');
    if (status.size > maxBytes) throw new InputError(file, '', `at most ${maxBytes} bytes`, `${status.size} bytes`);
    return readFileSync(file);
  } catch (error) {
    const refusal = REFUSALS[(error as NodeJS.ErrnoException).code ?? ''];
    if (refusal !== undefined) throw new InputError(file, '', 'a file', refusal);
    throw error;
  }
}

/** Parses JSON text; `file` names it in the error, which says line and column. @throws InputError */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const at = locateJsonError(text);
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - (before.lastIndexOf('\n') + 1) + 1;
    const found = at >= text.length ? 'the end of the file' : JSON.stringify(text.slice(at, at + 20));
    throw new InputError(file, `line ${line}, column ${column}`, 'JSON', found);
  }
}
