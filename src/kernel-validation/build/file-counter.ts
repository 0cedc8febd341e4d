import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFileLine } from './make.js';

/** Files that a first build of the laboratory's kernel makes. */
const FIRST_GUESS = 1900;
const COUNT_FILE = '.cfslab-count';

/** Counts the files that make says it has made, and tells how many there will be by how many there were the last time. */
export class FileCounter {
  private readonly expected: number;
  private readonly file: string;
  private done = 0;

  constructor(objects: string, private readonly tell: (done: number, total: number) => void) {
    mkdirSync(objects, { recursive: true });
    this.file = join(objects, COUNT_FILE);
    const before = existsSync(this.file) ? Number(readFileSync(this.file, 'utf8')) : FIRST_GUESS;
    this.expected = Number.isSafeInteger(before) && before > 0 ? before : FIRST_GUESS;
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
