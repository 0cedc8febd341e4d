/** What tasks meet at, as a first reading of the recording shows it; tasks are rows of the roster. */
export interface Plan {
  /** Members of each barrier. */
  readonly barriers: ReadonlyArray<readonly number[]>;
  /** Barrier that is crossed, by the number of the wake-up (of those that one task gives another) that begins it. */
  readonly crossings: ReadonlyMap<number, number>;
  /** Wake-ups that belong to a crossing or to a killing and are no operations of their own. */
  readonly dropped: ReadonlySet<number>;
  /** Tasks that end their children with them. */
  readonly killers: ReadonlySet<number>;
  /** Their children, with the time since the recording's start at which they are told to stop, ns. */
  readonly killed: ReadonlyMap<number, number>;
  /** Time since the recording's start at which a task ends that runs until then, ns. */
  readonly deadlines: ReadonlyMap<number, number>;
  /** Tasks that go on when the recording is over, which stops in the midst of what they do. */
  readonly goingOn: ReadonlySet<number>;
  readonly messages: Messages;
  /** Members of channels: what they wait for are no messages of the above. */
  readonly channelled: ReadonlySet<number>;
}

/** CPU time that a task had from a wake-up until it waited again; both by another task. */
export interface Burst {
  readonly task: number;
  /** Time stamps of the wake-up, of the first run after it, and of the block. */
  readonly wake: number;
  readonly run: number;
  readonly block: number;
  /** ns */
  readonly cpu: number;
}

/** Messages that nobody saw, written and read: one entry each, in order of time. */
export interface Messages {
  readonly count: number;
  readonly ts: Float64Array;
  /** The task that reads it. */
  readonly task: Int32Array;
  /** 1: it is read then, 0: written. */
  readonly read: Uint8Array;
  /** The tasks that read messages, with those that write to each. */
  readonly readers: ReadonlyMap<number, ReadonlySet<number>>;
}

export const NO_MESSAGES: Messages = {
  count: 0,
  ts: new Float64Array(0),
  task: new Int32Array(0),
  read: new Uint8Array(0),
  readers: new Map(),
};

export const NO_PLAN: Plan = {
  barriers: [],
  crossings: new Map(),
  dropped: new Set(),
  killers: new Set(),
  killed: new Map(),
  deadlines: new Map(),
  goingOn: new Set(),
  messages: NO_MESSAGES,
  channelled: new Set(),
};
