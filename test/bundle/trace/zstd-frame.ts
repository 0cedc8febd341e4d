/** A zstd frame made by hand (RFC 8878): blocks as they are, or repeated bytes. It needs no compressor. */
export interface FrameOptions {
  /** Exponent and mantissa of the window; without it the frame is a single segment that states its size. */
  readonly window?: number;
  /** Four bytes after the last block, which nobody checks. */
  readonly checksum?: boolean;
  readonly blockBytes?: number;
}

export const WINDOW_1_MIB = 10 << 3;

export function zstdFrame(text: Uint8Array, { window, checksum = false, blockBytes = 100_000 }: FrameOptions = {}): Buffer {
  const descriptor = (window === undefined ? 0xa0 : 0) | (checksum ? 4 : 0);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, descriptor]), window === undefined ? size : Buffer.from([window])];
  for (let at = 0; at === 0 || at < text.length; at += blockBytes) {
    const block = text.subarray(at, at + blockBytes);
    parts.push(blockHeader(at + blockBytes >= text.length, 0, block.length), Buffer.from(block));
  }
  if (checksum) parts.push(Buffer.alloc(4, 0x5a));
  return Buffer.concat(parts);
}

/** @param kind 0 as it is, 1 one byte repeated, 2 compressed, 3 reserved */
export function blockHeader(last: boolean, kind: number, size: number): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((last ? 1 : 0) | (kind << 1) | (size << 3), 0, 3);
  return header;
}

export function skippable(bytes: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d_2a53);
  header.writeUInt32LE(bytes, 4);
  return Buffer.concat([header, Buffer.alloc(bytes, 0xee)]);
}
