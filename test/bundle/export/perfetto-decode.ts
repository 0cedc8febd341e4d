import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { perfettoTrace } from '../../../src/bundle/export/perfetto.js';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';

/** The schema to decode with: the official one where the caller has it, else the part of it that is written. */
export const SCHEMA =
  process.env['PERFETTO_PROTO'] ?? fileURLToPath(new URL('../../fixtures/perfetto/subset.proto', import.meta.url));

// Names stay as the schema has them.
export const root = new protobuf.Root().loadSync(SCHEMA, { keepCase: true });
root.resolveAll();
const trace = root.lookupType('perfetto.protos.Trace');

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Decoded = any;

/** The packets of a bundle's trace, the chunks they came in, the length of these and of the packets encoded again. */
interface Exported {
  readonly packets: Decoded[];
  readonly chunks: Uint8Array[];
  readonly bytes: number;
  readonly again: number;
}

/** Exports a bundle and decodes that. */
export function exported(contents: BundleContents): Exported {
  const chunks = [...perfettoTrace(contents)];
  const file = Buffer.concat(chunks);
  const message = trace.decode(file);
  // What the schema does not know is not written again, so that equal lengths say that there was nothing of that kind.
  const again = trace.encode(strip(message)).finish().length;
  const { packet = [] } = trace.toObject(message, { longs: Number, enums: Number }) as { packet?: Decoded[] };
  return { packets: packet, chunks, again, bytes: file.length };
}

/** The message through plain data, which drops whatever a decoder might carry along unread. */
function strip(message: protobuf.Message): protobuf.Message {
  return trace.fromObject(trace.toObject(message, { longs: Number, enums: Number }));
}

/** Events of all bundles, with their CPU, in the order of the file. */
export function ftraceOf(packets: readonly Decoded[]): Decoded[] {
  return packets.flatMap(({ ftrace_events: bundle }) =>
    bundle === undefined ? [] : (bundle.event ?? []).map((event: Decoded) => ({ cpu: bundle.cpu, ...event })),
  );
}

/** Interned strings by number: event names and names of annotations. */
export function internedOf(packets: readonly Decoded[]): { name: Map<number, string>; annotation: Map<number, string> } {
  const table = (field: string): Map<number, string> =>
    new Map(packets.flatMap((packet) => (packet.interned_data?.[field] ?? []).map((e: Decoded) => [e.iid, e.name])));
  return { name: table('event_names'), annotation: table('debug_annotation_names') };
}

/** Instants of a name, with their annotations by name. */
export function instantsOf(packets: readonly Decoded[], name: string): Decoded[] {
  const interned = internedOf(packets);
  return packets
    .filter(({ track_event: event }) => event?.type === 3 && interned.name.get(event.name_iid) === name)
    .map(({ timestamp, track_event: event }) => ({
      ts: timestamp,
      track: event.track_uuid,
      ...Object.fromEntries(
        event.debug_annotations.map((a: Decoded) => [interned.annotation.get(a.name_iid), a.string_value ?? a.int_value]),
      ),
    }));
}

/** Counter values as [ns, value], by 'group/track'. */
export function countersOf(packets: readonly Decoded[]): Map<string, [number, number][]> {
  const tracks = new Map(packets.filter((p) => p.track_descriptor).map(({ track_descriptor: t }) => [t.uuid, t]));
  const counters = new Map<string, [number, number][]>();
  for (const { track_descriptor: t } of packets) {
    if (t?.counter !== undefined) counters.set(`${tracks.get(t.parent_uuid).name}/${t.name}`, []);
  }
  for (const { timestamp, track_event: event } of packets) {
    if (event?.type !== 4) continue;
    const track = tracks.get(event.track_uuid);
    counters.get(`${tracks.get(track.parent_uuid).name}/${track.name}`)!.push([timestamp, event.counter_value]);
  }
  return counters;
}
