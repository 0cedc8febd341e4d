import { createHash } from 'node:crypto';
import { createReadStream, openSync, readSync, closeSync, statSync } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';
import { InputError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';

const CHUNK_BYTES = 256 * 1024;

/** What is known of a file's bytes once they have been read. */
export interface SourceSummary {
  /** sha256 of the file as it lies there. */
  readonly sha256: string;
  /** md5 of its text, unpacked. */
  readonly textMd5: string;
  /** The file is a gzip stream that ends too early; all that could be unpacked was handed on. */
  readonly truncatedGzip: boolean;
}

/**
 * Streams the text of a plain or gzip file, whichever its first bytes say it is.
 *
 * @throws InputError where the file is missing, is not a file, or its gzip stream is damaged other than by being cut short
 */
export async function readSource(path: string, onChunk: (chunk: Buffer) => void): Promise<SourceSummary> {
  const gzip = startsWithGzipMagic(path);
  const packed = createHash('sha256');
  const text = createHash('md5');
  let textBytes = 0;
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  file.on('data', (chunk) => packed.update(chunk));
  // Z_SYNC_FLUSH at the end makes a cut stream give all that it holds rather than an error that would drop it.
  const stream = gzip ? file.pipe(createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH })) : file;
  file.on('error', (error) => stream.destroy(error));
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      text.update(chunk);
      textBytes += chunk.length;
      onChunk(chunk);
    }
  } catch (error) {
    if (isZlibError(error)) throw new InputError(path, '', 'a gzip stream', `a damaged one (${(error as Error).message})`);
    throw error;
  } finally {
    file.destroy();
  }
  const truncatedGzip = gzip && storedLength(path) !== textBytes % 2 ** 32 && (await endsEarly(path));
  return { sha256: packed.digest('hex'), textMd5: text.digest('hex'), truncatedGzip };
}

function startsWithGzipMagic(path: string): boolean {
  const kind = kindOf(path);
  if (kind === 'none') throw new InputError(path, '', 'a trace', 'nothing of that name');
  if (kind !== 'file') throw new InputError(path, '', 'a file', `a ${kind === 'directory' ? kind : 'special file'}`);
  const head = readAt(path, 0, 2);
  return head.length === 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/** The length that the last four bytes of a gzip file state, modulo 2^32; that of the last member where it has several. */
function storedLength(path: string): number {
  const size = statSync(path).size;
  return size < 18 ? -1 : readAt(path, size - 4, 4).readUInt32LE(0);
}

/** Unpacks once more, strictly: only needed where the stored length does not fit. */
async function endsEarly(path: string): Promise<boolean> {
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
