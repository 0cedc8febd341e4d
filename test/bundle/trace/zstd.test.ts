import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ZstdDamage, ZstdStream } from '../../../src/bundle/trace/zstd.js';
import { FORMATS_DIR } from './collect.js';
import { WINDOW_1_MIB, blockHeader, skippable, zstdFrame } from './zstd-frame.js';

const PLAIN = readFileSync(join(FORMATS_DIR, 'zstd-6.18.perf-script.txt'));
const PACKED = readFileSync(join(FORMATS_DIR, 'zstd-6.18.perf-script.txt.zst'));

function unpack(...chunks: readonly Uint8Array[]): { text: Buffer; truncated: boolean } {
  const stream = new ZstdStream();
  const out: Uint8Array[] = [];
  for (const chunk of chunks) out.push(...stream.push(chunk));
  return { text: Buffer.concat(out), truncated: stream.truncated };
}

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

describe('ZstdStream', () => {
  it('unpacks what zstd packed, however the bytes come', () => {
    for (const size of [1, 2, 3, 7, 100, 4096, PACKED.length]) {
      const { text, truncated } = unpack(...inPieces(PACKED, size));
      expect(text.equals(PLAIN), `in pieces of ${size}`).toBe(true);
      expect(truncated).toBe(false);
    }
  });

  it('unpacks frames of every make, one behind the other', () => {
    const make = fc.record({
      text: fc.uint8Array({ maxLength: 3000 }), checksum: fc.boolean(), single: fc.boolean(),
      blockBytes: fc.integer({ min: 1, max: 1000 }), skip: fc.option(fc.nat({ max: 300 })),
    });
    fc.assert(
      fc.property(fc.array(make, { maxLength: 4 }), fc.integer({ min: 1, max: 500 }), (frames, size) => {
        const packed = frames.flatMap(({ text, checksum, single, blockBytes, skip }) => [
          ...(skip === null ? [] : [skippable(skip)]),
          zstdFrame(text, { checksum, blockBytes, ...(single ? {} : { window: WINDOW_1_MIB }) }),
        ]);
        const { text, truncated } = unpack(...inPieces(Buffer.concat(packed), size));
        expect(text.equals(Buffer.concat(frames.map((frame) => frame.text)))).toBe(true);
        expect(truncated).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('gives whole blocks of a stream that is cut, and says that it is', () => {
    const whole = zstdFrame(PLAIN, { window: WINDOW_1_MIB, checksum: true, blockBytes: 1000 });
    for (let length = 1; length < whole.length; length += 37) {
      const { text, truncated } = unpack(whole.subarray(0, length));
      expect(truncated).toBe(true);
      expect(text.equals(PLAIN.subarray(0, text.length))).toBe(true);
      expect(text.length).toBeGreaterThan(length - 1100);
    }
    for (let length = 1; length < PACKED.length; length += 1) expect(unpack(PACKED.subarray(0,
      length)).truncated).toBe(true);
  });

  it('unpacks a run of a byte, however long', () => {
    const runs = Array.from({ length: 1000 }, (_, i) => Buffer.concat([blockHeader(i === 999, 1, 2 ** 17),
      Buffer.from('x')]));
    const stream = new ZstdStream();
    let length = 0;
    for (const text of stream.push(Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, WINDOW_1_MIB]),
      ...runs]))) length += text.length;
    expect([length, stream.truncated]).toEqual([1000 * 2 ** 17, false]);
  });

  const header = (...bytes: number[]): Buffer => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...bytes]);
  it.each([
    ['something else where a frame should begin', Buffer.concat([PACKED, Buffer.from('hello')])],
    ['one with a window of 2147483648 bytes, more than 134217728', header(0, 21 << 3)],
    ['one with a window of 4294967295 bytes', header(0xa0, 255, 255, 255, 255)],
    ['one that needs a dictionary', header(1, WINDOW_1_MIB, 7)],
    ['a reserved bit in a frame header', header(8, WINDOW_1_MIB)],
    ['a block of a reserved kind', Buffer.concat([header(0, WINDOW_1_MIB), blockHeader(true, 3, 5)])],
    ['a block of 131073 bytes', Buffer.concat([header(0, WINDOW_1_MIB), blockHeader(true, 0, 131_073)])],
    ['a block of 2097151 bytes', Buffer.concat([header(0, WINDOW_1_MIB), blockHeader(true, 1, 2 ** 21 - 1)])],
  ])('refuses %s', (message, bytes) => {
    expect(() => unpack(bytes)).toThrow(ZstdDamage);
    expect(() => unpack(bytes)).toThrow(message);
  });

  it('refuses a table of weights that would never come to an end', () => {
    // Literals of 10 bytes out of 20; the weights' table has the accuracy 5, and gives its first symbol all 32 of 32.
    const literals = [0x02 | (10 << 4), (20 << 6) & 0xff, (20 << 6) >> 8];
    const endless = [...literals, 10, 0xf0, 0x03, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
      0x55];
    const block = Buffer.from(endless);
    const bytes = Buffer.concat([header(0, WINDOW_1_MIB), blockHeader(true, 2, block.length), block]);
    expect(() => unpack(bytes)).toThrow('a table of weights that has no end');
  });

  it('comes to an end with any bytes changed: text, or that it is damaged', () => {
    const edit = fc.tuple(fc.nat({ max: PACKED.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), fc.nat({ max: PACKED.length }), (edits, cut) => {
        const bytes = Buffer.from(PACKED);
        for (const [at, byte] of edits) bytes[at] = byte;
        try {
          unpack(...inPieces(bytes.subarray(0, cut), 500));
        } catch (error) {
          expect(error).toBeInstanceOf(ZstdDamage);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
