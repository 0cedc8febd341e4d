import {
  CLOCK_BOOTTIME, INTERNED, INTERNED_DATA, SEQ_INCREMENTAL_STATE_CLEARED, SEQ_NEEDS_INCREMENTAL_STATE, TRACE, TRACE_PACKET,
  TRACE_PACKET_DEFAULTS,
} from './perfetto-fields.js';
import { MessageWriter } from './perfetto-wire.js';

/** Who writes a packet: what is interned holds for packets of the same sequence. */
export const KERNEL_SEQUENCE = 1;
export const TRACKS_SEQUENCE = 2;

/** A chunk of the file is handed out once it has so many bytes. */
const CHUNK_BYTES = 64 * 1024;

/** Strings that track events refer to by number, from 1 on, in the order of their list. */
export interface Interned {
  readonly categories: readonly string[];
  readonly names: readonly string[];
  readonly annotations: readonly string[];
}

/** The packets of a trace, as the bytes of its file. Packets are written whole: `begin`, the packet's fields, `end`. */
export class PacketWriter {
  readonly message = new MessageWriter();

  /** Enough for a chunk. */
  get full(): boolean {
    return this.message.length >= CHUNK_BYTES;
  }

  /** Begins a packet of a sequence that has been started. @param ts ns */
  begin(sequence: number, ts: number): MessageWriter {
    const m = this.message.open(TRACE.packet).int(TRACE_PACKET.timestamp, ts);
    m.int(TRACE_PACKET.trusted_packet_sequence_id, sequence);
    return m.int(TRACE_PACKET.sequence_flags, SEQ_NEEDS_INCREMENTAL_STATE);
  }

  end(): void {
    this.message.close();
  }

  /** The first packet of a sequence: its clock, and the strings that its later packets refer to. */
  startSequence(sequence: number, interned: Interned): void {
    const m = this.message.open(TRACE.packet).int(TRACE_PACKET.timestamp, 0);
    m.int(TRACE_PACKET.trusted_packet_sequence_id, sequence);
    m.int(TRACE_PACKET.sequence_flags, SEQ_INCREMENTAL_STATE_CLEARED);
    m.open(TRACE_PACKET.trace_packet_defaults).int(TRACE_PACKET_DEFAULTS.timestamp_clock_id, CLOCK_BOOTTIME).close();
    m.open(TRACE_PACKET.interned_data);
    const table = (field: number, names: readonly string[]): void =>
      names.forEach((name, i) => m.open(field).int(INTERNED.iid, i + 1).text(INTERNED.name, name).close());
    table(INTERNED_DATA.event_categories, interned.categories);
    table(INTERNED_DATA.event_names, interned.names);
    table(INTERNED_DATA.debug_annotation_names, interned.annotations);
    m.close().close();
  }

  take(): Uint8Array {
    return this.message.take();
  }
}
