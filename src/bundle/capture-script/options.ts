export const TOOLS = ['tracefs', 'trace-cmd', 'perf'] as const;
export type Tool = (typeof TOOLS)[number];

export interface CaptureScriptOptions {
  readonly tool: Tool;
  /** How long to record where the script is given no command to run. */
  readonly seconds: number;
  /** `name` (of the subsystem sched) or `subsystem:name`. */
  readonly events: readonly string[];
  /** Trace buffer of each CPU, MiB. */
  readonly bufferMiB: number;
  /** Also the return values of can_migrate_task() and load_balance(), through kprobes; tracefs only. */
  readonly kprobes: boolean;
}

/** What a workload is taken from, and what moved. */
export const DEFAULT_EVENTS: readonly string[] = [
  'sched_switch', 'sched_waking', 'sched_wakeup', 'sched_wakeup_new', 'sched_migrate_task',
  'sched_process_fork', 'sched_process_exec', 'sched_process_exit',
];

export const DEFAULTS: CaptureScriptOptions = {
  tool: 'tracefs',
  seconds: 10,
  events: DEFAULT_EVENTS,
  bufferMiB: 64,
  kprobes: false,
};

/** An event's name: what may stand in a path and in a shell word as it is. */
export function isEventName(text: string): boolean {
  return /^(?:[a-z][a-z0-9_]*:)?[a-z][a-z0-9_]*$/.test(text);
}

/** Subsystem and name. */
export function eventOf(text: string): { readonly system: string; readonly name: string } {
  const [first, second] = text.split(':');
  return second === undefined ? { system: 'sched', name: first! } : { system: first!, name: second };
}
