import { EVENT_KINDS } from '../../sim/records/records.js';

/**
 * Columns that hold codes, and which codes there are: another would mean nothing to whoever counts by them or uses them as
 * an index. −1 stands for what the source does not know.
 */
export const CODES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  kind: [0, EVENT_KINDS.length - 1],
  idle: [-1, 2],
  migration_type: [-1, 3],
  stage: [-1, 3],
  reason: [-1, 5],
  hot: [-2, 1],
  result: [-1, 2],
};
