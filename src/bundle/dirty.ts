import { InputError } from '../input/error.js';

/** What the user wants done about a trace that is not as it should be. */
export const ON_DIRTY = ['fail', 'drop', 'insert'] as const;
export type OnDirty = (typeof ON_DIRTY)[number];

/**
 * What may be wrong with a trace, and what is done about it. With `fail`, the first that is not harmless ends the reading.
 * `drop` leaves out what cannot be used as it stands; `insert`, which is what is done unless something else is asked for,
 * also puts in what must have been there.
 */
export const DIRTY_KINDS = {
  malformed: 'a line that is no event, or whose event lacks a field or has one that makes no sense: dropped',
  overlong: 'a line of more than 1 MiB: dropped',
  'cut-line': 'a last line without its end: dropped',
  truncated: 'a packed file that ends too early, or holds fewer events than it announces: what is there is kept',
  overwritten: 'events that a full ring buffer overwrote before it was read: the trace begins later than the recording',
  lost: 'events that the ring buffers lost, as the trace or its statistics say: the gap stays',
  'clock-back': 'an event whose time is before that of the line above: sorted in, or dropped where it is too late for that',
  duplicate: 'a row that is there twice, as where traces overlap: dropped',
  'switch-gap':
    'a task runs where another had been switched to: with `drop` the switch away from it is dropped; with `insert` the ' +
    'missing switch is put in, from a task that stays runnable, at the time from which on the trace shows that it was over',
  'missing-exit':
    'a fork gives out the pid of a task that ran and has not exited: with `insert` its exit is put in before; else kept',
  'reused-pid': 'a fork gives out the pid of a task that has exited: kept, and harmless; tasks.json has the first of them',
  'unseen-birth': 'a task whose birth the trace does not show: kept, as if it had always been there, and harmless',
} as const;
export type DirtyKind = keyof typeof DIRTY_KINDS;
export const TREATMENTS = ['dropped', 'inserted', 'sorted', 'kept'] as const;
export type Treatment = (typeof TREATMENTS)[number];

/** Every trace of a machine that is up has these. */
const HARMLESS: ReadonlySet<DirtyKind> = new Set(['reused-pid', 'unseen-birth']);

/** Where the first was: a line of its file, ns since the recording's first event, or nowhere in particular. */
export interface DirtyPlace {
  readonly file?: string;
  readonly line?: number;
  readonly ts?: number;
}

/** What was wrong with a recording, of one kind and treated in one way. */
export interface DirtyEntry {
  readonly kind: DirtyKind;
  readonly treatment: Treatment;
  readonly count: number;
  readonly first: DirtyPlace;
}

type Entry = { -readonly [K in keyof DirtyEntry]: DirtyEntry[K] };

/** Counts what is wrong with a trace. */
export class DirtyLog {
  private readonly entries = new Map<string, Entry>();

  /** @param source what to call the trace in errors */
  constructor(
    readonly mode: OnDirty,
    private readonly source: string,
  ) {}

  /**
   * @param found what it is, for the error
   * @throws InputError where the mode is `fail` and the kind is not harmless
   */
  add(kind: DirtyKind, treatment: Treatment, found: string, first: DirtyPlace = {}, count = 1): void {
    if (count === 0) return;
    if (this.mode === 'fail' && !HARMLESS.has(kind)) {
      const line = first.line === undefined ? '' : `line ${first.line}`;
      const place = first.ts === undefined ? line : `at ${first.ts} ns`;
      throw new InputError(first.file ?? this.source, place, 'a source without dirty data', `${kind}: ${found}`);
    }
    const key = `${kind} ${treatment}`;
    const known = this.entries.get(key);
    if (known === undefined) this.entries.set(key, { kind, treatment, count, first });
    else known.count += count;
  }

  count(kind: DirtyKind, treatment?: Treatment): number {
    let count = 0;
    for (const entry of this.entries.values()) {
      if (entry.kind === kind && (treatment ?? entry.treatment) === entry.treatment) count += entry.count;
    }
    return count;
  }

  /** All of it, in the order of the kinds. */
  finish(): DirtyEntry[] {
    const order = Object.keys(DIRTY_KINDS);
    return [...this.entries.values()].sort(
      (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.treatment < b.treatment ? -1 : 1),
    );
  }
}
