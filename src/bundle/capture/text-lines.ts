import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { InputError } from '../../input/error.js';
import { readTextFile } from '../../input/json.js';

/** The small files of a capture have a few KiB; this is what a machine with thousands of CPUs may need. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

/** A small text file of a capture, by lines, with errors that name the line. */
export class TextFile {
  readonly path: string;
  /** Without the empty one after the last line's end. */
  readonly lines: readonly string[];

  /** @throws InputError where it is missing or cannot be read */
  constructor(directory: string, name: string) {
    this.path = join(directory, name);
    const lines = readTextFile(this.path, MAX_TEXT_BYTES).split('\n');
    if (lines.at(-1) === '') lines.pop();
    this.lines = lines;
  }

  /** The same, or null where there is no such file. */
  static ifThere(directory: string, name: string): TextFile | null {
    return existsSync(join(directory, name)) ? new TextFile(directory, name) : null;
  }

  /** The error for a line, counted from 0 here and from 1 in the message. */
  error(index: number, expected: string): InputError {
    return new InputError(this.path, `line ${index + 1}`, expected, this.lines[index] ?? 'the end of the file');
  }
}
