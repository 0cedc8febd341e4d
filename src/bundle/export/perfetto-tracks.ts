import {
  COUNTER_DESCRIPTOR, ORDERING_EXPLICIT, TRACE_PACKET, TRACK_DESCRIPTOR, TRACK_EVENT, TYPE_COUNTER, UNIT_COUNT,
} from './perfetto-fields.js';
import { TRACKS_SEQUENCE, type PacketWriter } from './perfetto-packets.js';

/** The groups that tracks stand in; a group is a track without events. */
export const QUEUE_GROUP = 1;
export const FAILED_GROUP = 2;
export const BALANCING_GROUP = 3;

/** Names of the groups, in the order in which the UI lists them. */
export const GROUP_NAMES: Readonly<Record<number, string>> = {
  [QUEUE_GROUP]: 'Run-queue length',
  [FAILED_GROUP]: 'nr_balance_failed',
  [BALANCING_GROUP]: 'Load balancing',
};

/** Numbers of tracks: one for each group, CPU and, where there is one, level of sched domains. */
const CPUS = 2 ** 15;
const LEVELS = 2 ** 8;

export function trackUuid(group: number, cpu: number, level = 0): number {
  return ((group * LEVELS + level) * CPUS + cpu) * 4 + 1000;
}

/** Declares a group. */
export function declareGroup(out: PacketWriter, group: number): void {
  const m = out.begin(TRACKS_SEQUENCE, 0).open(TRACE_PACKET.track_descriptor);
  m.int(TRACK_DESCRIPTOR.uuid, group).text(TRACK_DESCRIPTOR.name, GROUP_NAMES[group]!);
  m.int(TRACK_DESCRIPTOR.child_ordering, ORDERING_EXPLICIT).close();
  out.end();
}

/** Declares a track of a group. @param rank where it stands among the others of its group */
export function declareTrack(out: PacketWriter, group: number, uuid: number, name: string, rank: number): void {
  const m = out.begin(TRACKS_SEQUENCE, 0).open(TRACE_PACKET.track_descriptor);
  m.int(TRACK_DESCRIPTOR.uuid, uuid).text(TRACK_DESCRIPTOR.name, name).int(TRACK_DESCRIPTOR.parent_uuid, group);
  if (group !== BALANCING_GROUP) m.open(TRACK_DESCRIPTOR.counter).int(COUNTER_DESCRIPTOR.unit, UNIT_COUNT).close();
  m.int(TRACK_DESCRIPTOR.sibling_order_rank, rank).close();
  out.end();
}

/** A counter's new value. @param ts ns */
export function writeCounter(out: PacketWriter, ts: number, uuid: number, value: number): void {
  const m = out.begin(TRACKS_SEQUENCE, ts).open(TRACE_PACKET.track_event);
  m.int(TRACK_EVENT.type, TYPE_COUNTER).int(TRACK_EVENT.track_uuid, uuid).int(TRACK_EVENT.counter_value, value).close();
  out.end();
}
