/**
 * The field numbers of Perfetto's trace format that the export writes, by message and field as the official schema names
 * them (`perfetto.protos.*`). Numbers and names are the format itself; there is no other place in the code for them.
 */
export const TRACE = { packet: 1 } as const;

export const TRACE_PACKET = {
  ftrace_events: 1,
  process_tree: 2,
  timestamp: 8,
  trusted_packet_sequence_id: 10,
  track_event: 11,
  interned_data: 12,
  sequence_flags: 13,
  system_info: 45,
  trace_packet_defaults: 59,
  track_descriptor: 60,
} as const;

/** TracePacket.SequenceFlags */
export const SEQ_INCREMENTAL_STATE_CLEARED = 1;
export const SEQ_NEEDS_INCREMENTAL_STATE = 2;

export const TRACE_PACKET_DEFAULTS = { timestamp_clock_id: 58 } as const;
/** BuiltinClock.BUILTIN_CLOCK_BOOTTIME: what ftrace events are in where nothing else is said. */
export const CLOCK_BOOTTIME = 6;

export const SYSTEM_INFO = { utsname: 1, num_cpus: 8 } as const;
export const UTSNAME = { sysname: 1, release: 3 } as const;

export const PROCESS_TREE = { processes: 1, threads: 2 } as const;
export const PROCESS = { pid: 1, ppid: 2, cmdline: 3 } as const;
export const THREAD = { tid: 1, name: 2, tgid: 3 } as const;

export const FTRACE_EVENT_BUNDLE = { cpu: 1, event: 2 } as const;
export const FTRACE_EVENT = {
  timestamp: 1,
  pid: 2,
  sched_switch: 4,
  common_flags: 5,
  sched_wakeup: 17,
  sched_waking: 20,
  sched_wakeup_new: 114,
  sched_process_exec: 237,
  sched_process_exit: 238,
  sched_process_fork: 239,
  sched_migrate_task: 491,
} as const;

export const SCHED_SWITCH = {
  prev_comm: 1, prev_pid: 2, prev_prio: 3, prev_state: 4, next_comm: 5, next_pid: 6, next_prio: 7,
} as const;
/** The same for sched_waking, sched_wakeup and sched_wakeup_new. */
export const SCHED_WAKEUP = { comm: 1, pid: 2, prio: 3, success: 4, target_cpu: 5 } as const;
export const SCHED_MIGRATE_TASK = { comm: 1, pid: 2, prio: 3, orig_cpu: 4, dest_cpu: 5 } as const;
export const SCHED_PROCESS_FORK = { parent_comm: 1, parent_pid: 2, child_comm: 3, child_pid: 4 } as const;
export const SCHED_PROCESS_EXEC = { filename: 1, pid: 2, old_pid: 3 } as const;
export const SCHED_PROCESS_EXIT = { comm: 1, pid: 2, prio: 4 } as const;

export const TRACK_DESCRIPTOR = {
  uuid: 1, name: 2, parent_uuid: 5, counter: 8, child_ordering: 11, sibling_order_rank: 12,
} as const;
/** TrackDescriptor.ChildTracksOrdering.EXPLICIT: children stand by sibling_order_rank. */
export const ORDERING_EXPLICIT = 3;
export const COUNTER_DESCRIPTOR = { unit: 3 } as const;
/** CounterDescriptor.Unit.UNIT_COUNT */
export const UNIT_COUNT = 2;

export const TRACK_EVENT = {
  category_iids: 3, debug_annotations: 4, type: 9, name_iid: 10, track_uuid: 11, counter_value: 30,
} as const;
/** TrackEvent.Type */
export const TYPE_INSTANT = 3;
export const TYPE_COUNTER = 4;
export const DEBUG_ANNOTATION = { name_iid: 1, int_value: 4, string_value: 6 } as const;

export const INTERNED_DATA = { event_categories: 1, event_names: 2, debug_annotation_names: 3 } as const;
/** The same for EventCategory, EventName and DebugAnnotationName. */
export const INTERNED = { iid: 1, name: 2 } as const;
