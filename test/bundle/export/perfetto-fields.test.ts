import { Enum, type Type } from 'protobufjs';
import { describe, expect, it } from 'vitest';
import * as fields from '../../../src/bundle/export/perfetto-fields.js';
import { root } from './perfetto-decode.js';

/** The messages that a table of numbers is for, and values of enums as 'enum.value'. */
const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  TRACE: ['Trace'],
  TRACE_PACKET: ['TracePacket'],
  TRACE_PACKET_DEFAULTS: ['TracePacketDefaults'],
  SYSTEM_INFO: ['SystemInfo'],
  UTSNAME: ['Utsname'],
  PROCESS_TREE: ['ProcessTree'],
  PROCESS: ['ProcessTree.Process'],
  THREAD: ['ProcessTree.Thread'],
  FTRACE_EVENT_BUNDLE: ['FtraceEventBundle'],
  FTRACE_EVENT: ['FtraceEvent'],
  SCHED_SWITCH: ['SchedSwitchFtraceEvent'],
  SCHED_WAKEUP: ['SchedWakingFtraceEvent', 'SchedWakeupFtraceEvent', 'SchedWakeupNewFtraceEvent'],
  SCHED_MIGRATE_TASK: ['SchedMigrateTaskFtraceEvent'],
  SCHED_PROCESS_FORK: ['SchedProcessForkFtraceEvent'],
  SCHED_PROCESS_EXEC: ['SchedProcessExecFtraceEvent'],
  SCHED_PROCESS_EXIT: ['SchedProcessExitFtraceEvent'],
  TRACK_DESCRIPTOR: ['TrackDescriptor'],
  COUNTER_DESCRIPTOR: ['CounterDescriptor'],
  TRACK_EVENT: ['TrackEvent'],
  DEBUG_ANNOTATION: ['DebugAnnotation'],
  INTERNED_DATA: ['InternedData'],
  INTERNED: ['EventCategory', 'EventName', 'DebugAnnotationName'],
};
const ENUMS: Readonly<Record<string, readonly [string, string]>> = {
  SEQ_INCREMENTAL_STATE_CLEARED: ['TracePacket.SequenceFlags', 'SEQ_INCREMENTAL_STATE_CLEARED'],
  SEQ_NEEDS_INCREMENTAL_STATE: ['TracePacket.SequenceFlags', 'SEQ_NEEDS_INCREMENTAL_STATE'],
  CLOCK_BOOTTIME: ['BuiltinClock', 'BUILTIN_CLOCK_BOOTTIME'],
  ORDERING_EXPLICIT: ['TrackDescriptor.ChildTracksOrdering', 'EXPLICIT'],
  UNIT_COUNT: ['CounterDescriptor.Unit', 'UNIT_COUNT'],
  TYPE_INSTANT: ['TrackEvent.Type', 'TYPE_INSTANT'],
  TYPE_COUNTER: ['TrackEvent.Type', 'TYPE_COUNTER'],
};

describe("the export's field numbers", () => {
  it('are all checked here', () => {
    expect(Object.keys(fields).sort(byText)).toEqual([...Object.keys(MESSAGES), ...Object.keys(ENUMS)].sort(byText));
  });

  it.each(Object.entries(MESSAGES).flatMap(([table, names]) => names.map((name) => [table, name] as const)))(
    '%s is %s of the schema',
    (table, name) => {
      const type: Type = root.lookupType(`perfetto.protos.${name}`);
      const numbers = (fields as unknown as Record<string, Record<string, number>>)[table]!;
      const known = Object.keys(numbers).map((field) => [field, type.fields[field]?.id]);
      expect(Object.fromEntries(known)).toEqual(numbers);
    },
  );

  it.each(Object.entries(ENUMS))('%s is what the schema says', (constant, [name, value]) => {
    const found = root.lookupEnum(`perfetto.protos.${name}`);
    expect(found).toBeInstanceOf(Enum);
    expect((fields as unknown as Record<string, number>)[constant]).toBe(found.values[value]);
  });
});

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
