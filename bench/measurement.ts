import type { Group } from './options.js';
import type { Floor, Summary } from './statistics.js';

/** One line of the results. */
export interface Measurement {
  readonly group: Group;
  readonly name: string;
  readonly unit: string;
  readonly summary: Summary;
  readonly floor?: Floor;
}
