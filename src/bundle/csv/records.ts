import { LineSplitter, MAX_LINE_BYTES } from '../trace/lines.js';
import { parseRecord } from './record.js';

/** Why a record is no record. */
export const UNCLOSED = 'a quote that is not closed';
export const MISQUOTED = 'a quote in the middle of a field';
export const OVERLONG = `a line of more than ${MAX_LINE_BYTES} bytes`;
export const CUT = 'the end of a file that is cut';

/**
 * Cuts a stream of bytes into the records of a CSV file, with the number of the line that each begins in. Blank lines are
 * passed over. A record has at most MAX_LINE_BYTES, over however many lines.
 */
export class CsvRecords {
  private readonly splitter: LineSplitter;
  private open = '';
  private openLine = 0;
  private overlong = 0;

  constructor(
    private readonly onRecord: (fields: readonly string[], line: number) => void,
    private readonly onBad: (problem: string, line: number) => void,
  ) {
    this.splitter = new LineSplitter((line, number) => this.line(line, number));
  }

  push(chunk: Buffer): void {
    this.splitter.push(chunk);
    this.countOverlong(this.splitter.lines);
  }

  /** @param whole the file is there to its end, so that a last line without a line end is a record too */
  end(whole: boolean): void {
    if (this.splitter.endsWithinLine()) {
      if (whole) this.push(Buffer.of(0x0a));
      else this.onBad(CUT, this.splitter.lines + 1);
    }
    if (this.openLine > 0) this.onBad(UNCLOSED, this.openLine);
  }

  private line(line: string, number: number): void {
    this.countOverlong(number - 1);
    if (this.openLine === 0 && line.trim() === '') return;
    const text = this.openLine === 0 ? line : `${this.open}\n${line}`;
    const start = this.openLine === 0 ? number : this.openLine;
    const parsed = parseRecord(number === 1 ? text.replace(/^(?:\uFEFF|\u00EF\u00BB\u00BF)/, '') : text);
    this.openLine = 0;
    this.open = '';
    if (parsed === 'bad') this.onBad(MISQUOTED, start);
    else if (parsed !== 'open') this.onRecord(parsed, start);
    else if (text.length > MAX_LINE_BYTES) this.onBad(UNCLOSED, start);
    else {
      this.open = text;
      this.openLine = start;
    }
  }

  /** @param last the line that the last of them is */
  private countOverlong(last: number): void {
    const { overlong } = this.splitter;
    for (; this.overlong < overlong; this.overlong += 1) this.onBad(OVERLONG, last + 1 + this.overlong - overlong);
  }
}
