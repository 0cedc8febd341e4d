import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFileLine } from './make.js';

/** Files that a first build makes for each option that is set, in the laboratory's kernel; in Debian's it is somewhat more. */
const FILES_OF_OPTION = 2.6;
const COUNT_FILE = '.cfslab-count';

/** Counts the files that make says it has made, and tells how many there will be by how many there were the last time. */
export class FileCounter {
  private readonly expected: number;
  private readonly file: string;
  private done = 0;

  /** @param config the configuration that is built */
  constructor(objects: string, config: string, private readonly tell: (done: number, total: number) => void) {
    this.file = join(objects, COUNT_FILE);
    const guess = Math.round(FILES_OF_OPTION * (config.match(/^CONFIG_\w+=[ym]$/gm)?.length ?? 0));
    const before = existsSync(this.file) ? Number(readFileSync(this.file, 'utf8')) : guess;
    this.expected = Number.isSafeInteger(before) && before > 0 ? before : Math.max(guess, 1);
  }

  line(text: string): void {
    if (!isFileLine(text)) return;
    this.done++;
    this.tell(this.done, Math.max(this.expected, this.done));
  }

  /** The next build in the same place makes about as many again as the last that had little to do. */
  finish(): void {
    writeFileSync(this.file, String(Math.min(Math.max(this.done, 1), this.expected)));
  }
}
