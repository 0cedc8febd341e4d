/** The one door to protobufjs: writes messages field by field. */
import protobuf from 'protobufjs/minimal.js';

/** Wire types of protobuf. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const TWO_32 = 2 ** 32;

/** A message in the making, in the order of the calls. Fields are numbers of `perfetto-fields.ts`. */
export class MessageWriter {
  private readonly writer = protobuf.Writer.create();

  /** Bytes so far, without the messages that are still open. */
  get length(): number {
    return this.writer.len;
  }

  /** An int32, int64, uint32, uint64 or enum: a whole number, exact up to 2^53. */
  int(field: number, value: number): this {
    const { writer } = this;
    writer.uint32(((field << 3) | VARINT) >>> 0);
    if (value >= 0 && value < TWO_32) writer.uint32(value);
    else writer.int64(value);
    return this;
  }

  text(field: number, value: string): this {
    this.writer.uint32(((field << 3) | LENGTH_DELIMITED) >>> 0).string(value);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.writer.uint32(((field << 3) | LENGTH_DELIMITED) >>> 0).bytes(value);
    return this;
  }

  /** Begins a message within this one; what follows is its, until `close`. */
  open(field: number): this {
    this.writer.uint32(((field << 3) | LENGTH_DELIMITED) >>> 0).fork();
    return this;
  }

  close(): this {
    this.writer.ldelim();
    return this;
  }

  /** What has been written; the writer is empty then. */
  take(): Uint8Array {
    const bytes = this.writer.finish();
    this.writer.reset();
    return bytes;
  }
}
