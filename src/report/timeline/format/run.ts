/** What a page holds of a run, for who writes it and for who draws it. */

/** A column of integers of a packed run. */
export interface ColumnEntry {
  readonly name: ColumnName;
  readonly rows: number;
  readonly bytes: number;
  readonly delta: boolean;
}

/** How a task's stretch on a CPU ended. */
export const SLICE_END = { blocked: 0, preempted: 1, cut: 2 } as const;

/** Why a task was moved to another CPU. */
export const MOVE_CAUSES = ['wake-up', 'balance', 'active balance', 'fork', 'execve()'] as const;
export type MoveCause = (typeof MOVE_CAUSES)[number];

/** How hot the moved task was: not, or moved although hot, as the stock kernel would have or because the policy said so. */
export const MOVE_FORCE = { none: 0, stock: 1, policy: 2 } as const;

/**
 * Columns of a run. Times are ns since the window's beginning.
 *
 * - `lanes.slices`, `lanes.waits`: how many of each every CPU has; both are in order of CPU, then of their beginning.
 * - `slices.*`: stretches of tasks on CPUs. `gap` is ns since the end of the one before on that CPU, `since` ns since the
 *   task last ran there, as derive.ts writes it.
 * - `waits.*`: stretches in a run queue. `gap` is ns since the beginning of the one before on that CPU, `length` 0 where it
 *   lasts up to the task's next slice there.
 * - `moves.*`: migrations; `decision` is the row of the decision that allowed one, −1 where none is known.
 * - `decision.X`, `balance.X`: the column X of the bundle's tables, those in the window; `decision.stock` is what the stock
 *   kernel answers (0, 1, 2), −1 where the recording does not tell.
 */
export type ColumnName =
  | 'lanes.slices' | 'lanes.waits'
  | `slices.${'gap' | 'length' | 'task' | 'end' | 'since'}`
  | `waits.${'gap' | 'length' | 'task' | 'since'}`
  | `moves.${'ts' | 'task' | 'from' | 'to' | 'cause' | 'force' | 'decision'}`
  | `decision.${string}`
  | `balance.${string}`;

/** A task by its place in the header's list, which is what the columns `task` refer to. */
export interface TaskName {
  readonly pid: number;
  /** As the recording has it: text, whatever it looks like. */
  readonly comm: string;
}

/** A column of the decisions with what it means, for who looks at one. */
export interface FieldDoc {
  readonly name: string;
  readonly doc: string;
}

export interface RunHeader {
  /** What the run is called where several are looked at. */
  readonly label: string;
  readonly source: 'kernel' | 'sim';
  readonly workload: string;
  readonly seed: number | null;
  readonly machine: string;
  readonly cpus: number;
  /** The window of the run that the page has, ns of the run's clock. */
  readonly startNs: number;
  readonly endNs: number;
  /** Length of the whole run, ns. */
  readonly durationNs: number;
  /** A task that ran less than this ago is hot; −1: every one is, null: not known. */
  readonly migrationCostNs: number | null;
  readonly tasks: readonly TaskName[];
  /** Names of the sched domains' levels. */
  readonly levels: Readonly<Record<string, string>>;
  readonly fields: readonly FieldDoc[];
  /** Where this run parts from the first of the page, there and here; null where it does not, and for the first itself. */
  readonly parts: { readonly kind: PartingKind; readonly first: PartingPlace; readonly own: PartingPlace } | null;
}

/** `answer`: the same question, answered otherwise. `question`: from here on they are not asked the same. */
export type PartingKind = 'answer' | 'question';

export interface PartingPlace {
  /** Row among the decisions of the window, −1 where it lies outside. */
  readonly row: number;
  /** ns of the run's clock. */
  readonly ts: number;
}
