/** Where messages of one size go from several writers to one reader, as the kernel has them: a pipe or a socket. */
export interface Channel {
  /** Writes a message. @param half writes half of the work, twice */
  write(half: () => void): void;
  /**
   * Reads that many messages.
   * @param half writes half of the work of each, twice
   * @param done after each
   * @param before how many the reader has read before
   */
  read(messages: number, half: () => void, done: () => void, before?: number): void;
}
