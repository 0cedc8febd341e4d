import { InputError } from '../../input/error.js';
import { REFUSALS, type Refusal } from './layout.js';

/** A page that a kernel refuses, for the reason for which it does. */
export class RefusedPage extends InputError {
  /** @param file what is named in the message */
  constructor(file: string, readonly refusal: Refusal) {
    super(file, '', 'a page that a kernel takes', REFUSALS[refusal][2]);
  }
}
