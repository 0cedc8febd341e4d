import { OutsideError } from '../../input/error.js';

/** How a guest may fail. */
export type GuestFailure =
  /** Its kernel could not go on, and said so. */
  | 'panic'
  /** It said nothing for too long, used up its virtual time, or the wall time was over. */
  | 'hang'
  /** The emulator ended by itself before the guest was done. */
  | 'died'
  /** What the guest's scripts were to do failed, and they said so. */
  | 'failed';

/** A guest that did not do what it was started for, with the last lines of its console. */
export class GuestError extends OutsideError {
  constructor(
    readonly failure: GuestFailure,
    message: string,
    readonly console: readonly string[],
  ) {
    super(message);
  }
}
