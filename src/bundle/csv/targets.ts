import { DECISION_COLUMNS } from '../../sim/records/records.js';

/** What a column of a CSV file can be read as: a column of decisions … */
const COLUMNS: ReadonlySet<string> = new Set(DECISION_COLUMNS.map(({ name }) => name).filter((name) => name !== 'seq'));

/** … or a flag (0 or 1) that several of them follow from, which is how others write what we have as one code. */
export const FLAGS = {
  cpu_idle: 'the balancing CPU is idle',
  cpu_not_idle: 'it is busy',
  cpu_newly_idle: 'it is about to become idle',
  throttled: 'the group of the task is throttled on either CPU',
  running: 'the task runs',
  decided: 'the call came to the hot test',
} as const;
export type Flag = keyof typeof FLAGS;

/** Every name that a column map may give a column to. */
export const TARGETS: readonly string[] = [...COLUMNS, ...Object.keys(FLAGS)];

export function isTarget(name: string): boolean {
  return COLUMNS.has(name) || Object.hasOwn(FLAGS, name);
}

/** Where a target's value comes from, before a header says at which place. */
export interface ColumnSource {
  /** Their column; absent where `value` is the same for all rows. */
  readonly column?: string;
  readonly value?: number;
  /** What their unit is in ours: 1000 where they have µs and we ns. */
  readonly scale?: number;
  /** A flag of theirs that is 1 where ours is 0. */
  readonly invert?: boolean;
}

export type ColumnMap = Readonly<Record<string, ColumnSource>>;
