/** Where a verb reads and writes: the process's own streams, or a test's. */
export interface CliIo {
  /** Writes to standard output: results, and nothing else. */
  out(text: string): void;
  /** Writes to standard error: progress and notes. */
  err(text: string): void;
  /** Whether standard error is a terminal. */
  readonly terminal: boolean;
}

/** What a user gave: arguments by position, options by name. */
export interface VerbInput {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

export interface OptionSpec {
  /** As commander writes it: `--policies <list>`. */
  readonly flags: string;
  readonly doc: string;
  /** May be given more than once. */
  readonly many?: boolean;
}

/**
 * One verb of the command line: plain data and a function, so that the parser is a matter of one file. Its name, arguments and
 * summary stand in verbs.ts.
 */
export interface Verb {
  /** Paragraphs for the verb's own help, after the options. */
  readonly help?: string;
  readonly options: readonly OptionSpec[];
  /**
   * @returns the exit code: 0 done, 1 done with a negative verdict
   * @throws InputError (exit code 2), OutsideError (3)
   */
  run(input: VerbInput, io: CliIo): Promise<number> | number;
}

/** The negative verdict: the work was done, and a check failed. */
export const NEGATIVE = 1;
