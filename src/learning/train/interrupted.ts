/** A training was ended by its signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
