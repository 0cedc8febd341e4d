/**
 * What the user gave is wrong. The command line prints the message as one line and exits with code 2; nothing else
 * prints it, and nothing catches it on the way but to add the file.
 */
export class InputError extends Error {
  override readonly name = 'InputError';

  /**
   * @param file the file, or the option, that holds the mistake
   * @param place line, byte or field (`tasks.hog.run`), empty where the whole file is meant
   * @param expected what would have been right
   * @param found what was there, shortened to 80 characters
   */
  constructor(
    readonly file: string,
    readonly place: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`${file}${place === '' ? '' : `: ${place}`}: expected ${expected}, found ${shorten(found)}`);
  }
}

/** Something outside failed: a tool is missing, a disk is full. Exit code 3. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
}

function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length <= 80 ? line : `${line.slice(0, 77)}...`;
}

/** Work was stopped before its end, as the user wished. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}
