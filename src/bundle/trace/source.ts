import { createHash } from 'node:crypto';
import { createReadStream, openSync, readSync, closeSync, statSync } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';
import { InputError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import { ZstdDamage, ZstdStream } from './zstd.js';

const CHUNK_BYTES = 256 * 1024;

/** How a file's text is packed, as its first bytes say. */
export type Packing = 'plain' | 'gzip' | 'zstd';

/** What is known of a file's bytes once they have been read. */
export interface SourceSummary {
  /** sha256 of the file as it lies there. */
  readonly sha256: string;
  /** md5 of its text, unpacked. */
  readonly textMd5: string;
  readonly packing: Packing;
  /** The file is a packed stream that ends too early; all that could be unpacked was handed on. */
  readonly truncated: boolean;
}

/**
 * Is called before each piece of the text is handed on, with the bytes of the file as it lies there: read so far, and all.
 * Where it gives a promise, that is waited for. It serves to show progress, to stop (by throwing), and to read several
 * files in step.
 */
export type ChunkGate = (readBytes: number, fileBytes: number) => Promise<void> | void;

/** Beginnings of files that hold no text, and what to do about them. */
const BINARIES: ReadonlyArray<readonly [magic: string, what: string]> = [
  ['\x17\x08\x44tracing', 'a trace.dat (trace-cmd report prints it)'],
  ['PERFILE2', 'a perf.data (perf script --ns prints it)'],
  ['\xfd7zXZ\0', 'an xz archive'],
  ['BZh', 'a bzip2 archive'],
  ['\x04\x22\x4d\x18', 'an lz4 archive'],
  ['PK\x03\x04', 'a zip archive'],
  ['PAR1', 'a Parquet file'],
  ['\x7fELF', 'a program'],
];

/**
 * Streams the text of a plain, gzip or zstd file, whichever its first bytes say it is.
 *
 * @throws InputError where the file is missing, is not a file, or its packed stream is damaged other than by being cut
 *   short; what came before the damage has been handed on
 */
export async function readSource(
  path: string, onChunk: (chunk: Buffer) => void, gate?: ChunkGate,
): Promise<SourceSummary> {
  const packing = packingOf(path);
  const packed = createHash('sha256');
  const text = createHash('md5');
  const fileBytes = statSync(path).size;
  const state: UnpackState = { truncated: false };
  let textBytes = 0;
  let readBytes = 0;
  const onPacked = (chunk: Buffer): void => {
    packed.update(chunk);
    readBytes += chunk.length;
  };
  for await (const chunk of unpack(path, packing, onPacked, state)) {
    const wait = gate?.(readBytes, fileBytes);
    if (wait !== undefined) await wait;
    text.update(chunk);
    textBytes += chunk.length;
    onChunk(chunk);
  }
  let { truncated } = state;
  if (packing === 'gzip') truncated = storedLength(path) !== textBytes % 2 ** 32 && (await gzipEndsEarly(path));
  return {
    sha256: packed.digest('hex'), textMd5: text.digest('hex'), packing, truncated,
  };
}

/**
 * The first bytes of a file's text, some more than `bytes` where there are so many.
 *
 * @throws InputError as `readSource` does
 */
export async function readHead(path: string, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpack(path, packingOf(path), () => {}, { truncated: false })) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(chunks);
}

/** @throws InputError where there is no such file, or it holds something that no trace is */
export function packingOf(path: string): Packing {
  const kind = kindOf(path);
  if (kind === 'none') throw new InputError(path, '', 'a trace', 'nothing of that name');
  if (kind !== 'file') throw new InputError(path, '', 'a file', `a ${kind === 'directory' ? kind : 'special file'}`);
  const head = readAt(path, 0, 16).toString('latin1');
  const binary = BINARIES.find(([magic]) => head.startsWith(magic));
  if (binary !== undefined) throw new InputError(path, '', 'a trace as text, plain or packed with gzip or zstd', binary[1]);
  if (head.startsWith('\x1f\x8b')) return 'gzip';
  // A skippable frame may come first: pzstd writes some.
  return head.startsWith('\x28\xb5\x2f\xfd') || /^[\x50-\x5f]\x2a\x4d\x18/.test(head) ? 'zstd' : 'plain';
}

interface UnpackState {
  /** zstd only: the stream ended within a frame. */
  truncated: boolean;
}

async function* unpack(
  path: string, packing: Packing, onPacked: (chunk: Buffer) => void, state: UnpackState,
): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    if (packing === 'gzip') {
      file.on('data', (chunk) => onPacked(chunk as Buffer));
      // Z_SYNC_FLUSH at the end makes a cut stream give all that it holds rather than an error that would drop it.
      const gunzip = file.pipe(createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH }));
      file.on('error', (error) => gunzip.destroy(error));
      yield* gunzip as AsyncIterable<Buffer>;
      return;
    }
    const zstd = packing === 'zstd' ? new ZstdStream() : null;
    for await (const chunk of file as AsyncIterable<Buffer>) {
      onPacked(chunk);
      if (zstd === null) yield chunk;
      else for (const text of zstd.push(chunk)) yield Buffer.from(text.buffer, text.byteOffset, text.byteLength);
    }
    state.truncated = zstd?.truncated ?? false;
  } catch (error) {
    if (error instanceof ZstdDamage) throw new InputError(path, '', 'a zstd stream', `a damaged one (${error.message})`);
    if (isZlibError(error)) throw new InputError(path, '', 'a gzip stream', `a damaged one (${(error as Error).message})`);
    throw error;
  } finally {
    file.destroy();
  }
}

/** The length that the last four bytes of a gzip file state, modulo 2^32; that of the last member where it has several. */
function storedLength(path: string): number {
  const size = statSync(path).size;
  return size < 18 ? -1 : readAt(path, size - 4, 4).readUInt32LE(0);
}

/** Unpacks once more, strictly: only needed where the stored length does not fit. */
async function gzipEndsEarly(path: string): Promise<boolean> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const stream = file.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  try {
    for await (const chunk of stream) void chunk;
    return false;
  } catch (error) {
    if (isZlibError(error)) return true;
    throw error;
  } finally {
    file.destroy();
  }
}

function readAt(path: string, position: number, length: number): Buffer {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(handle, bytes, 0, length, position));
  } finally {
    closeSync(handle);
  }
}

function isZlibError(error: unknown): boolean {
  return /^Z_/.test(String((error as NodeJS.ErrnoException).code));
}
